// @ts-check
// What the journeys need before the first of them: a browser, a Chinese font, and bundles that fit the sources.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '../..')
const packages = ['chromium', 'fonts-noto-cjk']
const apt = ['install', '-y', '--no-install-recommends', ...packages]

/** @param {string} command @param {string[]} args @param {import('node:child_process').SpawnSyncOptions} [how] */
const run = (command, args, how = {}) => spawnSync(command, args, { encoding: 'utf8', ...how })

export const chromiumAt = () =>
  [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(
    (file) => file && existsSync(file),
  )
const hasChineseFont = () => String(run('fc-list', [':lang=zh', 'family']).stdout ?? '').trim() !== ''

/** Installs the browser from Debian, or says with which one command a person does. */
function demandBrowser() {
  if (chromiumAt() && hasChineseFont()) return
  const isDebian = run('apt-get', ['--version']).status === 0
  if (isDebian && process.getuid?.() === 0) {
    console.log(`installing ${packages.join(' and ')} for the journeys`)
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    if (run('apt-get', apt, { env }).status !== 0) {
      run('apt-get', ['update', '-qq'], { env })
      const { status, stderr } = run('apt-get', apt, { env })
      if (status !== 0) throw new Error(`apt-get ${apt.join(' ')} failed:\n${String(stderr)}`)
    }
    return
  }
  throw new Error(
    isDebian
      ? `The journeys need a browser and a Chinese font. Run once: sudo apt-get ${apt.join(' ')}`
      : 'The journeys need Chromium and a Chinese font. Install them, then run: CHROMIUM=/path/to/chromium npm test',
  )
}

export default function setUp() {
  demandBrowser()
  if (run(process.execPath, [path.join(root, 'scripts/build.mjs'), 'weapp', 'alipay', 'h5'], { cwd: root, stdio: 'inherit' }).status !== 0)
    throw new Error('npm run build failed')
}
