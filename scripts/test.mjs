// @ts-check
// `npm test`: from a fresh clone to everything checked, ending with one line that counts.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from './database.mjs'
import { say } from './progress.mjs'
import { all, bin, data, Failed, install, main, root, script, step, stopping } from './workspace.mjs'

const help = `npm test -- [arguments of jest]

Installs what is needed, checks types, lint, format and unused code, and runs the tests on a private database.
Ends with the line "N passed, N failed", in which each check counts as one test.

  npm test -- server/src/order          only tests whose path matches
  npm test -- --selectProjects shared   only those of one package
  DATABASE_URL=mysql://… npm test       on that server; its user must be allowed to create databases
`

let passed = 0
/** What failed, each named: what it said may stand far above. @type {string[]} */
const failed = []

/** A check counts as one test; a failed one is shown at once and stops no other. @param {string} title @param {string[]} command */
async function check(title, command) {
  try {
    await step(title, command)
    passed++
  } catch (error) {
    if (stopping.aborted || !(error instanceof Failed)) throw error
    failed.push(title)
    say(error.said)
  }
}

/** @param {string} databaseUrl @param {string[]} chosen */
async function jest(databaseUrl, chosen) {
  const report = path.join(data, 'test', 'jest.json')
  mkdirSync(path.dirname(report), { recursive: true })
  rmSync(report, { force: true })
  const command = [
    process.execPath,
    '--experimental-vm-modules',
    '--disable-warning=ExperimentalWarning',
    path.join(root, 'node_modules/jest/bin/jest.js'),
    '--json',
    `--outputFile=${report}`,
    ...chosen,
  ]
  const wrong = await step('tests', command, { loud: true, env: { DATABASE_URL: databaseUrl } }).then(
    () => false,
    (error) => {
      if (stopping.aborted || !(error instanceof Failed)) throw error
      return true
    },
  )
  const { numPassedTests = 0, testResults = [] } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
  const before = failed.length
  for (const { name, status, assertionResults } of testResults) {
    const file = path.relative(root, name)
    for (const one of assertionResults) if (one.status === 'failed') failed.push(`${file}: ${one.fullName}`)
    // a file that could not even be loaded has failed without a single test
    if (status === 'failed' && assertionResults.length === 0) failed.push(`${file}: not loaded`)
  }
  passed += numPassedTests
  if (failed.length > before) return
  if (numPassedTests === 0) failed.push('no test ran')
  else if (wrong) failed.push('jest itself')
}

/** @param {string[]} chosen */
async function everything(chosen) {
  await install()
  const database = await openDatabase('test', { durable: false })
  try {
    await check('types', bin('typescript/bin/tsc', '-b'))
    // two cores: the tests keep one busy, the checks go one after the other on the other
    await all(
      jest(database.url, chosen),
      check('lint', script('scripts/lint.mjs'))
        .then(() => check('format', bin('prettier/bin/prettier.cjs', '--check', '.')))
        .then(() => check('unused code', bin('knip/bin/knip.js', '--no-config-hints'))),
    )
  } finally {
    await database.close()
  }
}

const chosen = process.argv.slice(2)
if (parseArgs({ args: chosen, options: { help: { type: 'boolean', short: 'h' } }, strict: false }).values.help) process.stdout.write(help)
else
  await main(async () => {
    try {
      await everything(chosen)
    } catch (error) {
      if (stopping.aborted) throw error
      console.error(error instanceof Failed ? error.said : error)
      failed.push(error instanceof Error ? error.message : 'the preparation')
    }
    for (const name of failed) console.log(`✗ ${name}`)
    console.log(`${passed} passed, ${failed.length} failed`)
    if (failed.length > 0) process.exitCode = 1
  })
