import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { appendFile, stat } from 'node:fs/promises'
import path from 'node:path'
import { runInNewContext } from 'node:vm'
import { credentials } from './credentials.ts'
import { openSandbox } from './server.ts'
import { certHash, Merchant, openReceiver, until } from './test/merchant.ts'
import type { Body } from './test/merchant.ts'

let merchant: Merchant

beforeEach(async () => {
  merchant = await Merchant.open()
})

afterEach(() => merchant.close())

describe('the credentials', () => {
  test('are made once, for the eyes of their owner only', async () => {
    expect(await credentials(merchant.folder)).toEqual(merchant.keys)
    const { mode } = await stat(path.join(merchant.folder, 'credentials.json'))
    expect(mode & 0o777).toBe(0o600)
    expect(merchant.keys.wechat.apiV3Key).toHaveLength(32)
  })

  test('hold a true certificate of the platform', () => {
    const { serial, certificate, privateKey } = merchant.keys.wechat.platformCertificate
    const x509 = new X509Certificate(certificate)
    expect(x509.serialNumber).toBe(serial)
    expect(x509.verify(x509.publicKey)).toBe(true)
    expect(x509.publicKey.export({ type: 'spki', format: 'pem' })).not.toBe(privateKey)
    expect(Date.parse(x509.validTo)).toBeGreaterThan(Date.now() + 4 * 365 * 86_400_000)
  })
})

test('it does not start in production', async () => {
  const before = process.env['NODE_ENV']
  process.env['NODE_ENV'] = 'production'
  await expect(openSandbox({ port: 0, folder: merchant.folder })).rejects.toThrow('production')
  process.env['NODE_ENV'] = before
})

describe('after a restart', () => {
  test('orders, refunds, users and faults are as before', async () => {
    await merchant.reopen({ timeScale: 1 })
    const openid = await merchant.user('wechat', { name: '张三' })
    await merchant.paidOrder('KEEP_1', openid)
    await until(async () => (await merchant.orders())[0]?.notifications[0]?.attempts === 1)
    await merchant.createOrder('KEEP_2', openid)
    await merchant.fault({ id: 'kept', on: { path: 'x' }, fault: 'drop' })
    const before = [await merchant.orders(), (await merchant.get('/sandbox/users')).body, (await merchant.get('/sandbox/faults')).body]
    await merchant.reopen({ timeScale: 1 })
    expect([await merchant.orders(), (await merchant.get('/sandbox/users')).body, (await merchant.get('/sandbox/faults')).body]).toEqual(
      before,
    )
    expect((await merchant.queryOrder('KEEP_1')).body['trade_state']).toBe('SUCCESS')
    expect((await merchant.createOrder('KEEP_1', openid)).body['code']).toBe('ORDER_PAID')
    expect((await merchant.createOrder('KEEP_2', openid)).status).toBe(200)
  })

  test('a line torn by a kill is cut off, and what comes later is not lost with it', async () => {
    const openid = await merchant.user('wechat')
    await merchant.createOrder('TORN_1', openid)
    await merchant.sandbox.close()
    await appendFile(path.join(merchant.folder, 'journal.jsonl'), '{"table":"wechat-order","key":"TORN_1","va')
    merchant.sandbox = await openSandbox({ port: 0, folder: merchant.folder })
    await merchant.createOrder('TORN_2', openid)
    await merchant.reopen()
    expect((await merchant.orders()).map(({ number }) => number)).toEqual(['TORN_1', 'TORN_2'])
  })

  test('a notification that was not accepted, and a refund in processing, go on', async () => {
    await merchant.reopen({ timeScale: 1 })
    const receiver = await openReceiver()
    receiver.reply = () => ({ status: 500 })
    await merchant.paidOrder('GO_ON_1', await merchant.user('wechat'), { notify_url: `${receiver.url}/wechat` })
    await merchant.refundOrder('GO_ON_1', 'GO_ON_R', 100)
    await receiver.arrived(1)
    await until(async () => (await merchant.orders())[0]?.notifications[0]?.attempts === 1)
    receiver.reply = () => ({ status: 204 })
    // As if it had been down for a quarter of a minute.
    await merchant.reopen({ clockOffsetMs: 16_000 })
    await until(async () => (await merchant.orders())[0]?.notifications[0]?.state === 'accepted')
    await until(async () => (await merchant.orders())[0]?.refunds[0]?.status === 'SUCCESS')
    expect(receiver.deliveries).toHaveLength(2)
    await receiver.close()
  })
})

test('with its clock six minutes away it refuses a request and answers in its own time', async () => {
  await merchant.reopen({ clockOffsetMs: 360_000 })
  const { status, body, headers } = await merchant.wechatPay('GET', '/v3/certificates')
  expect([status, body['code']]).toEqual([401, 'SIGN_ERROR'])
  expect(Number(headers.get('wechatpay-timestamp')) - Date.now() / 1000).toBeGreaterThan(350)
})

describe('WeChat login', () => {
  const session = (more: Record<string, string>) => {
    const { appid, secret } = merchant.keys.wechat
    const query = new URLSearchParams({ appid, secret, grant_type: 'authorization_code', ...more })
    return merchant.get(`/wechat/sns/jscode2session?${query.toString()}`)
  }

  test('a code gives the openid once, within five minutes', async () => {
    const user = await merchant.user('wechat')
    const code = async () => String((await merchant.post('/sandbox/codes', { host: 'wechat', user })).body['code'])
    const js_code = await code()
    expect((await session({ js_code })).body).toMatchObject({ openid: user, session_key: expect.stringMatching(/^.{24}$/) })
    expect((await session({ js_code })).body['errcode']).toBe(40163)
    expect((await session({ js_code: 'unknown' })).body['errcode']).toBe(40029)
    const old = await code()
    await merchant.post('/sandbox/clock', { offsetMs: 301_000 })
    expect((await session({ js_code: old })).body['errcode']).toBe(40029)
  })

  test('the application is known by its secret', async () => {
    expect((await session({ js_code: 'x', secret: 'wrong' })).body['errcode']).toBe(40125)
    expect((await session({ js_code: 'x', appid: 'wrong' })).body['errcode']).toBe(40013)
  })
})

describe('the token of the WeChat application', () => {
  const ask = async (force_refresh = false) => {
    const { appid, secret } = merchant.keys.wechat
    const { body } = await merchant.post('/wechat/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret, force_refresh })
    return String(body['access_token'])
  }
  const errcode = async (token: string) =>
    (await merchant.post(`/wechat/cityservice/face/identify/queryverifyinfo?access_token=${token}`, {})).body['errcode']

  test('is the same for everyone until it is forced or expires', async () => {
    const first = await ask()
    expect(await ask()).toBe(first)
    expect(await errcode(first)).not.toBe(40001)
    const second = await ask(true)
    expect(second).not.toBe(first)
    expect([await errcode(first), await errcode('unknown')]).toEqual([40001, 40001])
    await merchant.post('/sandbox/clock', { offsetMs: 7_201_000 })
    expect(await errcode(second)).toBe(40001)
    expect(await ask()).not.toBe(second)
  })

  test('of the older kind is new every time', async () => {
    const { appid, secret } = merchant.keys.wechat
    const plain = () => merchant.get(`/wechat/cgi-bin/token?grant_type=client_credential&appid=${appid}&secret=${secret}`)
    const [first, second] = [(await plain()).body['access_token'], (await plain()).body['access_token']]
    expect(second).not.toBe(first)
    expect(await errcode(String(first))).not.toBe(40001)
    await merchant.post('/sandbox/clock', { offsetMs: 301_000 })
    expect([await errcode(String(first)), (await errcode(String(second))) === 40001]).toEqual([40001, false])
  })
})

describe('the WeChat face check', () => {
  const [name, document] = ['张三', '11010519491231002X']
  let token: string
  const face = (what: string, body: Body) => merchant.post(`/wechat/cityservice/face/identify/${what}?access_token=${token}`, body)

  beforeEach(async () => {
    const { appid, secret } = merchant.keys.wechat
    const { body } = await merchant.post('/wechat/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret })
    token = String(body['access_token'])
  })

  async function begin(number: string, openid: string, cert_no = document): Promise<string> {
    const cert_info = { cert_type: 'IDENTITY_CARD', cert_name: name, cert_no }
    const { body } = await face('getverifyid', { out_seq_no: number, cert_info, openid })
    expect(body).toMatchObject({ errcode: 0, expires_in: 3600 })
    return String(body['verify_id'])
  }

  const verdict = async (verify_id: string, out_seq_no: string, openid: string, cert_hash = certHash(name, document)) => {
    const { body } = await face('queryverifyinfo', { verify_id, out_seq_no, cert_hash, openid })
    return body['errcode'] === 0 ? body['verify_ret'] : `refused ${String(body['errcode'])}`
  }

  test('passes for the person, number and openid with which it was begun, and can be done once', async () => {
    const openid = await merchant.user('wechat')
    const id = await begin('S1', openid)
    expect(await verdict(id, 'S1', openid)).not.toBe(10_000)
    expect((await merchant.post('/sandbox/face', { host: 'wechat', id, pass: true })).body).toEqual({ passed: true })
    expect(await verdict(id, 'S1', openid)).toBe(10_000)
    expect(await verdict(id, 'S2', openid)).toBe('refused 40097')
    expect(await verdict(id, 'S1', await merchant.user('wechat'))).toBe('refused 40097')
    expect(await verdict(id, 'S1', openid, certHash('李四', document))).toBe('refused 40097')
    expect((await merchant.post('/sandbox/face', { host: 'wechat', id, pass: true })).status).toBe(409)
  })

  test.each([
    ['the person does not pass', document, false, {}],
    ['the check digit is wrong', '110105194912310021', true, {}],
    ['it is no resident ID', 'H12345678', true, {}],
    ['the wallet belongs to someone else', document, true, { name: '李四' }],
  ])('fails when %s', async (_, cert_no, pass, wallet) => {
    const openid = await merchant.user('wechat', wallet)
    const id = await begin('S3', openid, cert_no)
    expect((await merchant.post('/sandbox/face', { host: 'wechat', id, pass })).body).toEqual({ passed: false })
    expect(await verdict(id, 'S3', openid, certHash(name, cert_no))).toBeGreaterThan(10_000)
  })

  test('cannot be done after an hour, nor by another account', async () => {
    const openid = await merchant.user('wechat')
    const id = await begin('S4', openid)
    const user = await merchant.user('wechat')
    expect((await merchant.post('/sandbox/face', { host: 'wechat', id, pass: true, user })).status).toBe(403)
    await merchant.post('/sandbox/clock', { offsetMs: 3_601_000 })
    expect((await merchant.post('/sandbox/face', { host: 'wechat', id, pass: true })).status).toBe(410)
  })

  test('hashes the person as in the published example', () => {
    const published = '3c241f7ff324977aeb91f173bb2a7b06569e6fd784d5573db34a636d8671108b'
    expect(certHash('张三', '310101199801011234')).toBe(published)
  })
})

/** Runs the script of a page as the browser would and presses a button; answers where it goes. */
async function press(target: string, button: string): Promise<string> {
  const page = new URL(target, merchant.sandbox.url)
  const { text } = await merchant.get(target)
  expect(text).toContain(`onclick="${button.split('(')[0] ?? ''}(`)
  const script = /<script>([^]*)<\/script>/.exec(text)?.[1] ?? ''
  return new Promise((resolve) => {
    const location = { href: page.href, search: page.search, replace: (to: URL) => resolve(to.href) }
    const fetchHere = (path: string, options: RequestInit) => fetch(new URL(path, page), options)
    const result = {
      set textContent(shown: string) {
        resolve(shown)
      },
    }
    const document = { getElementById: () => result }
    runInNewContext(`${script};${button}`, { location, document, fetch: fetchHere, URL, URLSearchParams })
  })
}

describe('the pages', () => {
  test('pay and cancel lead back with the result, and only to a web address', async () => {
    const { body } = await merchant.createOrder('PAGE_2', await merchant.user('wechat'))
    const order = { host: 'wechat', ...(merchant.paymentParameters(body['prepay_id']) as Record<string, string>) }
    const cashier = (back: Record<string, string>) => `/cashier?${new URLSearchParams({ ...order, ...back }).toString()}`
    expect(await press(cashier({ return: 'http://127.0.0.1:1/h5#/pages/pay' }), 'cancel()')).toBe(
      'http://127.0.0.1:1/h5?result=cancel#/pages/pay',
    )
    expect(await press(cashier({ return: 'javascript:alert(1)' }), 'cancel()')).toBe('{"result":"cancel"}')
    expect(await press(cashier({ return: 'http://127.0.0.1:1/h5?a=1' }), 'pay()')).toBe('http://127.0.0.1:1/h5?a=1&result=ok')
    expect((await merchant.queryOrder('PAGE_2')).body['trade_state']).toBe('SUCCESS')
    expect(await press(cashier({ return: 'http://127.0.0.1:1/h5' }), 'pay()')).toBe('http://127.0.0.1:1/h5?result=fail')
  })

  test('login leads back with a code of the chosen user', async () => {
    const user = await merchant.user('wechat', { name: '王小明' })
    const back = new URL(await press('/login?host=wechat&return=http%3A%2F%2F127.0.0.1%3A1%2Fh5', `enter('${user}')`))
    const { appid, secret } = merchant.keys.wechat
    const query = new URLSearchParams({ appid, secret, grant_type: 'authorization_code', js_code: back.searchParams.get('code') ?? '' })
    expect((await merchant.get(`/wechat/sns/jscode2session?${query.toString()}`)).body).toMatchObject({ openid: user })
  })

  test('the cashier shows what is paid, escaped, and only for signed parameters', async () => {
    const openid = await merchant.user('wechat')
    const { body } = await merchant.createOrder('PAGE_1', openid, { description: '<b>养老</b>' })
    const parameters = merchant.paymentParameters(body['prepay_id']) as Record<string, string>
    const cashier = (more: Record<string, string>) =>
      merchant.get(`/cashier?${new URLSearchParams({ host: 'wechat', ...parameters, ...more }).toString()}`)
    const { text } = await cashier({})
    expect(text).toContain('¥380.00')
    expect(text).toContain('支付</button>')
    expect(text).not.toContain('<b>养老')
    expect((await cashier({ paySign: 'x' })).text).toContain('无法支付')
    expect((await cashier({ user: '</script><script>alert(1)' })).text).not.toContain('</script><script>alert')
  })

  test('login, face and the list of contents are there, and nothing loads from outside', async () => {
    await merchant.user('wechat', { name: '王小明' })
    const pages = [await merchant.get('/login?host=wechat'), await merchant.get('/face?host=wechat&id=x'), await merchant.get('/')]
    expect(pages.map(({ status }) => status)).toEqual([200, 200, 200])
    expect(pages.map(({ text }) => ['王小明', '不通过', '/wechatpay'].find((word) => text.includes(word)))).toEqual([
      '王小明',
      '不通过',
      '/wechatpay',
    ])
    for (const { text } of pages) expect(text).not.toMatch(/(src|href)="?(https?:)?\/\//)
    expect((await merchant.get('/nothing')).status).toBe(404)
  })
})
