import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { AlipaySdk } from 'alipay-sdk'
import { Merchant } from './test/merchant.ts'
import type { Body } from './test/merchant.ts'

let merchant: Merchant
let buyer: string
let sdk: AlipaySdk

beforeAll(async () => {
  merchant = await Merchant.open()
  buyer = await merchant.user('alipay')
  const { appId, appPrivateKey, alipayPublicKey } = merchant.keys.alipay
  sdk = new AlipaySdk({ appId, privateKey: appPrivateKey, keyType: 'PKCS8', alipayPublicKey, endpoint: `${merchant.sandbox.url}/alipay` })
})

afterAll(() => merchant.close())

const call = async (name: string, body: Body): Promise<Body> => {
  try {
    return (await sdk.curl<Body>('POST', `/v3/alipay/trade/${name}`, { body })).data ?? {}
  } catch (error) {
    return { code: (error as { code: string }).code }
  }
}

const create = (number: string, more: Body = {}) =>
  call('create', { out_trade_no: number, total_amount: '10.00', subject: '社保缴费', buyer_open_id: buyer, ...more })

const status = async (number: string) => (await call('query', { out_trade_no: number }))['trade_status']

async function paid(number: string): Promise<void> {
  const { trade_no } = await create(number)
  await merchant.post('/sandbox/cashier/pay', { host: 'alipay', user: buyer, tradeNO: trade_no })
  expect(await status(number)).toBe('TRADE_SUCCESS')
}

test('a request must be signed by the application, over what was sent, now and once', async () => {
  const target = '/v3/alipay/trade/query'
  const body = { out_trade_no: 'UNKNOWN' }
  const code = async (signing: Parameters<Merchant['alipay']>[2]) => {
    const { status, body: answer } = await merchant.alipay(target, body, signing)
    return [status, answer['code']]
  }
  const reached = [400, 'ACQ.TRADE_NOT_EXIST']
  expect(await code({})).toEqual(reached)
  expect(await code({ path: `/alipay${target}` })).toEqual(reached)
  expect(await code({ path: '/v3/alipay/trade/close' })).toEqual([401, 'invalid-signature'])
  expect(await code({ body: '{}' })).toEqual([401, 'invalid-signature'])
  expect(await code({ headers: { 'alipay-app-auth-token': 'unsigned' } })).toEqual([401, 'invalid-signature'])
  expect(await code({ headers: { authorization: 'Bearer x' } })).toEqual([401, 'missing-signature'])
  expect(await code({ appId: '2021000000000000' })).toEqual([401, 'invalid-app-id'])
  expect(await code({ timestamp: Date.now() - 301_000 })).toEqual([401, 'invalid-timestamp'])
  expect(await code({ nonce: 'once' })).toEqual(reached)
  expect(await code({ nonce: 'once' })).toEqual([401, 'replayed-request'])
})

test('a create request is idempotent, and other content is CONTEXT_INCONSISTENT', async () => {
  const first = await create('T1')
  expect(await create('T1', { timeout_express: '30m' })).toEqual(first)
  expect(await create('T1', { total_amount: '10.01' })).toEqual({ code: 'ACQ.CONTEXT_INCONSISTENT' })
  expect(await create('T1', { buyer_open_id: await merchant.user('alipay') })).toEqual({ code: 'ACQ.TRADE_BUYER_NOT_MATCH' })
})

test.each([
  { out_trade_no: 'A-1' },
  { total_amount: '0.001' },
  { total_amount: '0' },
  { total_amount: '-1.00' },
  { total_amount: '1e3' },
  { total_amount: '100000000.01' },
  { subject: 'a=b' },
  { subject: '' },
  { time_expire: '2020-01-01 00:00:00' },
  { timeout_express: '16d' },
])('%j is an INVALID_PARAMETER', async (more) => {
  expect(await create('T2', more)).toEqual({ code: 'ACQ.INVALID_PARAMETER' })
})

test('an unpaid trade is closed by the passing of its time', async () => {
  await create('T3', { timeout_express: '5m' })
  const stateAt = async (offsetMs: number) => {
    await merchant.post('/sandbox/clock', { offsetMs })
    return (await merchant.orders()).find(({ number }) => number === 'T3')?.state
  }
  expect(await stateAt(290_000)).toBe('WAIT_BUYER_PAY')
  expect(await stateAt(301_000)).toBe('TRADE_CLOSED')
  await stateAt(0)
  expect(await create('T3')).toEqual({ code: 'ACQ.TRADE_HAS_CLOSE' })
})

describe('close and cancel', () => {
  test('close works on an unpaid trade only', async () => {
    await paid('C1')
    expect(await call('close', { out_trade_no: 'C1' })).toEqual({ code: 'ACQ.REASON_TRADE_STATUS_INVALID' })
    expect(await create('C1')).toEqual({ code: 'ACQ.TRADE_HAS_SUCCESS' })
  })

  test('cancel closes an unpaid trade and refunds a paid one', async () => {
    await create('C2')
    expect(await call('cancel', { out_trade_no: 'C2' })).toMatchObject({ action: 'close' })
    await paid('C3')
    expect(await call('cancel', { out_trade_no: 'C3' })).toMatchObject({ action: 'refund' })
    expect(await status('C3')).toBe('TRADE_CLOSED')
    expect((await merchant.orders()).find(({ number }) => number === 'C3')?.refunds).toEqual([
      { number: 'C3', amount: 1_000, status: 'SUCCESS' },
    ])
  })

  test('a closed trade cannot be paid', async () => {
    const { trade_no } = await create('C4')
    await call('close', { out_trade_no: 'C4' })
    const { body } = await merchant.post('/sandbox/cashier/pay', { host: 'alipay', tradeNO: trade_no })
    expect(body).toMatchObject({ result: 'fail', resultCode: '4000' })
  })
})

test('refunds are limited by the trade, repeatable by number, and the whole of them closes the trade', async () => {
  await create('R0')
  expect(await call('refund', { out_trade_no: 'R0', refund_amount: '1.00', out_request_no: 'a' })).toEqual({
    code: 'ACQ.TRADE_STATUS_ERROR',
  })
  await paid('R1')
  const refund = (amount: string, request?: string) =>
    call('refund', { out_trade_no: 'R1', refund_amount: amount, out_request_no: request })
  expect(await refund('4.00', 'a')).toMatchObject({ fund_change: 'Y', refund_fee: '4.00' })
  expect(await refund('4.00', 'a')).toMatchObject({ fund_change: 'N', refund_fee: '4.00' })
  expect(await refund('5.00', 'a')).toEqual({ code: 'ACQ.DISCORDANT_REPEAT_REQUEST' })
  expect(await refund('6.01', 'b')).toEqual({ code: 'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL' })
  expect(await refund('0.00', 'b')).toEqual({ code: 'ACQ.REASON_TRADE_REFUND_FEE_ERR' })
  expect(await refund('1.00')).toEqual({ code: 'ACQ.INVALID_PARAMETER' })
  expect(await status('R1')).toBe('TRADE_SUCCESS')
  expect(await refund('6.00', 'c')).toMatchObject({ fund_change: 'Y', refund_fee: '10.00' })
  expect(await status('R1')).toBe('TRADE_CLOSED')
  const query = (request: string) => call('fastpay/refund/query', { out_trade_no: 'R1', out_request_no: request })
  expect(await query('c')).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '6.00' })
  expect(await query('unknown')).not.toHaveProperty('refund_status')
})
