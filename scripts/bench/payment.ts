import { spawn } from 'node:child_process'
import { createCipheriv, createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { serialize } from 'node:v8'
import { api, type Body } from '@shebao/shared/api'
import mysql from 'mysql2/promise'
import { Client } from '../client.ts'
import { machineKeys } from '../environment.ts'
import { logIn, proveIdentity, systemAt } from '../journey.ts'
import { signer } from '../machine.ts'
import { openSandbox } from '../sandbox/server.ts'
import { inventPerson } from '../seed/invent.ts'
import { shoot, volley, type Shot } from './yardstick/load.ts'
import { Part, type Step } from './yardstick/parts.ts'

// Look-ups and payments against a yardstick that sends the same SQL with the same parameters, bare, in the same run.
const { values } = parseArgs({
  options: { people: { type: 'string', default: '900' }, rounds: { type: 'string', default: '3' }, help: { type: 'boolean', short: 'h' } },
})
if (values.help) {
  process.stdout.write(
    'npm run bench -- payment [--people 900] [--rounds 3]\nPeople for each side; rounds are alternated between the two sides.\n',
  )
  process.exit(0)
}
const [people, rounds] = [Number(values.people), Number(values.rounds)]
const env = process.env as Record<string, string>
const url = new URL(env['DATABASE_URL'] ?? '')
const base = url.pathname.slice(1)
const folder = path.resolve(path.dirname(env['KEK_FILE'] ?? ''), '..')
const server = path.resolve(import.meta.dirname, '../../../server/dist')
const say = (text: string): void => void process.stdout.write(`${text}\n`)
const databases = { product: `${base}_product`, yardstick: `${base}_yardstick` }
const at = (name: string): string => Object.assign(new URL(url.href), { pathname: `/${name}` }).href

/** Runs one of the server's commands to its end. */
const run = async (file: string, args: string[], database: string): Promise<void> => {
  const child = spawn(process.execPath, [path.join(server, file), ...args], {
    env: { ...env, DATABASE_URL: at(database) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const code = await new Promise((resolve) => child.once('exit', resolve))
  if (code !== 0) throw new Error(`${file} ended with ${String(code)}`)
}

const root = await mysql.createConnection({ uri: url.href, multipleStatements: false })
for (const name of Object.values(databases)) {
  await root.query(`DROP DATABASE IF EXISTS ${name}`)
  await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`)
}
await run('db/migrate.js', [], databases.product)
await run(
  'machine/register.js',
  ['--party', 'pension', '--role', 'institution', '--public-key', machineKeys(folder)['pension']!],
  databases.product,
)

// -- start-up time and idle memory of the server as it is shipped
{
  const began = performance.now()
  const child = spawn(process.execPath, [path.join(server, 'main.js')], {
    env: { ...env, DATABASE_URL: at(databases.product) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const port = Number(env['PORT'])
  for (;;) {
    if (child.exitCode !== null) throw new Error('the server ended before it was ready')
    try {
      await shoot(port, { path: '/health/ready', method: 'GET' })
      break
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
  const ready = performance.now() - began
  await new Promise((resolve) => setTimeout(resolve, 30_000))
  const rss = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) / 1024
  say(`start-up to ready            ${(ready / 1000).toFixed(2)} s      (≤ 2 s)`)
  say(`idle memory after 30 s        ${rss.toFixed(0)} MB       (≤ 130 MB)`)
  child.kill('SIGTERM')
  await new Promise((resolve) => child.once('exit', resolve))
}

const sandbox = await openSandbox({ port: Number(new URL(env['WECHAT_API_BASE'] ?? '').port), folder: path.join(folder, 'sandbox') })
const product = await Part.start('product.js', {
  DATABASE_URL: at(databases.product),
  PORT: '0',
  BENCH_LOG: path.join(folder, 'product.log'),
})
const system = systemAt({ server: `http://127.0.0.1:${product.port}`, sandbox: sandbox.url, folder, name: 'bench/1' })

// -- people: the first half is paid once to write the statements down, the second half is measured
const all = Array.from({ length: 2 * people }, (_, n) => inventPerson(1_000_000 + n))
const institution = new Client(`http://127.0.0.1:${product.port}`, 'bench/1')
for (let from = 0; from < all.length; from += 100)
  await institution.tell(signer(folder, 'pension'), api.sendEnrolments, {
    enrolments: all.slice(from, from + 100).map((person, n) => ({
      serial: `B${from + n}`,
      factNo: 1,
      ...person,
      insurance: 'flexible_pension' as const,
      county: '210702',
      monthFrom: '2022-01',
    })),
  })
const response = await fetch(`${sandbox.url}/sandbox/users`, {
  method: 'POST',
  body: JSON.stringify({ host: 'wechat' }),
  headers: { 'content-type': 'application/json' },
})
const { id: user } = (await response.json()) as { id: string }
const agent = await logIn(system, 'wechat', user)
await proveIdentity(system, agent, inventPerson(999_999))
const login = await fetch(`${sandbox.url}/sandbox/codes`, {
  method: 'POST',
  body: JSON.stringify({ host: 'wechat', user }),
  headers: { 'content-type': 'application/json' },
})
const { code } = (await login.json()) as { code: string }
const { token } = await new Client(`http://127.0.0.1:${product.port}`, 'bench/1').call(api.logIn, { body: { host: 'wechat', code } })
const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
const post = (to: string, body: unknown, more: Record<string, string> = {}): Shot => ({
  path: to,
  headers: { ...headers, ...more },
  body: JSON.stringify(body),
})

const lookups = all.map((person) => post('/api/lookups', { entry: 'agent', consent: true, ...person } satisfies Body<typeof api.lookUp>))
const found = (await volley(product.port, lookups)).replies.map(
  (text) => (JSON.parse(text) as { enrolments: { enrolment: string }[] }).enrolments[0]!.enrolment,
)
const orderOf = (n: number, to: string, fen: number): Shot =>
  post(
    '/api/orders',
    {
      items: [{ kind: 'regular', enrolment: found[n], year: 2022, tier: 'p60', months: { from: '2022-01', to } }],
      expectedTotalFen: fen,
      acknowledgements: [],
    },
    { 'idempotency-key': `bench-${n}-key` },
  )
// months 1–5 and all twelve alternate: both must take the same statements
const orders = all.map((_, n) => (n % 2 ? orderOf(n, '2022-12', 822_000) : orderOf(n, '2022-05', 342_500)))
const payOf = (order: string): Shot => post(`/api/orders/${order}/pay`, { provider: 'wechat' })

// -- notifications are made before they are sent: their signatures are the provider's work, not the server's
const credentials = JSON.parse(readFileSync(path.join(folder, 'sandbox', 'credentials.json'), 'utf8')) as {
  wechat: { appid: string; mchid: string; apiV3Key: string; platformPublicKey: { id: string; privateKey: string } }
}
const platformKey: KeyObject = createPrivateKey(credentials.wechat.platformPublicKey.privateKey)
const notification = (outTradeNo: string, totalFen: number): Shot => {
  const { appid, mchid, apiV3Key, platformPublicKey } = credentials.wechat
  const plain = JSON.stringify({
    appid,
    mchid,
    out_trade_no: outTradeNo,
    transaction_id: `42${randomBytes(12).toString('hex')}`,
    trade_state: 'SUCCESS',
    success_time: new Date().toISOString().replace(/\.\d+Z/, '+00:00'),
    amount: { total: totalFen, payer_total: totalFen, currency: 'CNY' },
  })
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(apiV3Key), Buffer.from(nonce)).setAAD(Buffer.from('transaction'))
  const ciphertext = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]).toString('base64')
  const body = JSON.stringify({
    id: randomBytes(16).toString('hex'),
    event_type: 'TRANSACTION.SUCCESS',
    resource_type: 'encrypt-resource',
    resource: { algorithm: 'AEAD_AES_256_GCM', ciphertext, nonce, associated_data: 'transaction' },
  })
  const timestamp = String(Math.floor(Date.now() / 1000))
  const signed = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), platformKey).toString('base64')
  return {
    path: '/notify/wechat',
    headers: {
      'content-type': 'application/json',
      'wechatpay-serial': platformPublicKey.id,
      'wechatpay-timestamp': timestamp,
      'wechatpay-nonce': nonce,
      'wechatpay-signature': signed,
    },
    body,
  }
}
const database = await mysql.createConnection({ uri: at(databases.product), supportBigNumbers: true, bigNumberStrings: true })
const notificationFor = async (order: string, fen: number): Promise<Shot> => {
  const [rows] = await database.query('SELECT out_trade_no FROM attempt WHERE order_id = ?', [order])
  return notification((rows as { out_trade_no: string }[])[0]!.out_trade_no, fen)
}
const fenOf = (n: number): number => (n % 2 ? 822_000 : 342_500)
const noOf = (text: string): string => (JSON.parse(text) as { no: string }).no

// -- the yardstick's database is the product's as it is before the first order
const [tables] = await root.query('SELECT table_name AS name FROM information_schema.tables WHERE table_schema = ?', [databases.product])
for (const { name } of tables as { name: string }[]) {
  await root.query(`CREATE TABLE ${databases.yardstick}.${name} LIKE ${databases.product}.${name}`)
  await root.query(`INSERT INTO ${databases.yardstick}.${name} SELECT * FROM ${databases.product}.${name}`)
}

// -- write down what the product sends for the first half, one request at a time
for (let n = 0; n < people; n++) {
  const one = async (step: Step, shot: Shot): Promise<string> => {
    await product.record(`${step}/${n}`)
    return shoot(product.port, shot)
  }
  await one('lookup', lookups[n]!)
  const order = noOf(await one('order', orders[n]!))
  await one('pay', payOf(order))
  const shot = await notificationFor(order, fenOf(n))
  await one('notify', shot)
}
const script = await product.script()
await product.stop()
writeFileSync(path.join(folder, 'bench-script'), serialize(script))

// -- measure, in turns
const measured = await Part.start('product.js', {
  DATABASE_URL: at(databases.product),
  PORT: '0',
  BENCH_LOG: path.join(folder, 'product.log'),
})
const yardstick = await Part.start('replay.js', { DATABASE_URL: at(databases.yardstick), BENCH_SCRIPT: path.join(folder, 'bench-script') })
const spent: Record<'product' | 'yardstick', Partial<Record<Step, { ms: number; cpuMs: number; count: number }>>> = {
  product: {},
  yardstick: {},
}
const time = async (who: 'product' | 'yardstick', step: Step, shots: Shot[]): Promise<string[]> => {
  const part = who === 'product' ? measured : yardstick
  const before = await part.cpu()
  const { ms, replies } = await volley(part.port, shots)
  const cpuMs = (await part.cpu()) - before
  const sum = (spent[who][step] ??= { ms: 0, cpuMs: 0, count: 0 })
  Object.assign(sum, { ms: sum.ms + ms, cpuMs: sum.cpuMs + cpuMs, count: sum.count + shots.length })
  return replies
}
// both sides are warm before they are timed: connections, prepared statements, and code that has run often enough to be compiled
const WARM = Math.floor(people / 3)
const turn = async (from: number, to: number, timed: boolean): Promise<void> => {
  const numbers = Array.from({ length: to - from }, (_, n) => from + n)
  const second = numbers.map((n) => n + people)
  const call = timed
    ? time
    : async (who: 'product' | 'yardstick', _step: Step, shots: Shot[]) =>
        (await volley((who === 'product' ? measured : yardstick).port, shots)).replies
  const replay = (step: Step): Shot[] => numbers.map((n) => ({ path: `/${step}/${n}` }))
  await call(
    'product',
    'lookup',
    second.map((n) => lookups[n]!),
  )
  await call('yardstick', 'lookup', replay('lookup'))
  const made = (
    await call(
      'product',
      'order',
      second.map((n) => orders[n]!),
    )
  ).map(noOf)
  await call('yardstick', 'order', replay('order'))
  await call('product', 'pay', made.map(payOf))
  await call('yardstick', 'pay', replay('pay'))
  const news = await Promise.all(second.map((n, k) => notificationFor(made[k]!, fenOf(n))))
  await call('product', 'notify', news)
  await call('yardstick', 'notify', replay('notify'))
}
await turn(0, WARM, false)
for (let round = 0; round < rounds; round++) {
  const size = Math.floor((people - WARM) / rounds)
  await turn(WARM + round * size, WARM + (round + 1) * size, true)
}

// -- say it
const sum = (who: 'product' | 'yardstick', steps: Step[]): { ms: number; cpuMs: number; count: number } => {
  const parts = steps.map((step) => spent[who][step]!)
  return { ms: parts.reduce((a, b) => a + b.ms, 0), cpuMs: parts.reduce((a, b) => a + b.cpuMs, 0), count: parts[0]!.count }
}
say(
  `\n${people - WARM} requests a side in ${rounds} turns, 16 at once; the yardstick is bare node:http and mysql2 with the same statements`,
)
for (const [label, steps, target] of [
  ['look-up', ['lookup'], '(≥ 0.4)'],
  ['order → notify → settle', ['order', 'notify'], '(≥ 0.4)'],
  ['the same with pay, which signs and asks the provider', ['order', 'pay', 'notify'], ''],
] as const) {
  const [ours, bare] = [sum('product', [...steps]), sum('yardstick', [...steps])]
  say(`${label}`)
  say(
    `  throughput   ${((ours.count / ours.ms) * 1000).toFixed(0)}/s against ${((bare.count / bare.ms) * 1000).toFixed(0)}/s   ratio ${(bare.ms / ours.ms).toFixed(2)} ${target}`,
  )
  say(
    `  CPU          ${(ours.cpuMs / ours.count).toFixed(2)} ms against ${(bare.cpuMs / bare.count).toFixed(2)} ms   ratio ${(bare.cpuMs / ours.cpuMs).toFixed(2)} ${target}`,
  )
}
const count = (n: number): { statements: number; transactions: number; commits: number } => {
  const sent = (['order', 'pay', 'notify'] as const)
    .flatMap((step) => script[`${step}/${n}`] ?? [])
    .filter(({ sql }) => !/FROM session/.test(sql))
  const transactions = new Set(sent.map(({ transaction }) => transaction).filter(Boolean)).size
  const alone = sent.filter(({ sql, transaction }) => transaction === 0 && !sql.startsWith('SELECT')).length
  return { statements: sent.length, transactions, commits: transactions + alone }
}
const [five, twelve] = [count(WARM + (WARM % 2)), count(WARM + 1 - (WARM % 2))]
say(`statements from order to settled    ${five.statements} for 5 months, ${twelve.statements} for 12   (≤ 24, the same)`)
say(`transactions and durable commits    ${five.transactions} and ${five.commits}   (2, ≤ 5)`)
await Promise.all([measured.stop(), yardstick.stop(), sandbox.close(), database.end(), root.end()])
