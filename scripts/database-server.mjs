// @ts-check
// Where the database server comes from: this machine, or else the packages of Debian, installed (root) or unpacked into .data/.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync } from 'node:fs'
import path from 'node:path'
import { Advice, data, Failed, run } from './workspace.mjs'

const PACKAGES = ['mariadb-server-core', 'mariadb-client-core']
const unpacked = path.join(data, 'mariadb')
const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/usr/libexec', '/usr/local/sbin', '/usr/local/bin', '/usr/bin']
/** @param {string} root @param {string[]} names */
const executable = (root, ...names) =>
  names.flatMap((name) => folders.map((folder) => path.join(root, folder, name))).find((file) => existsSync(file))

/**
 * @typedef {object} Server
 * @property {string} server the program
 * @property {string[]} flags that it needs wherever it lies
 * @property {(datadir: string, user: string) => string[]} init the command that makes an empty data folder
 * @property {NodeJS.ProcessEnv} env
 */

/** @returns {Server | undefined} */
export function findServer() {
  for (const root of ['/', unpacked]) {
    const server = executable(root, 'mariadbd', 'mysqld')
    if (!server) continue
    if (path.basename(realpathSync(server)) === 'mysqld' && !isMariaDB(server)) return mysql(server)
    const install = executable(root, 'mariadb-install-db', 'mysql_install_db')
    if (install) return mariadb(root, server, install)
  }
  return undefined
}

function isMariaDB(/** @type {string} */ server) {
  return execFileSync(server, ['--version']).includes('MariaDB')
}

/** @returns {Server} */
function mariadb(/** @type {string} */ root, /** @type {string} */ server, /** @type {string} */ install) {
  const moved = root !== '/'
  const base = moved ? [`--basedir=${root}/usr`, `--lc-messages-dir=${root}/usr/share/mysql`] : []
  const found = moved ? execFileSync('find', [root, '-name', '*.so*', '-printf', '%h\n']).toString().split('\n') : []
  const libraries = [...new Set(found)].filter(Boolean).join(':')
  return {
    server,
    flags: moved ? [...base, `--character-sets-dir=${root}/usr/share/mysql/charsets`, `--plugin-dir=${root}/usr/lib/mysql/plugin`] : [],
    env: { ...process.env, ...(moved && { LD_LIBRARY_PATH: libraries }) },
    init: (datadir, user) => [
      install,
      '--no-defaults',
      ...base,
      `--user=${user}`,
      `--datadir=${datadir}`,
      '--auth-root-authentication-method=normal',
      '--skip-test-db',
      '--skip-name-resolve',
    ],
  }
}

/** @returns {Server} */
function mysql(/** @type {string} */ server) {
  return {
    server,
    flags: ['--mysqlx=OFF'],
    env: process.env,
    init: (datadir, user) => [server, '--no-defaults', '--initialize-insecure', `--user=${user}`, `--datadir=${datadir}`],
  }
}

/** @param {(words: string) => void} said @returns {Promise<Server>} */
export async function installServer(said) {
  const advice =
    'No MariaDB or MySQL here. Install mariadb-server-core and mariadb-client-core, or set DATABASE_URL=mysql://user:password@host:port/database.'
  if (!executable('/', 'apt-get') || !executable('/', 'dpkg')) throw new Advice(advice)
  try {
    if (process.getuid?.() === 0) await installed(said)
    else await unpack(said)
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    throw new Advice(`${error.said}\n${advice}`)
  }
  const found = findServer()
  if (!found) throw new Advice(advice)
  return found
}

/** As root: like any other package. Not ended by Ctrl-C, which would leave dpkg half done. @param {(words: string) => void} said */
async function installed(said) {
  const how = { env: { DEBIAN_FRONTEND: 'noninteractive' }, finish: true, said }
  const install = () =>
    run('apt-get install', ['apt-get', '-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', ...PACKAGES], how)
  try {
    await install()
  } catch (error) {
    if (!(error instanceof Failed)) throw error
    await run('apt-get update', ['apt-get', 'update'], how) // a fresh image has no lists, an old one has lists of versions that are gone
    await install()
  }
}

/** As anybody: downloaded and unpacked, with whatever libraries this machine lacks. @param {(words: string) => void} said */
async function unpack(said) {
  const debs = path.join(data, 'debs')
  rmSync(debs, { recursive: true, force: true })
  mkdirSync(debs, { recursive: true })
  const download = async (/** @type {string[]} */ options) => {
    const plan = await run('apt-get', ['apt-get', ...options, '-s', 'install', '--no-install-recommends', ...PACKAGES], { said })
    const names = [...plan.matchAll(/^Inst (\S+)/gm)].map(([, name]) => name ?? '')
    await run('apt-get download', ['apt-get', ...options, 'download', ...names], { cwd: debs, said })
  }
  try {
    await download([]).catch(async (error) => {
      if (!(error instanceof Failed)) throw error
      const options = ownLists()
      await run('apt-get update', ['apt-get', ...options, 'update'], { said })
      rmSync(debs, { recursive: true, force: true })
      mkdirSync(debs)
      await download(options)
    })
    for (const deb of readdirSync(debs)) await run('dpkg', ['dpkg', '-x', deb, 'root'], { cwd: debs })
    renameSync(path.join(debs, 'root'), unpacked) // whole or not at all
  } finally {
    rmSync(debs, { recursive: true, force: true })
  }
}

/** Package lists of our own, where the machine's are missing or old and we may not renew them. */
function ownLists() {
  const apt = path.join(data, 'apt')
  for (const folder of ['lists/partial', 'cache/archives/partial']) mkdirSync(path.join(apt, folder), { recursive: true })
  return ['-o', `Dir::State::lists=${apt}/lists`, '-o', `Dir::Cache=${apt}/cache`]
}
