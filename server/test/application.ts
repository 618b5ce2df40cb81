import 'reflect-metadata'
import { generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createHash } from 'node:crypto'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { jinzhou2022 } from '@shebao/shared/policy/jinzhou-2022'
import type { Policy } from '@shebao/shared/policy'
import mysql from 'mysql2/promise'
import { DataSource } from 'typeorm'
import { credentials, type Credentials } from '../../scripts/sandbox/credentials.ts'
import { openSandbox } from '../../scripts/sandbox/server.ts'
import { start } from '../src/application.ts'
import { Clock, dateOf } from '../src/clock.ts'
import { Config } from '../src/config.ts'
import { openDataSource } from '../src/data-source.ts'
import { logger } from '../src/http/application.ts'
import { MachineEntity } from '../src/machine/machine.entity.ts'
import { publishPolicy } from '../src/policy/policy.service.ts'
import { openProxy, type Proxy } from './proxy.ts'

const parties = { pension: 'institution', medical: 'institution', hall: 'office', bank: 'channel' } as const
export type Party = keyof typeof parties

/** The whole server on its own database, with the stand-ins for WeChat and Alipay, on random ports. */
export interface TestApplication {
  app: NestFastifyApplication
  url: string
  sandbox: string
  /** Both halves of every key of the stand-ins: with them a test writes what a provider would. */
  secrets: Credentials
  /** With `proxied`: what stands between the server and the database, and between the server and the stand-ins. */
  link?: { database: Proxy; sandbox: Proxy }
  db: DataSource
  clock: Clock
  logged: string[]
  close: () => Promise<void>
  /** A request; the answer's status and parsed body. */
  ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<{ status: number; body: Answer; headers: Headers }>
  /** A signed message of a party. */
  send: (
    party: Party,
    path: string,
    body: unknown,
    change?: (headers: Record<string, string>) => void,
  ) => Promise<{ status: number; body: Answer }>
  /** The control interface of the stand-ins. */
  control: (path: string, body?: unknown, method?: string) => Promise<Answer>
}
// answers are compared with what a test expects of them, field by field
// oxlint-disable-next-line typescript/no-explicit-any
export type Answer = any

/** An empty database for this jest worker: tests of different files never share one. */
const freshDatabase = async (): Promise<string> => {
  const server = new URL(process.env['DATABASE_URL'] ?? '')
  const name = `test_${process.env['JEST_WORKER_ID'] ?? '1'}_${randomBytes(4).toString('hex')}`
  const root = await mysql.createConnection({ uri: server.href })
  await root.query(`CREATE DATABASE ${name} CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci`)
  await root.end()
  server.pathname = `/${name}`
  return server.href
}

const proxyOf = (url: string): Promise<Proxy> => openProxy(new URL(url).hostname, Number(new URL(url).port))
const via = (proxy: Proxy, url: string): string => url.replace(/:\d+(?=$|\/)/, `:${proxy.port}`)

const dropDatabase = async (url: string): Promise<void> => {
  const root = await mysql.createConnection({ uri: url })
  await root.query(`DROP DATABASE ${new URL(url).pathname.slice(1)}`)
  await root.end()
}

export const openApplication = async ({
  asOf = '2022-02-15',
  policy = jinzhou2022,
  proxied = false,
}: { asOf?: string; policy?: Policy; proxied?: boolean } = {}): Promise<TestApplication> => {
  const folder = mkdtempSync(path.join(tmpdir(), 'shebao-'))
  const [databaseUrl, secrets, sandbox] = await Promise.all([
    freshDatabase(),
    credentials(folder),
    openSandbox({ port: 0, folder, timeScale: 100 }),
  ])
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text, { mode: 0o600 })
    return path.join(folder, name)
  }
  const { wechat, alipay } = secrets
  const link = proxied ? { database: await proxyOf(databaseUrl), sandbox: await proxyOf(sandbox.url) } : undefined
  const databaseAt = link ? via(link.database, databaseUrl) : databaseUrl
  const sandboxAt = link ? via(link.sandbox, sandbox.url) : sandbox.url
  const port = await freePort()
  const config = new Config({
    DATABASE_URL: databaseAt,
    PORT: String(port),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    SANDBOX: '1',
    BUSINESS_AS_OF: asOf,
    KEK_FILE: file('kek', `shebao-kek:demo:${randomBytes(32).toString('hex')}`),
    WECHAT_API_BASE: `${sandboxAt}/wechat`,
    WECHAT_PAY_BASE: `${sandboxAt}/wechatpay`,
    WECHAT_APPID: wechat.appid,
    WECHAT_SECRET: wechat.secret,
    WECHAT_MCHID: wechat.mchid,
    WECHAT_MERCHANT_SERIAL: wechat.merchantSerial,
    WECHAT_MERCHANT_KEY_FILE: file('merchant.pem', wechat.merchantPrivateKey),
    WECHAT_API_V3_KEY: wechat.apiV3Key,
    WECHAT_PLATFORM_KEYS_FILE: file(
      'platform.json',
      JSON.stringify({
        [wechat.platformCertificate.serial]: wechat.platformCertificate.certificate,
        [wechat.platformPublicKey.id]: wechat.platformPublicKey.publicKey,
      }),
    ),
    ALIPAY_BASE: `${sandboxAt}/alipay`,
    ALIPAY_APP_ID: alipay.appId,
    ALIPAY_SELLER_ID: alipay.sellerId,
    ALIPAY_APP_KEY_FILE: file('alipay.pem', alipay.appPrivateKey),
    ALIPAY_PUBLIC_KEY_FILE: file('alipay-public.pem', alipay.alipayPublicKey),
  })
  const clock = new Clock(asOf)
  const keys = Object.fromEntries(Object.keys(parties).map((party) => [party, generateKeyPairSync('ed25519')])) as Record<
    Party,
    { publicKey: KeyObject; privateKey: KeyObject }
  >
  const setUp = await openDataSource(databaseUrl)
  await setUp.runMigrations()
  await publishPolicy(setUp, policy, clock)
  for (const [party, role] of Object.entries(parties))
    await setUp.getRepository(MachineEntity).insert({
      party,
      role,
      public_key: keys[party as Party].publicKey.export({ format: 'der', type: 'spki' }),
      created_at: dateOf(clock.system()),
    })
  await setUp.destroy()

  const logged: string[] = []
  const log = logger('info', { write: (line: string) => void logged.push(line) })
  const { app } = await start(config, clock, log)
  const url = `http://127.0.0.1:${port}`

  const ask: TestApplication['ask'] = async (method, at, body, headers = {}) => {
    const response = await fetch(url + at, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    })
    const text = await response.text()
    if (response.status === 500)
      process.stderr.write(`${logged.findLast((line) => line.includes('"fault"')) ?? 'a fault that was not logged'}\n`)
    return { status: response.status, body: text.startsWith('{') ? (JSON.parse(text) as Answer) : text, headers: response.headers }
  }
  return {
    app,
    url,
    sandbox: sandbox.url,
    secrets,
    ...(link && { link }),
    db: app.get(DataSource),
    clock,
    logged,
    ask,
    send: (party, at, body, change) => {
      const text = JSON.stringify(body)
      const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(16).toString('base64url')]
      const digest = createHash('sha256').update(text).digest('hex')
      const signature = sign(null, Buffer.from(`POST\n${at}\n${timestamp}\n${nonce}\n${digest}\n`), keys[party].privateKey).toString(
        'base64',
      )
      const headers: Record<string, string> = { 'x-party': party, 'x-timestamp': timestamp, 'x-nonce': nonce, 'x-signature': signature }
      change?.(headers)
      return ask('POST', at, text, headers)
    },
    control: async (at, body, method = body === undefined ? 'GET' : 'POST') => {
      const response = await fetch(sandbox.url + at, {
        method,
        ...(body !== undefined && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      return (await response.json()) as Answer
    },
    close: async () => {
      await app.close()
      await Promise.all([sandbox.close(), link?.database.close(), link?.sandbox.close()])
      await dropDatabase(databaseUrl)
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

const freePort = async (): Promise<number> => {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}
