// @ts-check
// `npm start`: from a bare machine to the running demonstration, with one payment walked before your eyes.
import { once } from 'node:events'
import { rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { openDatabase } from './database.mjs'
import { demandPorts } from './ports.mjs'
import { elapsed } from './progress.mjs'
import { Advice, all, compile, data, install, main, run, script, service, step, stopping, task } from './workspace.mjs'

const help = `npm start -- [options]

Installs what is needed, finds or installs MariaDB, starts the server and the stand-ins of WeChat and Alipay on 127.0.0.1,
brings in invented people, walks one payment from login to receipt, and stays up until Ctrl-C.

  --as-of DAY        the day as of which rules are judged (2022-02-15), such as 2022-05-10
  --port N           the API (8080)
  --sandbox-port N   the stand-ins (8090)
  --metrics-port N   metrics (9090)
  --phones-port N    the mini-program, as WeChat and Alipay run it (8070)
  --no-walk          do not walk a payment
  --no-phones        do not build the mini-program: quicker, and nothing to click but the API
  --help             this text

DATABASE_URL=mysql://user:password@host:port/database uses that database instead of a private one.
`
const READY_MS = 30_000

const { values } = parseArgs({
  options: {
    'as-of': { type: 'string', default: '2022-02-15' },
    port: { type: 'string', default: '8080' },
    'sandbox-port': { type: 'string', default: '8090' },
    'metrics-port': { type: 'string', default: '9090' },
    'phones-port': { type: 'string', default: '8070' },
    'no-phones': { type: 'boolean', default: false },
    'no-walk': { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  },
})
const asOf = values['as-of']
const [port, sandboxPort, metricsPort] = [Number(values.port), Number(values['sandbox-port']), Number(values['metrics-port'])]
const phonesPort = Number(values['phones-port'])
const [server, sandbox, phones] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${sandboxPort}`, `http://127.0.0.1:${phonesPort}`]
const running = path.join(data, 'start', 'running.json')

/** Waits until `url` answers 200, or the service that should has ended. @param {string} url @param {Promise<Error>} ended */
async function answers(url, ended) {
  const failed = ended.then((failure) => Promise.reject(failure))
  failed.catch(() => {}) // also while nobody waits
  for (const until = performance.now() + READY_MS; ; await Promise.race([failed, sleep(50, undefined, { signal: stopping })])) {
    const answer = await Promise.race([failed, fetch(url).catch(() => undefined)])
    if (answer?.ok) return
    if (performance.now() > until) throw new Error(`${url} does not answer 200`)
  }
}

/** @typedef {Awaited<ReturnType<typeof service>>} Service */

/**
 * Starts the stand-ins and the server on a migrated database. Whatever was started is in `open`, also when a later part fails.
 * @param {string} databaseUrl @param {Service[]} open
 */
async function serve(databaseUrl, open) {
  const { environment, machineKeys } = await import('./dist/environment.js')
  const { parties } = await import('./dist/machine.js')
  const env = await environment({ databaseUrl, folder: data, port, metricsPort, sandboxUrl: sandbox, asOf })
  /** @param {string} title @param {string[]} command @param {string} url */
  const start = (title, command, url) =>
    task(title, async () => {
      const started = await service(title, command, { folder: 'start', env })
      open.push(started)
      await answers(url, started.ended)
    })
  const standIns = script('scripts/dist/sandbox/main.js', '--port', String(sandboxPort), '--folder', path.join(data, 'sandbox'))
  await all(step('migrate', script('server/dist/db/migrate.js'), { env }), start('stand-ins', standIns, `${sandbox}/`))
  const publicKeys = machineKeys(data)
  const register = (/** @type {string} */ party, /** @type {string} */ role) =>
    script('server/dist/machine/register.js', '--party', party, '--role', role, '--public-key', publicKeys[party] ?? '')
  await all(
    start('server', script('server/dist/main.js'), `${server}/health/ready`),
    task('parties', () => all(...Object.entries(parties).map(([party, role]) => run(party, register(party, role), { env })))),
  )
}

/** Builds the mini-program where its sources changed, and runs it as its hosts do. @param {Service[]} open */
async function offerPhones(open) {
  await step('mini-program', script('scripts/dist/bundle/main.js'), { loud: true })
  await task('phones', async () => {
    const options = ['--port', String(phonesPort), '--server', server, '--sandbox', sandbox]
    const started = await service('phones', script('scripts/dist/container/main.js', ...options), { folder: 'start', env: {} })
    open.push(started)
    await answers(`${phones}/`, started.ended)
  })
}

/** Brings in the invented people; answers the table of what they owe. */
async function populate() {
  const { systemAt } = await import('./dist/journey.js')
  const { seed } = await import('./dist/seed/seed.js')
  const { lines, table } = await import('./dist/seed/table.js')
  const missing = await task('people', () => seed(systemAt({ server, sandbox, folder: data, name: 'seed/1' })))
  const notes = missing.map(({ person, sentence }) => `not ordered as of ${asOf}: ${person.registered.name} (${person.shows}): ${sentence}`)
  const unpaid = missing.map(({ person }) => person)
  return [table(lines(asOf, unpaid)), ...notes].join('\n')
}

/** @param {string[]} texts */
function frame(texts) {
  const rule = '─'.repeat(Math.max(...texts.map((text) => text.length)) + 2)
  return [`┌${rule}┐`, ...texts.map((text) => `│ ${text.padEnd(rule.length - 2)} │`), `└${rule}┘`].join('\n')
}

await main(async () => {
  if (values.help) return void process.stdout.write(help)
  if (!/^\d{4}-\d{2}-\d{2}(T.+)?$/.test(asOf)) throw new Advice('--as-of is a day such as 2022-05-10.')
  const began = performance.now()
  const ports = { port, 'sandbox-port': sandboxPort, 'metrics-port': metricsPort }
  await demandPorts('npm start', values['no-phones'] ? ports : { ...ports, 'phones-port': phonesPort })
  await install()
  const opening = openDatabase('start', { durable: true })
  /** @type {Service[]} */
  const open = []
  try {
    await all(compile('shared', 'server', 'scripts'), opening)
    await serve((await opening).url, open)
    writeFileSync(running, JSON.stringify({ server, sandbox }))
    const people = await populate()
    if (!values['no-walk'])
      await step('walk', script('scripts/dist/walk.js', '--server', server, '--sandbox', sandbox, '--folder', data), { loud: true })
    if (!values['no-phones']) await offerPhones(open)
    console.log(`\n${people}\n`)
    console.log(
      frame([
        `A demonstration with invented people, as of ${asOf}. No real money moves; ready after ${elapsed(began)}.`,
        '',
        ...(values['no-phones'] ? [] : [`Mini-program         ${phones}/ (WeChat and Alipay side by side, and H5)`]),
        `API, to try out      ${server}/docs`,
        `WeChat and Alipay    ${sandbox}/ (stand-ins: log in as anybody of the table, pay, cancel)`,
        `Metrics              http://127.0.0.1:${metricsPort}/metrics`,
        `Logs                 .data/start/server.log, stand-ins.log, database.log`,
        `Walk another payment npm run walk -- --help`,
        `Another day          npm start -- --as-of 2022-05-10`,
        `Stop                 Ctrl-C`,
      ]),
    )
    const failure = await Promise.race([once(stopping, 'abort').then(() => undefined), ...open.map(({ ended }) => ended)])
    if (failure && !stopping.aborted) throw failure
  } finally {
    rmSync(running, { force: true })
    for (const each of open.toReversed()) await each.close() // the server first: it may still be talking to the others
    await opening.then(
      (database) => database.close(),
      () => {},
    )
  }
})
if (stopping.aborted) console.log('stopped')
