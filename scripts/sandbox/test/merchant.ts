import { createHash, createSign, randomBytes } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { credentials } from '../credentials.ts'
import type { Credentials } from '../credentials.ts'
import { openSandbox } from '../server.ts'
import type { Sandbox, SandboxOptions } from '../server.ts'

export type Delivery = { at: number; path: string; headers: IncomingHttpHeaders; body: string }
type Reply = (delivery: Delivery, count: number) => { status: number; body?: string } | Promise<{ status: number; body?: string }>

/** Where notifications arrive. The reply may be changed at any time. */
export async function openReceiver() {
  const deliveries: Delivery[] = []
  const receiver = {
    deliveries,
    url: '',
    reply: ((delivery) => (delivery.path.startsWith('/alipay') ? { status: 200, body: 'success' } : { status: 204 })) as Reply,
    async arrived(count: number): Promise<Delivery[]> {
      await until(() => deliveries.length >= count)
      return deliveries
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
  const server = createServer((request, response) => {
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
      const delivery = { at: Date.now(), path: request.url ?? '', headers: request.headers, body: Buffer.concat(chunks).toString() }
      deliveries.push(delivery)
      const { status, body } = await receiver.reply(delivery, deliveries.length)
      response.writeHead(status).end(body)
    })()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  receiver.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return receiver
}

export async function until(done: () => boolean | Promise<boolean>, ms = 5_000): Promise<void> {
  const end = Date.now() + ms
  while (!(await done())) {
    if (Date.now() > end) throw new Error(`not so after ${ms} ms: ${done.toString()}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

export type Body = Record<string, unknown>
export type Reading = { status: number; headers: Headers; text: string; body: Body }

async function read(response: Response): Promise<Reading> {
  const text = await response.text()
  return { status: response.status, headers: response.headers, text, body: text.startsWith('{') ? (JSON.parse(text) as Body) : {} }
}

const base64 = (text: string) => Buffer.from(text).toString('base64')

/** The hash by which the face check names the person. */
export const certHash = (name: string, document: string) =>
  createHash('sha256')
    .update(`cert_type=${base64('IDENTITY_CARD')}&cert_name=${base64(name)}&cert_no=${base64(document)}`)
    .digest('hex')

/** fetch refuses this port itself: nothing leaves the machine. */
const nowhere = 'https://127.0.0.1:1/wechat'

export type Signing = { timestamp?: number; nonce?: string; path?: string; body?: string; headers?: Record<string, string> }

/** One set of keys serves a whole test file: making them is the slow part. */
let made: Credentials | undefined

/** A merchant written for these tests alone, that can also sign wrongly. */
export class Merchant {
  readonly folder: string
  readonly keys: Credentials
  sandbox: Sandbox

  constructor(folder: string, keys: Credentials, sandbox: Sandbox) {
    this.folder = folder
    this.keys = keys
    this.sandbox = sandbox
  }

  static async open(options: Partial<SandboxOptions> = {}): Promise<Merchant> {
    const folder = await mkdtemp(path.join(tmpdir(), 'sandbox-'))
    if (made) await writeFile(path.join(folder, 'credentials.json'), JSON.stringify(made), { mode: 0o600 })
    const keys = (made = await credentials(folder))
    return new Merchant(folder, keys, await openSandbox({ port: 0, folder, timeScale: 1000, ...options }))
  }

  async reopen(options: Partial<SandboxOptions> = {}): Promise<void> {
    await this.sandbox.close()
    this.sandbox = await openSandbox({ port: 0, folder: this.folder, timeScale: 1000, ...options })
  }

  async close(): Promise<void> {
    await this.sandbox.close()
    await rm(this.folder, { recursive: true })
  }

  async get(target: string): Promise<Reading> {
    return read(await fetch(this.sandbox.url + target))
  }

  async post(target: string, body: unknown): Promise<Reading> {
    return read(await fetch(this.sandbox.url + target, { method: 'POST', body: JSON.stringify(body) }))
  }

  async user(host: 'wechat' | 'alipay', more: Body = {}): Promise<string> {
    const { body } = await this.post('/sandbox/users', { host, ...more })
    return String(body['id'])
  }

  async fault(fault: Body): Promise<void> {
    const { status, text } = await this.post('/sandbox/faults', fault)
    if (status !== 201) throw new Error(text)
  }

  async orders(): Promise<Order[]> {
    const { body } = await this.get('/sandbox/orders')
    return body['orders'] as Order[]
  }

  /** A request to WeChat Pay, signed as documented unless `signing` says otherwise. */
  async wechatPay(method: string, target: string, given?: unknown, signing: Signing = {}): Promise<Reading> {
    const { mchid, merchantSerial, merchantPrivateKey } = this.keys.wechat
    const body = given === undefined ? '' : JSON.stringify(given)
    const timestamp = signing.timestamp ?? Math.floor(Date.now() / 1000)
    const nonce = signing.nonce ?? randomBytes(16).toString('hex')
    const message = `${method}\n${signing.path ?? target}\n${timestamp}\n${nonce}\n${signing.body ?? body}\n`
    const signature = createSign('RSA-SHA256').update(message).sign(merchantPrivateKey, 'base64')
    const authorization = `WECHATPAY2-SHA256-RSA2048 mchid="${mchid}",nonce_str="${nonce}",signature="${signature}",timestamp="${timestamp}",serial_no="${merchantSerial}"`
    const response = await fetch(`${this.sandbox.url}/wechatpay${target}`, {
      method,
      headers: { accept: 'application/json', 'user-agent': 'test', 'content-type': 'application/json', authorization, ...signing.headers },
      ...(given === undefined ? {} : { body }),
    })
    return read(response)
  }

  /** A request to Alipay v3, signed as documented unless `signing` says otherwise. */
  async alipay(target: string, given: Body, signing: Signing & { appId?: string } = {}): Promise<Reading> {
    const { appId, appPrivateKey } = this.keys.alipay
    const body = JSON.stringify(given)
    const auth = `app_id=${signing.appId ?? appId},nonce=${signing.nonce ?? randomBytes(16).toString('hex')},timestamp=${signing.timestamp ?? Date.now()}`
    const message = `${auth}\nPOST\n${signing.path ?? target}\n${signing.body ?? body}\n`
    const sign = createSign('RSA-SHA256').update(message).sign(appPrivateKey, 'base64')
    const headers = { 'content-type': 'application/json', authorization: `ALIPAY-SHA256withRSA ${auth},sign=${sign}`, ...signing.headers }
    return read(await fetch(`${this.sandbox.url}/alipay${target}`, { method: 'POST', headers, body }))
  }

  order(number: string, openid: string, more: Body = {}): Body {
    const { appid, mchid } = this.keys.wechat
    const amount = { total: 38_000, currency: 'CNY' }
    return {
      appid,
      mchid,
      description: '城乡居民养老保险 2026',
      out_trade_no: number,
      notify_url: nowhere,
      amount,
      payer: { openid },
      ...more,
    }
  }

  createOrder(number: string, openid: string, more: Body = {}): Promise<Reading> {
    return this.wechatPay('POST', '/v3/pay/transactions/jsapi', this.order(number, openid, more))
  }

  queryOrder(number: string): Promise<Reading> {
    return this.wechatPay('GET', `/v3/pay/transactions/out-trade-no/${number}?mchid=${this.keys.wechat.mchid}`)
  }

  closeOrder(number: string): Promise<Reading> {
    return this.wechatPay('POST', `/v3/pay/transactions/out-trade-no/${number}/close`, { mchid: this.keys.wechat.mchid })
  }

  refundOrder(number: string, refund: string, amount: number, more: Body = {}): Promise<Reading> {
    const body = { out_trade_no: number, out_refund_no: refund, amount: { refund: amount, total: 38_000, currency: 'CNY' }, ...more }
    return this.wechatPay('POST', '/v3/refund/domestic/refunds', body)
  }

  /** What the mini-program hands to wx.requestPayment. */
  paymentParameters(prepayId: unknown): Body {
    const { appid, merchantPrivateKey } = this.keys.wechat
    const [timeStamp, nonceStr] = [String(Math.floor(Date.now() / 1000)), randomBytes(16).toString('hex')]
    const pkg = `prepay_id=${String(prepayId)}`
    const paySign = createSign('RSA-SHA256').update(`${appid}\n${timeStamp}\n${nonceStr}\n${pkg}\n`).sign(merchantPrivateKey, 'base64')
    return { appId: appid, timeStamp, nonceStr, package: pkg, signType: 'RSA', paySign }
  }

  async payWechat(prepayId: unknown, more: Body = {}): Promise<Body> {
    const { body } = await this.post('/sandbox/cashier/pay', { host: 'wechat', ...this.paymentParameters(prepayId), ...more })
    return body
  }

  /** Creates and pays an order. */
  async paidOrder(number: string, openid: string, more: Body = {}, paying: Body = {}): Promise<void> {
    const { body } = await this.createOrder(number, openid, more)
    const { result } = await this.payWechat(body['prepay_id'], paying)
    if (result !== 'ok') throw new Error(`not paid: ${String(result)}`)
  }
}

export type Order = {
  host: string
  number: string
  state: string
  total: number
  transactionId?: string
  refunds: { number: string; amount: number; status: string }[]
  notifications: { id: string; event: string; state: string; attempts: number; sent: number; answers: string[] }[]
}
