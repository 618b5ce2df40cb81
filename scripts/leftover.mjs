// @ts-check
// Processes that outlive a run which was killed: recognised by their recorded id and their command line, and ended.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'

const PATIENCE_MS = 30_000

/** The command line of a running process; '' when there is none. @param {number} pid */
export function commandLine(pid) {
  if (!(pid > 0)) return ''
  try {
    if (existsSync('/proc/self/cmdline')) return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return execFileSync('ps', ['-o', 'args=', '-p', String(pid)], { stdio: ['ignore', 'pipe', 'ignore'] }).toString()
  } catch {
    return ''
  }
}

/** @param {string} file @param {number} pid */
export const recordProcess = (file, pid) => writeFileSync(file, String(pid))
/** @param {string} file */
export const clearProcess = (file) => rmSync(file, { force: true })

/** Ends the process that `file` names, if its command line still says that it is the one. @param {string} file @param {string} sign */
export async function endLeftover(file, sign) {
  const pid = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0
  const lives = () => commandLine(pid).includes(sign)
  if (!lives()) return
  process.kill(pid, 'SIGTERM')
  for (const until = performance.now() + PATIENCE_MS; lives(); await sleep(50))
    if (performance.now() > until) throw new Error(`process ${pid} of an earlier run does not end: ${commandLine(pid)}`)
}
