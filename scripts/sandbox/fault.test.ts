import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { AlipaySdk } from 'alipay-sdk'
import { createDecipheriv, verify, X509Certificate } from 'node:crypto'
import { Merchant, openReceiver, until } from './test/merchant.ts'
import type { Body, Delivery } from './test/merchant.ts'

let merchant: Merchant
let openid: string
let buyer: string
let receiver: Awaited<ReturnType<typeof openReceiver>>

beforeAll(async () => {
  merchant = await Merchant.open()
  openid = await merchant.user('wechat')
  buyer = await merchant.user('alipay')
  receiver = await openReceiver()
})

afterAll(async () => {
  await merchant.close()
  await receiver.close()
})

const usualReply = (delivery: Delivery) => (delivery.path.startsWith('/alipay') ? { status: 200, body: 'success' } : { status: 204 })

afterEach(async () => {
  await fetch(`${merchant.sandbox.url}/sandbox/faults`, { method: 'DELETE' })
  receiver.deliveries.length = 0
  receiver.reply = usualReply
})

const on = { path: '/v3/pay/transactions/jsapi$' }
const state = async (number: string) => (await merchant.orders()).find((order) => order.number === number)?.state

describe('a request fault', () => {
  test.each([
    ['drop', undefined],
    ['drop_after', 'NOTPAY'],
  ])('%s resets the connection and leaves the order %s', async (fault, left) => {
    await merchant.fault({ on, fault })
    await expect(merchant.createOrder(`F_${fault}`, openid)).rejects.toThrow('fetch failed')
    expect(await state(`F_${fault}`)).toBe(left)
    expect((await merchant.createOrder(`F_${fault}`, openid)).status).toBe(200)
  })

  test('no_reply does the work and says nothing', async () => {
    await merchant.fault({ on, fault: 'no_reply' })
    const silence = merchant.createOrder('F_SILENT', openid).then(
      () => 'answered',
      () => 'cut',
    )
    await until(async () => (await state('F_SILENT')) === 'NOTPAY')
    expect(await Promise.race([silence, new Promise((resolve) => setTimeout(resolve, 200, 'silent'))])).toBe('silent')
  })

  test('late does the work at once and answers later', async () => {
    await merchant.fault({ on, fault: 'late', ms: 1_000 })
    const start = Date.now()
    const answer = merchant.createOrder('F_LATE', openid)
    await until(async () => (await state('F_LATE')) === 'NOTPAY', 900)
    expect((await answer).status).toBe(200)
    expect(Date.now() - start).toBeGreaterThanOrEqual(999)
  })

  test.each([
    ['status_500', 500, 'application/json; charset=utf-8', /SYSTEM_ERROR/],
    ['html_502', 502, 'text/html', /<html>/],
    ['empty_200', 200, null, /^$/],
  ])('%s hides that the work was done', async (fault, status, type, text) => {
    await merchant.fault({ on, fault })
    const answer = await merchant.createOrder(`F_${fault}`, openid)
    expect([answer.status, answer.headers.get('content-type')]).toEqual([status, type])
    expect(answer.text).toMatch(text)
    expect(await state(`F_${fault}`)).toBe('NOTPAY')
    await merchant.fault({ on, fault, work: false })
    await merchant.createOrder(`G_${fault}`, openid)
    expect(await state(`G_${fault}`)).toBeUndefined()
  })

  test('error refuses with the given code, signed, and does nothing', async () => {
    await merchant.fault({ on, fault: 'error', status: 429, code: 'FREQUENCY_LIMITED', times: 2 })
    const answers = [1, 2, 3].map(() => merchant.createOrder('F_ERROR', openid))
    const statuses: number[] = []
    for (const answer of answers) statuses.push((await answer).status)
    expect(statuses.sort((a, b) => a - b)).toEqual([200, 429, 429])
    const { status, body, headers } = await merchant.wechatPay('GET', '/v3/certificates', undefined, {
      headers: { 'x-sandbox-fault': 'error; status=403; code=NO_AUTH' },
    })
    expect([status, body['code'], headers.has('wechatpay-signature')]).toEqual([403, 'NO_AUTH', true])
  })

  test('strikes only the host, method and path it names, as often as it says', async () => {
    await merchant.fault({
      id: 'mine',
      on: { method: 'get', path: '^/v3/certificates$' },
      host: 'alipay',
      fault: 'html_502',
      times: 'always',
    })
    expect((await merchant.wechatPay('GET', '/v3/certificates')).status).toBe(200)
    await merchant.fault({
      id: 'mine',
      on: { method: 'post', path: '^/v3/certificates$' },
      host: 'wechat',
      fault: 'html_502',
      times: 'always',
    })
    expect((await merchant.wechatPay('GET', '/v3/certificates')).status).toBe(200)
    await merchant.fault({
      id: 'mine',
      on: { method: 'get', path: '^/v3/certificates$' },
      host: 'wechat',
      fault: 'html_502',
      times: 'always',
    })
    expect((await merchant.wechatPay('GET', '/v3/certificates')).status).toBe(502)
    expect((await merchant.wechatPay('GET', '/v3/certificates')).status).toBe(502)
    const { body } = await merchant.get('/sandbox/faults')
    expect(body['faults']).toMatchObject([{ id: 'mine', used: 2 }])
    await fetch(`${merchant.sandbox.url}/sandbox/faults/mine`, { method: 'DELETE' })
    expect((await merchant.wechatPay('GET', '/v3/certificates')).status).toBe(200)
  })

  test.each([
    { on, fault: 'misspelt' },
    { on: 'notify', fault: 'html_502' },
    { on, fault: 'none' },
    { on, fault: 'drop', times: 0 },
    { on: { path: '(' }, fault: 'drop' },
    { fault: 'drop' },
  ])('%j is not accepted', async (fault) => {
    expect((await merchant.post('/sandbox/faults', fault)).status).toBe(400)
  })

  test('stale_timestamp signs an Alipay answer truly, ten minutes ago', async () => {
    await merchant.fault({ on: { path: 'trade/query' }, host: 'alipay', fault: 'stale_timestamp' })
    const { appId, appPrivateKey, alipayPublicKey } = merchant.keys.alipay
    const sdk = new AlipaySdk({
      appId,
      privateKey: appPrivateKey,
      keyType: 'PKCS8',
      alipayPublicKey,
      endpoint: `${merchant.sandbox.url}/alipay`,
    })
    await create('STALE')
    const query = sdk.curl<Body>('POST', '/v3/alipay/trade/query', { body: { out_trade_no: 'STALE' } })
    // alipay-sdk 4.14 looks at no time, so it takes the old answer: a merchant has to look itself.
    expect((await query).data).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
  })
})

type Opened = { type: string; serialKnown: boolean; signed: boolean; age: number; content: Body | undefined }

/** Reads a WeChat Pay notification by the documents, with node:crypto alone. */
function opened({ headers, body }: Delivery): Opened {
  const { platformCertificate, apiV3Key } = merchant.keys.wechat
  const header = (name: string) => String(headers[`wechatpay-${name}`])
  const message = Buffer.from(`${header('timestamp')}\n${header('nonce')}\n${body}\n`)
  const key = new X509Certificate(platformCertificate.certificate).publicKey
  const notice = JSON.parse(body) as { event_type: string; resource: { ciphertext: string; nonce: string; associated_data: string } }
  const { ciphertext, nonce, associated_data } = notice.resource
  const bytes = Buffer.from(ciphertext, 'base64')
  const decipher = createDecipheriv('aes-256-gcm', apiV3Key, nonce).setAAD(Buffer.from(associated_data)).setAuthTag(bytes.subarray(-16))
  let content: Body | undefined
  try {
    content = JSON.parse(decipher.update(bytes.subarray(0, -16), undefined, 'utf8') + decipher.final('utf8')) as Body
  } catch {
    content = undefined
  }
  return {
    type: notice.event_type,
    serialKnown: header('serial') === platformCertificate.serial,
    signed: verify('sha256', message, key, Buffer.from(header('signature'), 'base64')),
    age: Math.round(Date.now() / 1000) - Number(header('timestamp')),
    content,
  }
}

const pay = (number: string) => merchant.paidOrder(number, openid, { notify_url: `${receiver.url}/wechat` })
const told = async (number: string) => (await merchant.orders()).find((order) => order.number === number)?.notifications ?? []

async function create(number: string): Promise<unknown> {
  const { appId, appPrivateKey, alipayPublicKey } = merchant.keys.alipay
  const sdk = new AlipaySdk({
    appId,
    privateKey: appPrivateKey,
    keyType: 'PKCS8',
    alipayPublicKey,
    endpoint: `${merchant.sandbox.url}/alipay`,
  })
  const body = { out_trade_no: number, total_amount: '10.00', subject: '社保', buyer_open_id: buyer, notify_url: `${receiver.url}/alipay` }
  return (await sdk.curl<Body>('POST', '/v3/alipay/trade/create', { body })).data?.['trade_no']
}

const payAlipay = async (number: string) => merchant.post('/sandbox/cashier/pay', { host: 'alipay', tradeNO: await create(number) })

describe('a notification', () => {
  test('is repeated until it is accepted, with one id and a new signature', async () => {
    receiver.reply = (_, count) => ({ status: count < 3 ? 500 : 200 })
    await pay('N_REPEAT')
    const [first, second, third] = await receiver.arrived(3)
    const id = (delivery: Delivery | undefined) => (JSON.parse(delivery?.body ?? '{}') as Body)['id']
    expect([id(second), id(third)]).toEqual([id(first), id(first)])
    expect(new Set(receiver.deliveries.map(({ headers }) => headers['wechatpay-nonce'])).size).toBe(3)
    await until(async () => (await told('N_REPEAT'))[0]?.state === 'accepted')
    expect(await told('N_REPEAT')).toMatchObject([{ event: 'payment', attempts: 3, sent: 3, answers: ['500', '500', '200'] }])
  })

  test('keeps to the documented waits, shortened by the time scale', async () => {
    receiver.reply = (_, count) => ({ status: count < 5 ? 500 : 200 })
    await pay('N_WAITS')
    const times = (await receiver.arrived(5)).map(({ at }) => at)
    const waits = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    // 15 s, 15 s, 30 s and 3 min, a thousand times faster.
    ;[15, 15, 30, 180].forEach((wait, index) => expect(waits[index]).toBeGreaterThanOrEqual(wait - 1))
    expect(waits[3]).toBeLessThan(10_000)
  })

  test.each([301, 400, 503])('is not accepted by status %i', async (status) => {
    receiver.reply = (_, count) => ({ status: count === 1 ? status : 204 })
    await pay(`N_STATUS_${status}`)
    await until(async () => (await told(`N_STATUS_${status}`))[0]?.state === 'accepted')
    expect(receiver.deliveries).toHaveLength(2)
  })

  test('of Alipay is accepted by the word success and nothing else', async () => {
    const bodies = ['SUCCESS', '"success"', 'success\n', 'success']
    receiver.reply = (_, count) => ({ status: 200, body: bodies[count - 1] ?? 'success' })
    const slow = await Merchant.open({ timeScale: 10_000 })
    const person = await slow.user('alipay')
    const { appId, appPrivateKey, alipayPublicKey } = slow.keys.alipay
    const sdk = new AlipaySdk({
      appId,
      privateKey: appPrivateKey,
      keyType: 'PKCS8',
      alipayPublicKey,
      endpoint: `${slow.sandbox.url}/alipay`,
    })
    const body = { out_trade_no: 'N1', total_amount: '1.00', subject: '社保', buyer_open_id: person, notify_url: `${receiver.url}/alipay` }
    const { data } = await sdk.curl<Body>('POST', '/v3/alipay/trade/create', { body })
    await slow.post('/sandbox/cashier/pay', { host: 'alipay', tradeNO: data?.['trade_no'] })
    await until(async () => (await slow.orders())[0]?.notifications[0]?.state === 'accepted')
    expect((await slow.orders())[0]?.notifications[0]?.attempts).toBe(bodies.length)
    const ids = receiver.deliveries.map((delivery) => new URLSearchParams(delivery.body).get('notify_id'))
    expect(new Set(ids).size).toBe(1)
    await slow.close()
  })

  test('is signed, fresh and true when there is no fault', async () => {
    await pay('N_TRUE')
    const [delivery] = await receiver.arrived(1)
    const { appid, mchid } = merchant.keys.wechat
    const notice = opened(delivery!)
    expect(notice).toMatchObject({ type: 'TRANSACTION.SUCCESS', serialKnown: true, signed: true })
    expect(Math.abs(notice.age)).toBeLessThan(5)
    expect(notice.content).toMatchObject({ appid, mchid, out_trade_no: 'N_TRUE', amount: { total: 38_000, currency: 'CNY' } })
  })
})

describe('a notification fault', () => {
  test('none: it never comes', async () => {
    await merchant.fault({ on: 'notify', host: 'wechat', fault: 'none' })
    await pay('N_NONE')
    await until(async () => (await told('N_NONE'))[0]?.state === 'abandoned')
    expect(await told('N_NONE')).toMatchObject([{ sent: 0 }])
    expect(receiver.deliveries).toHaveLength(0)
  })

  test.each([false, true])('duplicate: it comes as often as told, at once: %s', async (concurrent) => {
    let [now, most] = [0, 0]
    receiver.reply = async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 20))
      now--
      return { status: 204 }
    }
    await merchant.fault({ on: 'notify', fault: 'duplicate', copies: 5, concurrent })
    await pay(`N_DUPLICATE_${concurrent}`)
    await receiver.arrived(5)
    await until(async () => (await told(`N_DUPLICATE_${concurrent}`))[0]?.state === 'accepted')
    expect(receiver.deliveries).toHaveLength(5)
    expect(most > 1).toBe(concurrent)
  })

  test('late: it comes after the given time', async () => {
    await merchant.fault({ on: 'notify', fault: 'late', ms: 150 })
    const start = Date.now()
    await pay('N_LATE')
    await receiver.arrived(1)
    expect(Date.now() - start).toBeGreaterThanOrEqual(149)
  })

  test('reordered: the refund is told before the payment', async () => {
    await merchant.fault({ on: 'notify', event: 'payment', fault: 'reordered' })
    const { body } = await merchant.createOrder('N_ORDER', openid, { notify_url: `${receiver.url}/wechat` })
    await merchant.payWechat(body['prepay_id'])
    await merchant.refundOrder('N_ORDER', 'N_ORDER_R', 100, { notify_url: `${receiver.url}/wechat` })
    const types = (await receiver.arrived(2)).map((delivery) => opened(delivery).type)
    expect(types).toEqual(['REFUND.SUCCESS', 'TRANSACTION.SUCCESS'])
  })

  test.each([
    ['wrong_amount', { amount: { total: 38_001 } }],
    ['wrong_currency', { amount: { total: 38_000, currency: 'USD' } }],
    ['wrong_appid', { appid: 'wx00000000deadbeef' }],
    ['wrong_mchid', { mchid: '1900000001' }],
  ])('%s: WeChat signs it truly all the same', async (fault, content) => {
    await merchant.fault({ on: 'notify', fault })
    await pay(`N_${fault}`)
    const notice = opened((await receiver.arrived(1))[0]!)
    expect(notice).toMatchObject({ signed: true, content })
  })

  test.each([
    ['wrong_signature', { signed: false, serialKnown: true }],
    ['wrong_serial', { signed: true, serialKnown: false }],
    ['tampered_ciphertext', { signed: true, serialKnown: true, content: undefined }],
  ])('%s: a careful merchant sees %j, and the next attempt is sound', async (fault, seen) => {
    receiver.reply = (_, count) => ({ status: count === 1 ? 401 : 204 })
    await merchant.fault({ on: 'notify', fault })
    await pay(`N_${fault}`)
    const [bad, good] = await receiver.arrived(2)
    expect(opened(bad!)).toMatchObject(seen)
    expect(opened(good!)).toMatchObject({ signed: true, serialKnown: true, content: { out_trade_no: `N_${fault}` } })
  })

  test('stale_timestamp: it is signed ten minutes ago', async () => {
    await merchant.fault({ on: 'notify', fault: 'stale_timestamp' })
    await pay('N_STALE')
    const notice = opened((await receiver.arrived(1))[0]!)
    expect(notice.signed).toBe(true)
    expect(notice.age).toBeGreaterThan(590)
  })

  test.each([
    ['wrong_amount', true, { total_amount: '10.01' }],
    ['wrong_currency', true, { trans_currency: 'USD' }],
    ['wrong_appid', true, { app_id: '2021000000000000' }],
    ['wrong_mchid', true, { seller_id: '2088000000000000' }],
    ['wrong_signature', false, {}],
    ['wrong_serial', false, {}],
    ['tampered_ciphertext', false, { total_amount: '10.01' }],
    // The SDK obeys the sign_type it is sent, so it takes the weaker signature: a merchant has to insist on RSA2 itself.
    ['rsa_sha1', true, { sign_type: 'RSA' }],
  ])('%s of Alipay: alipay-sdk says %s', async (fault, accepted, values) => {
    await merchant.fault({ on: 'notify', host: 'alipay', fault })
    await payAlipay(`N_${fault}`)
    const parameters = Object.fromEntries(new URLSearchParams((await receiver.arrived(1))[0]!.body))
    const { appId, appPrivateKey, alipayPublicKey } = merchant.keys.alipay
    const sdk = new AlipaySdk({ appId, privateKey: appPrivateKey, keyType: 'PKCS8', alipayPublicKey })
    expect(sdk.checkNotifySignV2(parameters)).toBe(accepted)
    expect(parameters).toMatchObject(values)
  })
})
