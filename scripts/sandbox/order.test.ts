import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Merchant, until } from './test/merchant.ts'

let merchant: Merchant
let openid: string

beforeAll(async () => {
  merchant = await Merchant.open()
  openid = await merchant.user('wechat')
})

afterAll(() => merchant.close())

const minutes = (count: number) => new Date(Date.now() + count * 60_000).toISOString().replace(/\.\d+Z$/, 'Z')

describe('a create request of WeChat Pay', () => {
  test('is idempotent: the same parameters give one order with the newest prepay_id', async () => {
    const first = await merchant.createOrder('SAME_1', openid)
    const second = await merchant.createOrder('SAME_1', openid, { time_expire: minutes(20) })
    expect([first.status, second.status]).toEqual([200, 200])
    expect(second.body['prepay_id']).not.toBe(first.body['prepay_id'])
    expect((await merchant.orders()).filter((order) => order.number === 'SAME_1')).toHaveLength(1)
    expect(await merchant.payWechat(first.body['prepay_id'])).toMatchObject({ result: 'ok' })
    expect(await merchant.payWechat(second.body['prepay_id'])).toMatchObject({ result: 'fail' })
  })

  test('refuses other parameters, and the number of a partner order', async () => {
    await merchant.createOrder('SAME_2', openid)
    const other = await merchant.createOrder('SAME_2', openid, { amount: { total: 38_001, currency: 'CNY' } })
    expect([other.status, other.body['code']]).toEqual([400, 'INVALID_REQUEST'])
    const { appid: sp_appid, mchid: sp_mchid, payer: _, ...rest } = merchant.order('SAME_2', openid)
    const partner = { ...rest, sp_appid, sp_mchid, sub_mchid: '1900000109', payer: { sp_openid: openid } }
    const used = await merchant.wechatPay('POST', '/v3/pay/partner/transactions/jsapi', partner)
    expect([used.status, used.body['code']]).toEqual([403, 'OUT_TRADE_NO_USED'])
  })

  test('is refused when the order is paid, closed or expired', async () => {
    await merchant.paidOrder('DONE_1', openid)
    await merchant.createOrder('DONE_2', openid)
    expect(await merchant.closeOrder('DONE_2')).toMatchObject({ status: 204, text: '' })
    await merchant.createOrder('DONE_3', openid, { time_expire: minutes(2) })
    await merchant.post('/sandbox/clock', { offsetMs: 180_000 })
    const codes = [
      (await merchant.createOrder('DONE_1', openid)).body['code'],
      (await merchant.createOrder('DONE_2', openid)).body['code'],
      (await merchant.createOrder('DONE_3', openid)).body['code'],
    ]
    await merchant.post('/sandbox/clock', { offsetMs: 0 })
    expect(codes).toEqual(['ORDER_PAID', 'ORDER_CLOSED', 'INVALID_REQUEST'])
  })

  test.each([
    ['out_trade_no', { out_trade_no: '短号' }],
    ['out_trade_no', { out_trade_no: 'A1234' }],
    ['out_trade_no', { out_trade_no: 'A'.repeat(33) }],
    ['description', { description: '保'.repeat(128) }],
    ['notify_url', { notify_url: 'http://example.com/x' }],
    ['notify_url', { notify_url: 'https://example.com/x?a=1' }],
    ['attach', { attach: 'x'.repeat(129) }],
    ['total', { amount: { total: 0, currency: 'CNY' } }],
    ['total', { amount: { total: 1.5, currency: 'CNY' } }],
    ['total', { amount: { total: '100', currency: 'CNY' } }],
    ['currency', { amount: { total: 1, currency: 'USD' } }],
    ['time_expire', { time_expire: '2020-01-01T00:00:00+08:00' }],
    ['time_expire', { time_expire: '2026/01/01' }],
    ['openid', { payer: { openid: 'oUnknown' } }],
    ['mchid', { mchid: '1900000109' }],
  ])('with a bad %s is a PARAM_ERROR', async (_, more) => {
    const { status, body } = await merchant.createOrder('PARAM_1', openid, more)
    expect([status, body['code']]).toEqual([400, 'PARAM_ERROR'])
    expect((await merchant.queryOrder('PARAM_1')).status).toBe(404)
  })

  test('of another application is an APPID_MCHID_NOT_MATCH', async () => {
    const { body } = await merchant.createOrder('PARAM_2', openid, { appid: 'wx0000000000000000' })
    expect(body['code']).toBe('APPID_MCHID_NOT_MATCH')
  })
})

describe('the signature of a request', () => {
  const target = () => `/v3/pay/transactions/out-trade-no/SIGN_1?mchid=${merchant.keys.wechat.mchid}`

  test('covers the path with its query, the body and the time', async () => {
    await merchant.createOrder('SIGN_1', openid)
    const now = Math.floor(Date.now() / 1000)
    const refused = [
      await merchant.wechatPay('GET', target(), undefined, { path: '/v3/pay/transactions/out-trade-no/SIGN_1' }),
      await merchant.wechatPay('GET', target(), undefined, { body: '{}' }),
      await merchant.wechatPay('GET', target(), undefined, { timestamp: now - 301 }),
      await merchant.wechatPay('GET', target(), undefined, { timestamp: now + 302 }),
      await merchant.wechatPay('GET', target(), undefined, { headers: { authorization: 'Bearer x' } }),
    ]
    expect(refused.map(({ status, body }) => [status, body['code']])).toEqual(refused.map(() => [401, 'SIGN_ERROR']))
    const accepted = [
      await merchant.wechatPay('GET', target()),
      await merchant.wechatPay('GET', target(), undefined, { timestamp: now - 290 }),
      await merchant.wechatPay('GET', target(), undefined, { path: `/wechatpay${target()}` }),
    ]
    expect(accepted.map(({ status }) => status)).toEqual([200, 200, 200])
  })

  test('is good only once', async () => {
    const signing = { nonce: 'once-and-no-more', timestamp: Math.floor(Date.now() / 1000) }
    expect((await merchant.wechatPay('GET', '/v3/certificates', undefined, signing)).status).toBe(200)
    expect((await merchant.wechatPay('GET', '/v3/certificates', undefined, signing)).status).toBe(401)
  })

  test('of an unknown platform public key is not answered with another key', async () => {
    const headers = { 'wechatpay-serial': 'PUB_KEY_ID_0000' }
    const { body } = await merchant.wechatPay('POST', '/v3/pay/transactions/jsapi', merchant.order('SIGN_2', openid), { headers })
    expect(body['code']).toBe('PARAM_ERROR')
  })
})

describe('close against pay', () => {
  test('a closed order cannot be paid', async () => {
    const { body } = await merchant.createOrder('RACE_1', openid)
    await merchant.closeOrder('RACE_1')
    expect(await merchant.payWechat(body['prepay_id'])).toMatchObject({ result: 'fail' })
    expect((await merchant.queryOrder('RACE_1')).body['trade_state']).toBe('CLOSED')
    expect((await merchant.closeOrder('RACE_1')).body['code']).toBe('ORDER_CLOSED')
  })

  test('a paid order cannot be closed', async () => {
    await merchant.paidOrder('RACE_2', openid)
    const { status, body } = await merchant.closeOrder('RACE_2')
    expect([status, body['code']]).toEqual([400, 'ORDER_PAID'])
    expect((await merchant.queryOrder('RACE_2')).body['trade_state']).toBe('SUCCESS')
  })

  test('on the password screen the close is refused and the payment goes through', async () => {
    const { body } = await merchant.createOrder('RACE_3', openid)
    const paying = merchant.payWechat(body['prepay_id'], { delayMs: 1_000 })
    await until(async () => (await merchant.closeOrder('RACE_3')).body['code'] === 'FREQUENCY_LIMITED', 900)
    expect(await paying).toMatchObject({ result: 'ok' })
    expect((await merchant.queryOrder('RACE_3')).body['trade_state']).toBe('SUCCESS')
  })

  test('only the payer pays, with parameters that the merchant signed', async () => {
    const { body } = await merchant.createOrder('RACE_4', openid)
    const other = await merchant.user('wechat')
    expect(await merchant.payWechat(body['prepay_id'], { user: other })).toMatchObject({ result: 'fail' })
    expect(await merchant.payWechat(body['prepay_id'], { nonceStr: 'changed' })).toMatchObject({ result: 'fail' })
    expect((await merchant.post('/sandbox/cashier/cancel', { host: 'wechat' })).body).toEqual({
      result: 'cancel',
      errMsg: 'requestPayment:fail cancel',
    })
    expect((await merchant.queryOrder('RACE_4')).body['trade_state']).toBe('NOTPAY')
  })
})

test('a coupon lowers payer_total and not total', async () => {
  await merchant.paidOrder('COUPON_1', openid, {}, { coupon: 500 })
  expect((await merchant.queryOrder('COUPON_1')).body['amount']).toMatchObject({ total: 38_000, payer_total: 37_500 })
})

test('a partner order is paid, found by both merchant numbers and closed only by its own API', async () => {
  const { appid: sp_appid, mchid: sp_mchid, payer: _, ...rest } = merchant.order('PARTNER_1', openid)
  const partner = { ...rest, sp_appid, sp_mchid, sub_mchid: '1900000109', payer: { sp_openid: openid } }
  const { body } = await merchant.wechatPay('POST', '/v3/pay/partner/transactions/jsapi', partner)
  expect(await merchant.payWechat(body['prepay_id'])).toMatchObject({ result: 'ok' })
  const query = (sub: string) => {
    const target = `/v3/pay/partner/transactions/out-trade-no/PARTNER_1?sp_mchid=${String(sp_mchid)}&sub_mchid=${sub}`
    return merchant.wechatPay('GET', target)
  }
  expect((await query('1900000109')).body).toMatchObject({ sp_mchid, sub_mchid: '1900000109', trade_state: 'SUCCESS' })
  expect((await query('1900000110')).body['code']).toBe('ORDER_NOT_EXIST')
  expect((await merchant.queryOrder('PARTNER_1')).body['code']).toBe('ORDER_NOT_EXIST')
})

describe('WeChat Pay refunds', () => {
  const settled = (number: string, status: string) =>
    until(async () => (await merchant.wechatPay('GET', `/v3/refund/domestic/refunds/${number}`)).body['status'] === status)

  // Two refunds of one order are a minute apart: 60 ms at this time scale.
  const aMinute = () => new Promise((resolve) => setTimeout(resolve, 70))

  test('the same out_refund_no refunds once, and the sum is limited by the order', async () => {
    await merchant.paidOrder('REFUND_1', openid)
    expect((await merchant.refundOrder('REFUND_1', 'R1', 30_000)).body['status']).toBe('PROCESSING')
    await settled('R1', 'SUCCESS')
    expect((await merchant.refundOrder('REFUND_1', 'R1', 30_000)).body['status']).toBe('SUCCESS')
    expect((await merchant.refundOrder('REFUND_1', 'R1', 20_000)).body['code']).toBe('INVALID_REQUEST')
    await aMinute()
    expect((await merchant.refundOrder('REFUND_1', 'R2', 8_001)).body['code']).toBe('INVALID_REQUEST')
    expect((await merchant.refundOrder('REFUND_1', 'R3', 8_000)).status).toBe(200)
    const order = (await merchant.orders()).find(({ number }) => number === 'REFUND_1')
    expect(order?.refunds.map(({ amount }) => amount)).toEqual([30_000, 8_000])
  })

  test('two refunds of one order at once: the second is told to wait', async () => {
    const slow = await Merchant.open({ timeScale: 1 })
    await slow.paidOrder('REFUND_2', await slow.user('wechat'))
    await slow.refundOrder('REFUND_2', 'R20', 100)
    const { status, body } = await slow.refundOrder('REFUND_2', 'R21', 100)
    await slow.close()
    expect([status, body['code']]).toEqual([429, 'FREQUENCY_LIMITED'])
  })

  test('an unpaid and an unknown order are not refunded', async () => {
    await merchant.createOrder('REFUND_3', openid)
    expect((await merchant.refundOrder('REFUND_3', 'R30', 100)).body['code']).toBe('INVALID_REQUEST')
    expect((await merchant.refundOrder('REFUND_404', 'R31', 100)).status).toBe(404)
  })

  test('become abnormal, or stay in processing, when told to', async () => {
    await merchant.paidOrder('REFUND_4', openid)
    await merchant.paidOrder('REFUND_5', openid)
    await merchant.fault({ on: { path: '/v3/refund' }, fault: 'refund_abnormal' })
    await merchant.refundOrder('REFUND_4', 'R40', 100)
    await merchant.fault({ on: { path: '/v3/refund' }, fault: 'refund_stuck' })
    await merchant.refundOrder('REFUND_5', 'R50', 100)
    await settled('R40', 'ABNORMAL')
    const { body } = await merchant.wechatPay('GET', '/v3/refund/domestic/refunds/R50')
    expect(body['status']).toBe('PROCESSING')
  })
})
