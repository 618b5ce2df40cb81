// @ts-check
// `npm test`: from a fresh clone to everything checked, ending with one line that counts.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from './database.mjs'
import { say } from './progress.mjs'
import { all, bin, compile, data, Failed, install, main, root, script, step, stopping } from './workspace.mjs'

const help = `npm test -- [arguments of jest]

Installs what is needed, checks types, lint, format and unused code, and runs the tests on a private database.
Ends with the line "N passed, N failed", in which each check counts as one test.

  npm test -- server/src/order          only tests whose path matches
  npm test -- --selectProjects shared   only those of one package
  DATABASE_URL=mysql://… npm test       on that server; its user must be allowed to create databases
`

const counted = { passed: 0, failed: 0 }

/** A check counts as one test; a failed one is shown at once and stops no other. @param {Promise<unknown>} check */
async function counts(check) {
  try {
    await check
    counted.passed++
  } catch (error) {
    if (stopping.aborted) throw error
    counted.failed++
    say(error instanceof Failed ? error.said : String(error))
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
  const { numPassedTests = 0, numFailedTests = 0, testResults = [] } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : {}
  // a file that could not even be loaded has failed without a single test
  const broken = testResults.filter((/** @type {any} */ file) => file.status === 'failed' && file.assertionResults.length === 0).length
  counted.passed += numPassedTests
  counted.failed += numFailedTests + broken
  if (numPassedTests + numFailedTests + broken === 0) {
    say('✗ no test ran')
    counted.failed++
  } else if (wrong && numFailedTests + broken === 0) {
    say('✗ jest failed although no test did')
    counted.failed++
  }
}

/** @param {string[]} chosen */
async function everything(chosen) {
  await install()
  const database = await openDatabase('test', { durable: false })
  try {
    await counts(compile())
    // two cores: the tests keep one busy, the checks go one after the other on the other
    await all(
      jest(database.url, chosen),
      counts(step('lint', script('scripts/lint.mjs')))
        .then(() => counts(step('format', bin('prettier/bin/prettier.cjs', '--check', '.'))))
        .then(() => counts(step('unused code', bin('knip/bin/knip.js')))),
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
      console.error(error instanceof Failed ? `${error.said}\n✗ ${error.message}` : error)
      counted.failed++
    }
    console.log(`${counted.passed} passed, ${counted.failed} failed`)
    if (counted.failed > 0) process.exitCode = 1
  })
