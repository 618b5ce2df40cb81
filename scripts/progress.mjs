// @ts-check
// What a person sees while something takes long: on a terminal one line that updates, elsewhere a line now and then.

const HEARTBEAT_MS = 15_000
const isTerminal = Boolean(process.stdout.isTTY) && !process.env.CI

/** @type {Map<string, { began: number, said: string, beat: number }>} */
const running = new Map()
/** @type {NodeJS.Timeout | undefined} */
let timer

/** @param {number} began `performance.now()` then */
export const elapsed = (began) => {
  const ms = performance.now() - began
  return ms < 995 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(1)} s`
}

const clear = () => isTerminal && running.size > 0 && process.stdout.write('\r\x1b[2K')
function paint() {
  if (!isTerminal || running.size === 0) return
  const parts = [...running].map(
    ([title, { began, said }]) => `${title} ${Math.round((performance.now() - began) / 1000)} s${said && ` (${said})`}`,
  )
  process.stdout.write(`\r\x1b[2K… ${parts.join(' · ')}`.slice(0, (process.stdout.columns ?? 80) + 4))
}

function beat() {
  if (isTerminal) return paint()
  for (const [title, step] of running) {
    if (performance.now() - step.beat < HEARTBEAT_MS) continue
    step.beat = performance.now()
    console.log(`… ${title} ${Math.round((step.beat - step.began) / 1000)} s${step.said && `: ${step.said}`}`)
  }
}

/** Prints a line without disturbing the line that updates. @param {string} line */
export function say(line) {
  clear()
  console.log(line)
  paint()
}

/** Passes on what a command prints. @param {NodeJS.WriteStream} to @param {string} text */
export function pass(to, text) {
  clear()
  to.write(text)
  if (text.endsWith('\n')) paint()
}

/**
 * Shows `title` while `work` runs, and how long it took. `work` may say in a few words where it stands.
 * @template T
 * @param {string} title @param {(said: (words: string) => void) => Promise<T>} work
 * @param {{ silent?: () => boolean }} [how] whether the end is not worth a line, since everything is being stopped
 * @returns {Promise<T>}
 */
export async function timed(title, work, { silent = () => false } = {}) {
  const began = performance.now()
  const step = { began, said: '', beat: began }
  running.set(title, step)
  timer ??= setInterval(beat, isTerminal ? 200 : 1000)
  let mark = '✗'
  try {
    const done = await work((words) => (step.said = words.trim().slice(0, 60)))
    mark = '✓'
    return done
  } finally {
    clear()
    running.delete(title)
    if (running.size === 0) {
      clearInterval(timer)
      timer = undefined
    }
    if (!silent()) console.log(`${mark} ${title} ${elapsed(began)}`)
    paint()
  }
}
