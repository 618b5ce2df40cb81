// @ts-check
// A database to work with: DATABASE_URL, or a private MariaDB in .data/ from a server on the machine or the Debian packages.
import { spawn } from 'node:child_process'
import { closeSync, existsSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { findServer, installServer } from './database-server.mjs'
import { commandLine, endLeftover } from './leftover.mjs'
import { freePort } from './ports.mjs'
import { Advice, data, run, stopping, task } from './workspace.mjs'

const START_MS = 30_000
const STOP_MS = 30_000

/** The data folder; a half made one, left by an interrupted run, is made anew. @param {string} dir @param {import('./database-server.mjs').Server} found */
async function initialise(dir, { init, env }) {
  const done = path.join(dir, 'initialised')
  if (existsSync(done)) return
  rmSync(path.join(dir, 'data'), { recursive: true, force: true })
  await run('database', init(path.join(dir, 'data'), userInfo().username), { env })
  writeFileSync(done, '')
}

/** Another command that runs this server right now. @param {string} dir @returns {{ owner: number, command: string, url: string } | undefined} */
function instanceIn(dir) {
  const file = path.join(dir, 'instance.json')
  if (!existsSync(file)) return undefined
  const instance = JSON.parse(readFileSync(file, 'utf8'))
  return commandLine(instance.owner) === instance.command ? instance : undefined
}

/**
 * Waits until the server answers and its database is there. @param {number} port @param {() => boolean} lives @param {string} log
 */
async function ready(port, lives, log) {
  const { default: mysql } = await import('mysql2/promise')
  for (const until = performance.now() + START_MS; ; await sleep(25, undefined, { signal: stopping })) {
    try {
      const root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' })
      await root.query('CREATE DATABASE IF NOT EXISTS shebao CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci')
      return await root.end()
    } catch (error) {
      if (!lives() || performance.now() > until)
        throw new Error(`MariaDB did not start:\n${readFileSync(log, 'utf8').slice(-2000)}`, { cause: error })
    }
  }
}

/** A database that was given must answer: its address is told otherwise, never its password. @param {string} url */
async function demandAnswer(url) {
  const { default: mysql } = await import('mysql2/promise')
  try {
    await (await mysql.createConnection({ uri: url, connectTimeout: 5000 })).end()
  } catch (error) {
    const { host, pathname } = URL.canParse(url) ? new URL(url) : { host: '', pathname: '' }
    const { code, message } = /** @type {NodeJS.ErrnoException} */ (error)
    throw new Advice(`DATABASE_URL (${host}${pathname}) cannot be used: ${code ?? message}.`)
  }
}

/**
 * Starts the private server `name` and answers the URL of its database and how to stop it. Not durable is for tests: a crash
 * may lose commits, and nothing waits for the disk. `share`: a server that another command of this folder runs is used along.
 * @param {string} name @param {{ durable: boolean, share?: boolean }} options
 * @returns {Promise<{ url: string, close: () => Promise<void> }>}
 */
export async function openDatabase(name, { durable, share = false }) {
  if (process.env.DATABASE_URL) {
    await demandAnswer(process.env.DATABASE_URL)
    return { url: process.env.DATABASE_URL, close: async () => {} }
  }
  const dir = path.join(data, name)
  const other = instanceIn(dir)
  if (other && share) return { url: other.url, close: async () => {} }
  if (other) throw new Advice(`The database in ${dir} is in use by process ${other.owner} (${other.command.trim()}). Stop that one first.`)
  return task('database', async (said) => {
    const found = findServer() ?? (await installServer(said))
    mkdirSync(dir, { recursive: true })
    await initialise(dir, found)
    const pidFile = path.join(dir, 'pid')
    await endLeftover(pidFile, `${dir}/data`)
    stopping.throwIfAborted()
    const port = await freePort()
    const log = path.join(dir, 'database.log')
    const to = openSync(log, 'a')
    const child = spawn(
      found.server,
      [
        '--no-defaults',
        ...found.flags,
        `--user=${userInfo().username}`,
        `--datadir=${dir}/data`,
        '--socket=s', // relative to the data folder: the whole path may be longer than the 107 bytes a socket may have
        `--port=${port}`,
        '--bind-address=127.0.0.1',
        '--character-set-server=utf8mb4',
        '--collation-server=utf8mb4_unicode_ci',
        '--default-time-zone=+00:00',
        '--skip-name-resolve',
        '--skip-log-bin',
        '--max-connections=300',
        '--innodb-buffer-pool-size=128M',
        ...(durable ? ['--innodb-flush-log-at-trx-commit=1'] : ['--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0']),
      ],
      { env: found.env, stdio: ['ignore', to, to], detached: true }, // Ctrl-C is for us; it goes last, when nobody uses it any more
    )
    closeSync(to)
    writeFileSync(pidFile, String(child.pid))
    /** @type {Promise<void>} */
    const ended = new Promise((resolve) => child.once('exit', () => resolve()).once('error', () => resolve()))
    const lives = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null
    const close = async () => {
      child.kill('SIGTERM')
      const impatience = setTimeout(() => child.kill('SIGKILL'), STOP_MS)
      await ended
      clearTimeout(impatience)
      rmSync(path.join(dir, 'instance.json'), { force: true })
      rmSync(pidFile, { force: true })
    }
    const url = `mysql://root@127.0.0.1:${port}/shebao`
    try {
      await ready(port, lives, log)
      writeFileSync(path.join(dir, 'instance.json'), JSON.stringify({ owner: process.pid, command: commandLine(process.pid), url }))
    } catch (error) {
      await close()
      throw error
    }
    return { url, close }
  })
}
