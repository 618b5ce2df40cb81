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
