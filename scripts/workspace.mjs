// @ts-check
// What every command has in common: the pinned pnpm, commands with their times, services, and an orderly end.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { clearProcess, endLeftover, recordProcess } from './leftover.mjs'
import { pass, timed } from './progress.mjs'

const PNPM = 'pnpm@10.34.9'
/** A terminal's Ctrl-C reaches us twice, from the terminal and from npm: only a later one is a second wish to stop. */
const IMPATIENT_MS = 1000
const GRACE_MS = 10_000

export const root = path.resolve(fileURLToPath(new URL('..', import.meta.url)))
/** Where everything is kept that is made on this machine: databases, keys, logs. */
export const data = path.join(root, '.data')
/** A tool of node_modules, run by this very Node. @param {string} name @param {string[]} args */
export const bin = (name, ...args) => [process.execPath, path.join(root, 'node_modules', name), ...args]
/** A script of ours. @param {string} name @param {string[]} args */
export const script = (name, ...args) => [process.execPath, path.join(root, name), ...args]

/** A command that did not succeed, with what it said. */
export class Failed extends Error {
  constructor(/** @type {string} */ title, /** @type {string} */ said) {
    super(`${title} failed`)
    this.said = said
  }
}
/** Something the person can put right: shown without a stack. */
export class Advice extends Error {}

/** @type {Set<{ child: import('node:child_process').ChildProcess, finish: boolean }>} */
const running = new Set()
const stop = new AbortController()
/** Aborted at the first Ctrl-C or SIGTERM. */
export const stopping = stop.signal

// every child leads its own process group, so that what it started ends with it, and Ctrl-C reaches it only through us
function signalAll(/** @type {NodeJS.Signals} */ signal) {
  for (const { child, finish } of running) {
    if (finish || child.pid === undefined) continue
    try {
      process.kill(-child.pid, signal)
    } catch {
      // it has just ended
    }
  }
}

/** Runs the main part of a script. A signal ends what it started, its `finally` blocks run, and the exit code is 130. @param {() => Promise<void>} work */
export async function main(work) {
  let asked = 0
  const ask = () => {
    if (asked > 0) return void (performance.now() - asked > IMPATIENT_MS && signalAll('SIGKILL'))
    asked = performance.now()
    stop.abort()
    signalAll('SIGTERM')
    setTimeout(() => signalAll('SIGKILL'), GRACE_MS).unref()
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, ask)
  // npm that is told to end ends its shell and not us: then our parent is another one
  const parent = process.ppid
  if (process.env.npm_lifecycle_event) setInterval(() => asked === 0 && process.ppid !== parent && ask(), 500).unref()
  try {
    await work()
  } catch (error) {
    if (!stopping.aborted) {
      console.error(error instanceof Failed ? `${error.said}\n✗ ${error.message}` : error instanceof Advice ? `✗ ${error.message}` : error)
      process.exitCode = 1
    }
  }
  if (stopping.aborted) process.exitCode = 130
}

/** Waits for every step, then fails if one did: nothing is left running behind an error. @param {Promise<unknown>[]} steps */
export async function all(...steps) {
  const failed = (await Promise.allSettled(steps)).find((done) => done.status === 'rejected')
  if (failed) throw failed.reason
}

/**
 * @typedef {object} How
 * @property {NodeJS.ProcessEnv} [env] added to ours
 * @property {string} [cwd]
 * @property {boolean} [loud] passes on what the command prints, instead of keeping it for the case that it fails
 * @property {boolean} [finish] not ended by a signal: it would leave something half done
 * @property {(words: string) => void} [said] told the last line
 */

/**
 * Runs one command to its end and answers what it printed.
 * @param {string} title @param {string[]} command @param {How} [how]
 * @returns {Promise<string>}
 */
export async function run(title, [command = '', ...args], { env, cwd = root, loud = false, finish = false, said } = {}) {
  stopping.throwIfAborted()
  const colour = loud && process.stdout.isTTY ? { FORCE_COLOR: '1' } : {}
  const child = spawn(command, args, {
    cwd,
    env: { ...process.env, ...colour, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  })
  const one = { child, finish }
  running.add(one)
  let printed = ''
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    child[name].setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      if (loud) pass(process[name], text)
      else printed += text
      said?.(text.trimEnd().split('\n').at(-1) ?? '')
    })
  }
  try {
    const code = await new Promise((resolve, reject) => child.once('error', reject).once('close', resolve))
    stopping.throwIfAborted()
    if (code !== 0) throw new Failed(title, printed)
    return printed
  } finally {
    running.delete(one)
  }
}

/** Runs one command as a step that is shown with its time. @param {string} title @param {string[]} command @param {How} [how] */
export const step = (title, command, how = {}) => task(title, (said) => run(title, command, { ...how, ...(!how.loud && { said }) }))

/**
 * A step of our own. @template T
 * @param {string} title @param {(said: (words: string) => void) => Promise<T>} work
 */
export const task = (title, work) => timed(title, work, { silent: () => stopping.aborted })

/**
 * Starts something that keeps running; it logs into .data/<folder>/<title>.log. One that a killed run left behind is ended first.
 * @param {string} title @param {string[]} command @param {{ env?: NodeJS.ProcessEnv, folder: string }} how
 */
export async function service(title, [command = '', ...args], { env, folder }) {
  const [home, pidFile] = [path.join(data, folder), path.join(data, folder, `${title}.pid`)]
  const log = path.join(home, `${title}.log`)
  mkdirSync(home, { recursive: true })
  await endLeftover(pidFile, args[0] ?? command)
  stopping.throwIfAborted()
  const to = openSync(log, 'w')
  const child = spawn(command, args, { cwd: root, env: { ...process.env, ...env }, stdio: ['ignore', to, to], detached: true })
  closeSync(to)
  const one = { child, finish: false }
  running.add(one)
  if (child.pid !== undefined) recordProcess(pidFile, child.pid)
  /** Settles when it ends, whoever ended it. @type {Promise<Failed>} */
  const ended = new Promise((resolve) => {
    const end = () => {
      running.delete(one)
      clearProcess(pidFile)
      resolve(new Failed(title, `${readFileSync(log, 'utf8').slice(-3000)}\n(the whole log: ${path.relative(root, log)})`))
    }
    child.once('error', end).once('exit', end)
  })
  return {
    ended,
    async close() {
      if (child.pid !== undefined && running.has(one)) process.kill(-child.pid, 'SIGTERM')
      await ended
    },
  }
}

/** pnpm keeps the lockfile that node_modules was made from; the same one again needs no install. */
export async function install() {
  const made = path.join(root, 'node_modules/.pnpm/lock.yaml')
  if (existsSync(made) && readFileSync(made).equals(readFileSync(path.join(root, 'pnpm-lock.yaml')))) return
  // CI: pnpm must not ask anything, nobody may be there to answer
  await step('install', ['npx', '-y', PNPM, 'install', '--frozen-lockfile', '--prefer-offline'], { env: { CI: 'true' } })
}

/** What runs in plain Node, compiled; whatever did not change costs nothing. @param {string[]} projects */
export const compile = (...projects) => step('compile', bin('typescript/bin/tsc', '-b', ...projects))
