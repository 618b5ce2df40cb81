import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { root } from './target.ts'

const file = path.join(root, 'miniapp/dist/.building')
const WAIT_MS = 300_000

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
function take(): boolean {
  try {
    writeFileSync(file, String(process.pid), { flag: 'wx' })
    return true
  } catch {
    return false
  }
}

/** One build at a time in this folder: a second one waits, and then mostly finds everything built. */
export async function alone<Result>(work: () => Promise<Result>): Promise<Result> {
  mkdirSync(path.dirname(file), { recursive: true })
  for (const until = performance.now() + WAIT_MS; !take(); await sleep(250)) {
    let holder: number
    try {
      holder = Number(readFileSync(file, 'utf8'))
    } catch {
      continue // just let go of
    }
    if (!isAlive(holder)) rmSync(file, { force: true })
    if (performance.now() > until) throw new Error(`process ${holder} has been building for ${WAIT_MS / 1000} s: ${file}`)
  }
  try {
    return await work()
  } finally {
    rmSync(file, { force: true })
  }
}
