import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { AlipaySdk } from 'alipay-sdk'
import { Merchant, until } from './test/merchant.ts'
import type { Body } from './test/merchant.ts'

let merchant: Merchant
let openid: string

beforeAll(async () => {
  merchant = await Merchant.open()
  openid = await merchant.user('wechat')
})

afterAll(() => merchant.close())

afterEach(async () => {
  await fetch(`${merchant.sandbox.url}/sandbox/faults`, { method: 'DELETE' })
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
    const body = { out_trade_no: 'STALE', total_amount: '10.00', subject: '社保', buyer_open_id: await merchant.user('alipay') }
    await merchant.alipay('/v3/alipay/trade/create', body)
    const query = sdk.curl<Body>('POST', '/v3/alipay/trade/query', { body: { out_trade_no: 'STALE' } })
    // alipay-sdk 4.14 looks at no time, so it takes the old answer: a merchant has to look itself.
    expect((await query).data).toMatchObject({ trade_status: 'WAIT_BUYER_PAY' })
  })
})
