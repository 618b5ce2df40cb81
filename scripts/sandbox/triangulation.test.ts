import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals'
import { AlipaySdk } from 'alipay-sdk'
import wechatpay from 'wechatpay-axios-plugin'
import { Merchant, openReceiver } from './test/merchant.ts'
import type { Body } from './test/merchant.ts'

// Two SDKs written by others complete the whole life of an order against the stand-ins, and refuse their falsified answers.

jest.setTimeout(30_000)

let merchant: Merchant
let receiver: Awaited<ReturnType<typeof openReceiver>>

beforeAll(async () => {
  merchant = await Merchant.open()
  receiver = await openReceiver()
})

afterAll(async () => {
  await merchant.close()
  await receiver.close()
})

type Reply = { status: number; data: Body; headers: Record<string, string> }
type Chain = Record<'get' | 'post', (data?: unknown, config?: unknown) => Promise<Reply>>

const { Wechatpay, Rsa, Aes, Formatter } = wechatpay as unknown as {
  Wechatpay: new (config: unknown) => { chain(path: string): Chain }
  Rsa: {
    verify(message: string, signature: string, key: unknown): boolean
    from(key: string, type: string): unknown
    sign(message: string, key: unknown): string
  }
  Aes: { AesGcm: { decrypt(text: string, key: string, nonce: string, data: string): string } }
  Formatter: { response(timestamp: string, nonce: string, body: string): string; joinedByLineFeed(...pieces: string[]): string }
}

const modes = ['certificate', 'publicKey'] as const

function wechatSdk(mode: (typeof modes)[number], headers: Record<string, string> = {}) {
  const { mchid, merchantSerial, merchantPrivateKey, platformCertificate, platformPublicKey } = merchant.keys.wechat
  const certs =
    mode === 'certificate'
      ? { [platformCertificate.serial]: platformCertificate.certificate }
      : { [platformPublicKey.id]: platformPublicKey.publicKey }
  return new Wechatpay({
    baseURL: `${merchant.sandbox.url}/wechatpay/`,
    mchid,
    serial: merchantSerial,
    privateKey: merchantPrivateKey,
    certs,
    headers: { ...(mode === 'publicKey' ? { 'Wechatpay-Serial': platformPublicKey.id } : {}), ...headers },
  })
}

describe.each(modes)('wechatpay-axios-plugin with the platform %s', (mode) => {
  test('creates, pays, queries, refunds and reads the notifications', async () => {
    const { mchid, apiV3Key, platformCertificate, platformPublicKey, appid, merchantPrivateKey } = merchant.keys.wechat
    const sdk = wechatSdk(mode)
    const openid = await merchant.user('wechat')
    const number = `PAY_${mode}`
    const notify = { notify_url: `${receiver.url}/wechat/${mode}` }
    const created = await sdk.chain('v3/pay/transactions/jsapi').post(merchant.order(number, openid, notify))
    const prepay = `prepay_id=${String(created.data['prepay_id'])}`
    const query = () => sdk.chain(`v3/pay/transactions/out-trade-no/${number}`).get({ params: { mchid } })
    expect((await query()).data['trade_state']).toBe('NOTPAY')
    const parameters = { appId: appid, timeStamp: '1700000000', nonceStr: 'n', package: prepay }
    const paySign = Rsa.sign(Formatter.joinedByLineFeed(...Object.values(parameters)), Rsa.from(merchantPrivateKey, 'private'))
    const paid = await merchant.post('/sandbox/cashier/pay', { host: 'wechat', user: openid, ...parameters, signType: 'RSA', paySign })
    expect(paid.body).toEqual({ result: 'ok', errMsg: 'requestPayment:ok' })
    const { data } = await query()
    expect(data).toMatchObject({ trade_state: 'SUCCESS', amount: { total: 38_000, payer_total: 38_000 }, payer: { openid } })
    const byId = await sdk.chain(`v3/pay/transactions/id/${String(data['transaction_id'])}`).get({ params: { mchid } })
    expect(byId.data).toEqual(data)
    const refund = {
      transaction_id: data['transaction_id'],
      out_refund_no: `R_${mode}`,
      amount: { refund: 100, total: 38_000, currency: 'CNY' },
      ...notify,
    }
    expect((await sdk.chain('v3/refund/domestic/refunds').post(refund)).data).toMatchObject({ status: 'PROCESSING' })

    const mine = () => receiver.deliveries.filter((delivery) => delivery.path.endsWith(mode))
    while (mine().length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    const key = mode === 'certificate' ? platformCertificate.certificate : platformPublicKey.publicKey
    const opened = mine().map(({ headers, body }) => {
      const header = (name: string) => String(headers[`wechatpay-${name}`])
      expect(header('serial')).toBe(mode === 'certificate' ? platformCertificate.serial : platformPublicKey.id)
      expect(Rsa.verify(Formatter.response(header('timestamp'), header('nonce'), body), header('signature'), Rsa.from(key, 'public'))).toBe(
        true,
      )
      const notice = JSON.parse(body) as { event_type: string; resource: Record<string, string> }
      const { ciphertext = '', nonce = '', associated_data = '' } = notice.resource
      return [notice.event_type, JSON.parse(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data))] as const
    })
    expect(opened[0]).toMatchObject([
      'TRANSACTION.SUCCESS',
      { out_trade_no: number, transaction_id: data['transaction_id'], trade_state: 'SUCCESS' },
    ])
    expect(opened[1]).toMatchObject(['REFUND.SUCCESS', { out_refund_no: `R_${mode}`, refund_status: 'SUCCESS', amount: { refund: 100 } }])
    expect((await sdk.chain(`v3/refund/domestic/refunds/R_${mode}`).get()).data).toMatchObject({ status: 'SUCCESS' })
    expect((await query()).data['trade_state']).toBe('REFUND')
  })

  test('closes, and is told of a closed and of an unknown order', async () => {
    const { mchid } = merchant.keys.wechat
    const sdk = wechatSdk(mode)
    const order = merchant.order(`CLOSE_${mode}`, await merchant.user('wechat'))
    await sdk.chain('v3/pay/transactions/jsapi').post(order)
    expect(await sdk.chain(`v3/pay/transactions/out-trade-no/CLOSE_${mode}/close`).post({ mchid })).toMatchObject({ status: 204 })
    const again = sdk.chain('v3/pay/transactions/jsapi').post(order)
    await expect(again).rejects.toMatchObject({ response: { status: 400, data: { code: 'ORDER_CLOSED' } } })
    const unknown = sdk.chain('v3/pay/transactions/out-trade-no/UNKNOWN').get({ params: { mchid } })
    await expect(unknown).rejects.toMatchObject({ response: { status: 404, data: { code: 'ORDER_NOT_EXIST' } } })
  })

  test.each([
    ['unsigned', 'EV3_RES_HEADERS_INCOMPLATE'],
    ['wrong_signature', 'EV3_RES_HEADER_SIGNATURE_DIGEST'],
    ['wrong_serial', 'EV3_RES_HEADER_PLATFORM_SERIAL'],
    ['stale_timestamp', 'EV3_RES_HEADER_TIMESTAMP_OFFSET'],
  ])('refuses an answer that is %s', async (fault, code) => {
    const order = merchant.order(`${mode}_${fault}`.slice(0, 32), await merchant.user('wechat'))
    const call = (headers: Record<string, string>) => wechatSdk(mode, headers).chain('v3/pay/transactions/jsapi').post(order)
    await expect(call({ 'x-sandbox-fault': fault })).rejects.toMatchObject({ code })
    await expect(call({})).resolves.toMatchObject({ status: 200 })
  })

  test('reads the platform certificate that the API hands out', async () => {
    const { data } = await wechatSdk(mode).chain('v3/certificates').get()
    const [one] = data['data'] as { serial_no: string; encrypt_certificate: Record<string, string> }[]
    const { ciphertext = '', nonce = '', associated_data = '' } = one?.encrypt_certificate ?? {}
    const { platformCertificate, apiV3Key } = merchant.keys.wechat
    expect(one?.serial_no).toBe(platformCertificate.serial)
    expect(Aes.AesGcm.decrypt(ciphertext, apiV3Key, nonce, associated_data)).toBe(platformCertificate.certificate)
  })
})

function alipaySdk() {
  const { appId, appPrivateKey, alipayPublicKey } = merchant.keys.alipay
  const endpoint = `${merchant.sandbox.url}/alipay`
  return new AlipaySdk({ appId, privateKey: appPrivateKey, keyType: 'PKCS8', alipayPublicKey, endpoint, gateway: `${endpoint}/gateway.do` })
}

const trade = (number: string, buyer: string, more: Body = {}) => ({
  out_trade_no: number,
  total_amount: '380.00',
  subject: '城乡居民养老保险 2026',
  product_code: 'JSAPI_PAY',
  op_app_id: merchant.keys.alipay.appId,
  op_buyer_open_id: buyer,
  ...more,
})

describe('alipay-sdk', () => {
  const post = (target: string, body: Body) => alipaySdk().curl<Body>('POST', `/v3/alipay/${target}`, { body })

  test('creates, pays, queries, refunds and reads the notifications', async () => {
    const buyer = await merchant.user('alipay')
    const body = trade('ALI_1', buyer, { notify_url: `${receiver.url}/alipay`, passback_params: 'a%3D1&b=中文+%' })
    const { data: created } = await post('trade/create', body)
    const tradeNo = created?.['trade_no']
    const paid = await merchant.post('/sandbox/cashier/pay', { host: 'alipay', user: buyer, tradeNO: tradeNo })
    expect(paid.body).toMatchObject({ result: 'ok', resultCode: '9000' })
    expect((await post('trade/query', { out_trade_no: 'ALI_1' })).data).toMatchObject({
      trade_status: 'TRADE_SUCCESS',
      total_amount: '380.00',
    })
    // With `query` this SDK signs the prefixed path, without it the bare one: the stand-in takes both.
    const get = await alipaySdk().curl<Body>('GET', '/v3/alipay/trade/query', { query: { out_trade_no: 'ALI_1' } })
    expect(get.data).toMatchObject({ trade_no: tradeNo })
    const refund = { out_trade_no: 'ALI_1', refund_amount: '0.01', out_request_no: 'ALI_R1' }
    expect((await post('trade/refund', refund)).data).toMatchObject({ fund_change: 'Y', refund_fee: '0.01' })
    expect((await post('trade/refund', refund)).data).toMatchObject({ fund_change: 'N', refund_fee: '0.01' })
    const asked = await post('trade/fastpay/refund/query', { out_trade_no: 'ALI_1', out_request_no: 'ALI_R1' })
    expect(asked.data).toMatchObject({ refund_status: 'REFUND_SUCCESS', refund_amount: '0.01' })

    const mine = () => receiver.deliveries.filter((delivery) => delivery.path === '/alipay')
    while (mine().length < 2) await new Promise((resolve) => setTimeout(resolve, 10))
    const [payment = {}, partial = {}] = mine().map((delivery) => Object.fromEntries(new URLSearchParams(delivery.body)))
    expect(alipaySdk().checkNotifySignV2(payment)).toBe(true)
    expect(alipaySdk().checkNotifySignV2({ ...payment, total_amount: '380.01' })).toBe(false)
    expect(payment).toMatchObject({
      out_trade_no: 'ALI_1',
      trade_status: 'TRADE_SUCCESS',
      sign_type: 'RSA2',
      passback_params: 'a%3D1&b=中文+%',
    })
    expect(payment).not.toHaveProperty('refund_fee')
    expect(alipaySdk().checkNotifySignV2(partial)).toBe(true)
    expect(partial).toMatchObject({ trade_status: 'TRADE_SUCCESS', refund_fee: '0.01', out_biz_no: 'ALI_R1' })
  })

  test('closes an unpaid trade, and is told of a closed and of an unknown one', async () => {
    const buyer = await merchant.user('alipay')
    await post('trade/create', trade('ALI_2', buyer))
    await post('trade/close', { out_trade_no: 'ALI_2' })
    expect((await post('trade/query', { out_trade_no: 'ALI_2' })).data).toMatchObject({ trade_status: 'TRADE_CLOSED' })
    await expect(post('trade/create', trade('ALI_2', buyer))).rejects.toMatchObject({
      code: 'ACQ.TRADE_HAS_CLOSE',
      responseHttpStatus: 400,
    })
    await expect(post('trade/close', { out_trade_no: 'ALI_404' })).rejects.toMatchObject({ code: 'ACQ.TRADE_NOT_EXIST' })
  })

  test('logs a person in, reads who they are and checks their face', async () => {
    const [name, documentNumber] = ['张三', '11010519491231002X']
    const user = await merchant.user('alipay', { name, documentType: 'IDENTITY_CARD', documentNumber })
    const { body } = await merchant.post('/sandbox/codes', { host: 'alipay', user })
    const login = { grant_type: 'authorization_code', code: body['code'] }
    const token = (await post('system/oauth/token', login)).data
    expect(token).toMatchObject({ open_id: user })
    await expect(post('system/oauth/token', login)).rejects.toMatchObject({ code: 'isv.code-invalid' })
    const info = await alipaySdk().curl<Body>('POST', '/v3/alipay/user/info/share', {
      query: { auth_token: String(token?.['access_token']) },
    })
    expect(info.data).toMatchObject({ user_name: name, cert_no: documentNumber, cert_type: '0', is_certified: 'T' })

    const identity = { identity_type: 'CERT_INFO', cert_type: 'IDENTITY_CARD', cert_name: name, cert_no: documentNumber }
    const order = { outer_order_no: 'FACE1', biz_code: 'FACE', identity_param: identity, merchant_config: { return_url: 'alipays://x' } }
    const started = (await post('user/certify/open/initialize', order)).data
    const certifyId = String(started?.['certify_id'])
    const passed = async () =>
      (await alipaySdk().curl<Body>('GET', '/v3/alipay/user/certify/open/query', { query: { certify_id: certifyId } })).data?.['passed']
    expect(await passed()).toBe('F')
    const address = alipaySdk().pageExec('alipay.user.certify.open.certify', 'GET', { bizContent: { certify_id: certifyId } })
    expect((await fetch(address, { redirect: 'manual' })).headers.get('location')).toBe(`/face?host=alipay&id=${certifyId}`)
    await merchant.post('/sandbox/face', { host: 'alipay', id: certifyId, pass: true, user })
    expect(await passed()).toBe('T')
  })

  test.each(['unsigned', 'wrong_signature', 'wrong_serial'])('refuses an answer that is %s', async (fault) => {
    await merchant.fault({ on: { path: '/v3/alipay/trade/create$' }, host: 'alipay', fault })
    const body = trade(`ALI_${fault}`, await merchant.user('alipay'))
    await expect(post('trade/create', body)).rejects.toThrow(/验签失败|signature/)
    await expect(post('trade/create', body)).resolves.toMatchObject({ responseHttpStatus: 200 })
  })
})
