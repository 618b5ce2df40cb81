import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { jest } from '@jest/globals'
import * as v from 'valibot'
import { openApplication, type Answer, type TestApplication } from '../../test/application.ts'
import { inventPerson, Journey, newKey, type Host, type Invented, type Traveller } from '../../test/journey.ts'
import {
  alipaySuccess,
  newTransactionId,
  sealWechat,
  signAlipay,
  signAlipayAnswer,
  signWechat,
  wechatBody,
  wechatSuccess,
  type Notice,
} from '../../test/notice.ts'
import { Config } from '../config.ts'
import { AlipayHost } from '../host/alipay.ts'
import { AlipayPay } from './alipay-pay.ts'
import { Keys } from '../crypto/keys.ts'
import { AttemptService } from './attempt.service.ts'
import { WechatPay } from './wechat-pay.ts'

// Providers as they fail: every fault is a real one of the stand-ins, on the wire.
jest.setTimeout(20_000)

let on: TestApplication
let journey: Journey
let agents: Record<Host, Traveller>
beforeAll(async () => {
  on = await openApplication({ proxied: true })
  journey = new Journey(on)
  agents = { wechat: await journey.resident(inventPerson(), 'wechat'), alipay: await journey.resident(inventPerson(), 'alipay') }
}, 60_000)
afterAll(() => on.close())
afterEach(() => on.control('/sandbox/faults', undefined, 'DELETE'))

const hosts = ['wechat', 'alipay'] as const
const FEN = 342_500
const at = {
  wechat: { host: 'wechatpay', create: 'transactions/jsapi$', query: 'out-trade-no/[^/]+$', close: 'close$' },
  alipay: { host: 'alipay', create: 'trade/create$', query: 'trade/query$', close: 'trade/close$' },
} as const

/** An order of months 1–5 at 60 % for a new contributor. */
const newOrder = async (host: Host): Promise<{ no: string; person: Invented; who: Traveller }> => {
  const [who, person] = [agents[host], inventPerson()]
  await journey.enrol(person)
  const order = await journey.order(who, [journey.regular(await journey.lookUp(who, person), '2022-01', '2022-05')], FEN)
  return { no: order.body.no as string, person, who }
}
/** Alipay's SDK repeats by itself a request whose connection broke, once. */
const breaks = (host: Host, name: string): object => ({ times: host === 'alipay' && name === 'drop' ? 2 : 1 })
const fault = (host: Host, step: 'create' | 'query' | 'close', name: string, more: object = {}): Promise<Answer> =>
  on.control('/sandbox/faults', { on: { path: at[host][step] }, host: at[host].host, fault: name, ...breaks(host, name), ...more })
const notifyFault = (host: Host, name: string, more: object = {}): Promise<Answer> =>
  on.control('/sandbox/faults', { on: 'notify', host, fault: name, ...more })
const pay = (who: Traveller, no: string): ReturnType<Traveller['post']> => who.post(`/api/orders/${no}/pay`, { provider: who.host })
const viewOf = async (who: Traveller, no: string): Promise<Answer> => (await who.get(`/api/orders/${no}`)).body
const refusalOf = ({ status, body }: { status: number; body: Answer }): [number, string] => [status, body.code]
const attemptsOf = (no: string): Promise<Answer[]> => on.db.query('SELECT * FROM attempt WHERE order_id = ? ORDER BY attempt_id', [no])
const attemptOf = async (no: string): Promise<Answer> => (await attemptsOf(no))[0]
const stateOf = async (no: string): Promise<string> => (await on.db.query('SELECT state FROM pay_order WHERE order_id = ?', [no]))[0].state
const dueStatesOf = async (no: string): Promise<string[]> =>
  (await on.db.query('SELECT state FROM due WHERE order_id = ? ORDER BY month_from', [no])).map(({ state }: Answer) => state)
/** What the provider knows under our number. */
const thereAs = async (outTradeNo: string): Promise<Answer[]> =>
  (await on.control('/sandbox/orders')).orders.filter(({ number }: Answer) => number === outTradeNo)
const inboxOf = (outTradeNo: string): Promise<Answer[]> => on.db.query('SELECT * FROM provider_inbox WHERE out_trade_no = ?', [outTradeNo])
/** Everything that an order's payments left: money, history, ledger, and what became of the order and its dues. */
interface Booked {
  payments: [string, number, number][]
  events: string[]
  ledger: Record<string, number>
  order: string
  dues: string[]
}
const booked = async (no: string): Promise<Booked> => {
  const payments = await on.db.query('SELECT state, total_fen, surplus_fen FROM provider_payment WHERE order_id = ?', [no])
  const events = await on.db.query("SELECT name FROM event WHERE aggregate = 'order' AND aggregate_id = ? ORDER BY seq", [no])
  const lines = await on.db.query(
    "SELECT l.ledger_account, l.amount_fen FROM ledger_entry l JOIN attempt a ON a.bucket = l.bucket AND a.attempt_id = l.source_id WHERE l.source = 'attempt' AND a.order_id = ?",
    [no],
  )
  return {
    payments: payments.map(({ state, total_fen, surplus_fen }: Answer) => [state, Number(total_fen), Number(surplus_fen)]),
    events: events.map(({ name }: Answer) => name).filter((name: string) => name !== 'order.closing'),
    ledger: Object.fromEntries(lines.map(({ ledger_account, amount_fen }: Answer) => [ledger_account, Number(amount_fen)])),
    order: await stateOf(no),
    dues: await dueStatesOf(no),
  }
}
/** One payment, and nothing else. */
const paidOnce = (host: Host): Booked => ({
  payments: [['allocated', FEN, 0]],
  events: ['order.held', 'order.paid'],
  ledger: { [`receivable:${host}`]: FEN, treasury_payable: -FEN },
  order: 'paid',
  dues: Array<string>(5).fill('paid'),
})
const until = async <T>(look: () => Promise<T>, isThere: (found: T) => boolean, ms = 8000): Promise<T> => {
  const end = Date.now() + ms
  for (;;) {
    const found = await look()
    if (isThere(found)) return found
    if (Date.now() > end) throw new Error(`it stays ${JSON.stringify(found)}`)
    await new Promise((resolve) => setTimeout(resolve, 40))
  }
}
const untilState = (no: string, state: string): Promise<string> =>
  until(
    () => stateOf(no),
    (found) => found === state,
  )
/** The payer at the cashier; `more` may hold the password screen open. */
const atCashier = async ({ who, no }: { who: Traveller; no: string }, more: object = {}): Promise<Answer> => {
  const { body } = await pay(who, no)
  return on.control('/sandbox/cashier/pay', { host: who.host, user: who.user, ...body.ticket, ...more })
}
/** The sweeper's turn comes now; `sql` may shift the end of the attempt. */
const sweep = async (no: string, sql = ''): Promise<void> => {
  await on.db.query(
    `UPDATE attempt SET ${sql} next_check_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE order_id = ? AND next_check_at IS NOT NULL`,
    [no],
  )
  await on.app.get(AttemptService).sweep()
}
const deliver = async (host: Host, { headers, body }: Notice): Promise<{ status: number; text: string }> => {
  const response = await fetch(`${on.url}/notify/${host}`, { method: 'POST', headers, body })
  return { status: response.status, text: await response.text() }
}
const success = (host: Host, outTradeNo: string): Notice =>
  host === 'wechat'
    ? signWechat(on, wechatBody(on, wechatSuccess(on, outTradeNo, FEN)))
    : signAlipay(on, alipaySuccess(on, outTradeNo, '3425.00'))
/** An order whose payment was begun, with our number at the provider. */
const begun = async (host: Host): Promise<{ no: string; person: Invented; who: Traveller; number: string; ticket: Answer }> => {
  const order = await newOrder(host)
  const { body } = await pay(order.who, order.no)
  return { ...order, number: (await attemptOf(order.no)).out_trade_no as string, ticket: body.ticket }
}

/** First answer lost: unknown, never failed; the same bytes again; one order there, which can be paid. */
const expectOneInTheEnd = async ({ no, who }: { no: string; who: Traveller }, refused: Awaited<ReturnType<typeof pay>>): Promise<void> => {
  const { host } = who
  expect(refusalOf(refused)).toEqual([503, 'provider_unavailable'])
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0)
  expect(await attemptOf(no)).toMatchObject({ state: 'create_unknown', is_live: 1, prepay_id: null })
  expect(await viewOf(who, no)).toMatchObject({ state: 'held', payment: 'checking' })
  const again = await pay(who, no)
  expect([again.status, again.body.ticket.provider]).toEqual([200, host])
  const attempts = await attemptsOf(no)
  expect(attempts.map(({ state }) => state)).toEqual(['prepared'])
  expect(await thereAs(attempts[0].out_trade_no)).toHaveLength(1)
  // stored sealed, because they name the payer's open id; sent as they were before
  const stored = attempts[0].create_body as Buffer
  const bytes = Buffer.from(on.app.get(Keys).open(stored, `attempt.create_body|${attempts[0].attempt_id}`)).toString('latin1')
  const requests = on.link!.sandbox.sent().split(/(?=(?:GET|POST) \/\S+ HTTP\/1\.1\r\n)/)
  const creates = requests.filter((request) => request.includes(attempts[0].out_trade_no as string) && request.includes('notify_url'))
  expect(creates.length).toBeGreaterThanOrEqual(2)
  expect([...new Set(creates.map((request) => request.slice(request.indexOf('\r\n\r\n') + 4)))]).toEqual([bytes])
  expect((await atCashier({ who, no })).result).toBe('ok')
  await untilState(no, 'paid')
  expect(await booked(no)).toEqual(paidOnce(host))
}

describe.each(hosts)('creating a payment at %s', (host) => {
  test.each([
    'drop',
    'drop_after',
    'status_500',
    'html_502',
    'empty_200',
    'unsigned',
    'wrong_signature',
    'wrong_serial',
    ...(host === 'wechat' ? ['stale_timestamp'] : []), // the SDK of Alipay does not look; see the answers brought again
  ])('answered by %s it is unknown, and a repeat sends the same bytes and ends in one payment (C2, C3)', async (name) => {
    const order = await newOrder(host)
    await fault(host, 'create', name)
    const refused = await pay(order.who, order.no)
    expect(refusalOf(refused)).toEqual([503, 'provider_unavailable'])
    await expectOneInTheEnd(order, refused)
  })

  const rejected = host === 'wechat' ? { status: 403, code: 'NO_AUTH' } : { status: 403, code: 'ACQ.ACCESS_FORBIDDEN' }
  test('rejected for certain, it is over, and a repeat begins under a new number', async () => {
    const { no, who } = await newOrder(host)
    await fault(host, 'create', 'error', rejected)
    expect(refusalOf(await pay(who, no))).toEqual([503, 'provider_unavailable'])
    expect(await attemptOf(no)).toMatchObject({ state: 'create_rejected', is_live: null })
    expect(await viewOf(who, no)).toMatchObject({ state: 'held', payment: 'none' })
    expect((await pay(who, no)).status).toBe(200)
    const attempts = await attemptsOf(no)
    expect(attempts.map(({ state }) => state)).toEqual(['create_rejected', 'prepared'])
    expect(await thereAs(attempts[0].out_trade_no)).toEqual([])
  })

  test('once unknown, a rejection of the repeat proves nothing: it may be there', async () => {
    const { no, who } = await newOrder(host)
    await fault(host, 'create', 'drop_after')
    await pay(who, no)
    await fault(host, 'create', 'error', rejected)
    expect(refusalOf(await pay(who, no))).toEqual([503, 'provider_unavailable'])
    expect(await attemptOf(no)).toMatchObject({ state: 'create_unknown', is_live: 1 })
    expect((await pay(who, no)).status).toBe(200)
    expect(await attemptsOf(no)).toHaveLength(1)
  })

  const used = host === 'wechat' ? { status: 403, code: 'OUT_TRADE_NO_USED' } : { status: 400, code: 'ACQ.CONTEXT_INCONSISTENT' }
  test(`${used.code} decides nothing by itself (C4)`, async () => {
    const { no, who } = await newOrder(host)
    await fault(host, 'create', 'error', { ...used, work: true })
    expect(refusalOf(await pay(who, no))).toEqual([503, 'provider_unavailable'])
    expect(await attemptOf(no)).toMatchObject({ state: 'create_unknown', is_live: 1 })
    expect((await pay(who, no)).status).toBe(200)
  })

  test('already paid there, the repeat finds the money and asks for none (C5)', async () => {
    const order = await newOrder(host)
    await notifyFault(host, 'none')
    await atCashier(order)
    await on.db.query("UPDATE attempt SET state = 'create_unknown', prepay_id = NULL WHERE order_id = ?", [order.no])
    const refused = await pay(order.who, order.no)
    expect([...refusalOf(refused), refused.body.moneyTaken]).toEqual([409, 'payment_checking', 'checking'])
    expect(await booked(order.no)).toEqual(paidOnce(host))
  })

  test('a notification that is faster than the answer counts, and the answer is ignored (N2)', async () => {
    const { no, who } = await newOrder(host)
    await fault(host, 'create', 'late', { ms: 600 })
    const answer = pay(who, no)
    const { out_trade_no } = await until(
      () => attemptOf(no),
      (found) => found !== undefined,
    )
    expect([200, 204]).toContain((await deliver(host, success(host, out_trade_no))).status)
    expect((await attemptOf(no)).state).toBe('succeeded')
    await answer
    expect((await attemptOf(no)).state).toBe('succeeded')
    expect(await booked(no)).toEqual(paidOnce(host))
  })

  test('is for the host of the session only', async () => {
    const { no, who } = await newOrder(host)
    const other = host === 'wechat' ? 'alipay' : 'wechat'
    const refused = await who.post(`/api/orders/${no}/pay`, { provider: other })
    expect([...refusalOf(refused), refused.body.facts]).toEqual([422, 'wrong_host', { host: other }])
    expect(await attemptsOf(no)).toEqual([])
  })
})

test('without an answer, or with a late one, a create is unknown, and ends in one payment (C1, C2)', async () => {
  const orders = await Promise.all(hosts.flatMap((host) => [newOrder(host), newOrder(host)]))
  for (const host of hosts) {
    await fault(host, 'create', 'no_reply')
    await fault(host, 'create', 'late', { ms: 3_500 })
  }
  const answers = await Promise.all(orders.map(({ who, no }) => pay(who, no)))
  expect(answers.map(({ status }) => status)).toEqual([503, 503, 503, 503])
  for (const [n, order] of orders.entries()) await expectOneInTheEnd(order, answers[n]!)
})

test('a payment that was begun in one host is not begun in the other', async () => {
  const person = inventPerson()
  await journey.enrol(person)
  const wechat = await journey.resident(person, 'wechat')
  const { body } = await journey.order(wechat, [journey.regular(await journey.lookUp(wechat), '2022-01', '2022-05')], FEN)
  expect((await pay(wechat, body.no)).status).toBe(200)
  const alipay = await journey.resident(person, 'alipay')
  const refused = await pay(alipay, body.no)
  expect([...refusalOf(refused), refused.body.facts]).toEqual([422, 'wrong_host', { host: 'wechat' }])
  expect(await attemptsOf(body.no)).toHaveLength(1)
})

test.each(hosts)('an old answer of %s, brought again, says nothing of another payment', async (host) => {
  const other = newKey()
  const answers = {
    wechat: { ...wechatSuccess(on, other, FEN), trade_state: 'CLOSED' },
    alipay: { out_trade_no: other, trade_no: newTransactionId(), trade_status: 'TRADE_CLOSED', total_amount: '3425.00' },
  }
  const body = JSON.stringify(answers[host])
  const server = createServer(
    (_, answer) => void answer.writeHead(200, { ...signWechat(on, body).headers, ...signAlipayAnswer(on, body) }).end(body),
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const config = on.app.get(Config)
  const there = Object.assign(Object.create(Config.prototype) as Config, config, {
    wechat: { ...config.wechat, payBases: [base] },
    alipay: { ...config.alipay, base },
  })
  const provider = host === 'wechat' ? new WechatPay(there, on.clock) : new AlipayPay(there, new AlipayHost(there), on.clock)
  const create = provider.createBody({
    outTradeNo: newKey(),
    totalFen: FEN,
    openId: 'o',
    timeExpire: Date.now() + 900_000,
    description: '社会保险费',
  })
  expect(await provider.query(other)).toEqual({ kind: 'closed' })
  expect([await provider.query(newKey()), await provider.create(create)]).toEqual([{ kind: 'unknown' }, { kind: 'unknown' }])
  server.closeAllConnections()
  server.close()
})

describe.each(hosts)('news of a payment from %s', (host) => {
  test('lost for good, it is found when the payer looks (N3)', async () => {
    const order = await begun(host)
    await notifyFault(host, 'none')
    await atCashier(order)
    expect(await stateOf(order.no)).toBe('held')
    expect(await viewOf(order.who, order.no)).toMatchObject({ state: 'paid', payment: 'taken' })
    expect(await inboxOf(order.number)).toEqual([])
    expect(await booked(order.no)).toEqual(paidOnce(host))
  })

  test('lost for good, it is found by the sweeper when nobody looks (N3)', async () => {
    const order = await begun(host)
    await notifyFault(host, 'none')
    await atCashier(order)
    await sweep(order.no)
    await untilState(order.no, 'paid')
    expect(await booked(order.no)).toEqual(paidOnce(host))
  })

  test('a query that fails or is not verified changes nothing, and the next one finds it (C3)', async () => {
    const order = await begun(host)
    await notifyFault(host, 'none')
    await atCashier(order)
    await on.db.query('UPDATE attempt SET next_check_at = next_check_at + INTERVAL 1 HOUR WHERE order_id = ?', [order.no])
    for (const name of ['status_500', 'html_502', 'empty_200', 'unsigned', 'wrong_signature', 'wrong_serial', 'drop']) {
      await on.control('/sandbox/faults', undefined, 'DELETE')
      await fault(host, 'query', name, { times: 'always' }) // the sweeper asks meanwhile about orders of other tests
      await on.db.query('UPDATE attempt SET checked_at = NULL WHERE order_id = ?', [order.no])
      expect([name, (await viewOf(order.who, order.no)).state]).toEqual([name, 'held'])
    }
    await on.control('/sandbox/faults', undefined, 'DELETE')
    await on.db.query('UPDATE attempt SET checked_at = NULL WHERE order_id = ?', [order.no])
    expect((await viewOf(order.who, order.no)).state).toBe('paid')
    expect(await booked(order.no)).toEqual(paidOnce(host))
  })

  test.each([true, false])('a hundred times, at once: %s, is one payment, and each is answered with success (N1)', async (concurrent) => {
    const order = await begun(host)
    await notifyFault(host, 'duplicate', { copies: concurrent ? 100 : 20, concurrent })
    await atCashier(order)
    const [{ notifications }] = await until(
      () => thereAs(order.number),
      ([one]) => one.notifications[0].state === 'accepted',
    )
    expect(new Set(notifications[0].answers)).toEqual(new Set([host === 'wechat' ? '204' : '200 success']))
    expect(await inboxOf(order.number)).toMatchObject([{ applied_at: expect.any(Date), next_check_at: null }])
    expect(await booked(order.no)).toEqual(paidOnce(host))
  })

  test('late, after a look has found it, changes nothing', async () => {
    const order = await begun(host)
    await notifyFault(host, 'late', { ms: 300 })
    await atCashier(order)
    expect((await viewOf(order.who, order.no)).state).toBe('paid')
    await until(
      () => inboxOf(order.number),
      ([row]) => row?.applied_at !== null && row !== undefined,
    )
    expect(await booked(order.no)).toEqual(paidOnce(host))
  })

  test('out of order, each finds its own', async () => {
    const [first, second] = [await begun(host), await begun(host)]
    await notifyFault(host, 'reordered')
    await atCashier(first)
    await atCashier(second)
    for (const { no } of [first, second]) {
      await untilState(no, 'paid')
      expect(await booked(no)).toEqual(paidOnce(host))
    }
  })

  test.each(['wrong_amount', 'wrong_currency', 'wrong_appid', 'wrong_mchid'])(
    'with %s the money is booked as a mismatch, nothing is paid with it, and no second payment is invited (N6, N7)',
    async (name) => {
      const order = await begun(host)
      await notifyFault(host, name)
      await atCashier(order)
      await until(
        () => inboxOf(order.number),
        ([row]) => row?.applied_at !== null && row !== undefined,
      )
      const total = name === 'wrong_amount' ? FEN + 1 : FEN
      expect(await booked(order.no)).toEqual({
        payments: [['mismatch', total, total]],
        events: ['order.held', 'attempt.mismatch'],
        ledger: { [`receivable:${host}`]: total, unallocated: -total },
        order: 'held',
        dues: Array(5).fill('held'),
      })
      expect(await attemptOf(order.no)).toMatchObject({ state: 'mismatch', is_live: null })
      expect(await viewOf(order.who, order.no)).toMatchObject({ state: 'held', payment: 'taken' })
      expect(refusalOf(await pay(order.who, order.no))).toEqual([409, 'payment_checking'])
      expect(await attemptsOf(order.no)).toHaveLength(1)
    },
  )

  test('of a number that nobody knows, it is kept for a person and answered with success (N13)', async () => {
    for (const number of [newKey().slice(0, 13), 'not-ours_1', '000000000zzzz']) {
      const { status, text } = await deliver(host, success(host, number))
      expect([status, text]).toEqual(host === 'wechat' ? [204, ''] : [200, 'success'])
      const [row] = await inboxOf(number)
      expect(row).toMatchObject({ provider: host, applied_at: null, next_check_at: expect.any(Date) })
      expect((row.body as Buffer).includes(number)).toBe(false) // sealed
    }
  })

  test('spoiled on the way is refused, and its resend is accepted (N8–N11)', async () => {
    const flaws = ['tampered_ciphertext', 'wrong_signature', 'wrong_serial', host === 'wechat' ? 'stale_timestamp' : 'rsa_sha1']
    const orders = await Promise.all(flaws.map(() => begun(host)))
    for (const flaw of flaws) await notifyFault(host, flaw)
    await Promise.all(orders.map(({ who, ticket }) => on.control('/sandbox/cashier/pay', { host, user: who.user, ...ticket })))
    const answers: string[] = []
    for (const { no, number } of orders) {
      const [{ notifications }] = await until(
        () => thereAs(number),
        ([one]) => one.notifications[0].state === 'accepted',
      )
      answers.push(...notifications[0].answers)
      expect(await booked(no)).toEqual(paidOnce(host))
    }
    expect(answers.filter((answer) => answer.startsWith('401'))).toHaveLength(flaws.length)
  })
})

test('a coupon pays part of the total: that is a normal success (N6)', async () => {
  const order = await begun('wechat')
  await atCashier(order, { coupon: 500 })
  await untilState(order.no, 'paid')
  expect(await booked(order.no)).toEqual(paidOnce('wechat'))
})

describe('a notification of WeChat Pay is verified on its exact bytes', () => {
  const flip = (text: string): string => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`
  const without = ({ headers, body }: Notice, name: string): Notice => ({
    headers: Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name)),
    body,
  })

  test('forged in any part, it is refused and nothing is stored (N8–N10, N16)', async () => {
    const order = await begun('wechat')
    const content = wechatSuccess(on, order.number, FEN)
    const good = signWechat(on, wechatBody(on, content))
    const resealed = (resource: object): Notice =>
      signWechat(
        on,
        wechatBody(on, content, {
          resource: { algorithm: 'AEAD_AES_256_GCM', ...sealWechat(on.secrets.wechat.apiV3Key, content), ...resource },
        }),
      )
    const header = (name: string, value: string): Notice => ({ ...good, headers: { ...good.headers, [name]: value } })
    const sealed = sealWechat(on.secrets.wechat.apiV3Key, content)
    const forged: [string, Notice][] = [
      ['a byte more', { ...good, body: `${good.body} ` }],
      ['a byte changed', { ...good, body: good.body.replace('TRANSACTION.SUCCESS', 'TRANSACTION.SUCCESs') }],
      ['the same JSON, written anew', { ...good, body: JSON.stringify(JSON.parse(good.body), null, 1) }],
      ['the signature', header('wechatpay-signature', flip(good.headers['wechatpay-signature']!))],
      ['the nonce', header('wechatpay-nonce', newKey())],
      ['a later time', header('wechatpay-timestamp', String(Number(good.headers['wechatpay-timestamp']) + 1))],
      ['an unknown serial', header('wechatpay-serial', 'PUB_KEY_ID_0000000000000000000000000000')],
      ['the serial of the other key', header('wechatpay-serial', on.secrets.wechat.platformCertificate.serial)],
      ['a probe', header('wechatpay-signature', `WECHATPAY/SIGNTEST/${good.headers['wechatpay-signature']!.slice(19)}`)],
      ['five minutes old', signWechat(on, good.body, 'publicKey', 301_000)],
      ['five minutes ahead', signWechat(on, good.body, 'publicKey', -302_000)],
      ...['serial', 'timestamp', 'nonce', 'signature'].map((name): [string, Notice] => [`no ${name}`, without(good, `wechatpay-${name}`)]),
      ['the ciphertext, signed', resealed({ ciphertext: flip(sealed.ciphertext), nonce: sealed.nonce })],
      ['the associated data, signed', resealed({ associated_data: 'refund' })],
      ['the nonce of the cipher, signed', resealed({ nonce: 'aaaaaaaaaaaa' })],
      ['another APIv3 key, signed', resealed(sealWechat('x'.repeat(32), content))],
      ['no ciphertext, signed', resealed({ ciphertext: '' })],
      ['another algorithm, signed', resealed({ algorithm: 'NONE' })],
    ]
    for (const [what, notice] of forged) {
      const { status, text } = await deliver('wechat', notice)
      expect([what, status, JSON.parse(text).code]).toEqual([what, 401, 'signature_wrong'])
    }
    expect(await inboxOf(order.number)).toEqual([])
    expect(await stateOf(order.no)).toBe('held')
    expect((await deliver('wechat', good)).status).toBe(204)
    expect(await booked(order.no)).toEqual(paidOnce('wechat'))
  })

  test.each([
    ['spaces and line feeds', (body: string) => JSON.stringify(JSON.parse(body), null, 2)],
    ['a line feed at the end', (body: string) => `${body}\n`],
    ['escaped letters', (body: string) => body.replace('resource', '\\u0072esource').replace('支', '\\u652f')],
    ['another order of keys', (body: string) => JSON.stringify(Object.fromEntries(Object.entries(JSON.parse(body) as object).reverse()))],
    ['a number that JSON would write otherwise', (body: string) => body.replace(/}$/, ',"extra":1.0e2}')],
  ])('with %s it is what was signed (N15)', async (_, write) => {
    const order = await begun('wechat')
    const body = write(wechatBody(on, wechatSuccess(on, order.number, FEN)))
    expect((await deliver('wechat', signWechat(on, body))).status).toBe(204)
    expect(await booked(order.no)).toEqual(paidOnce('wechat'))
  })

  test('signed by the certificate or by the public key, both are accepted while a merchant moves (N9)', async () => {
    for (const by of ['certificate', 'publicKey'] as const) {
      const order = await begun('wechat')
      expect((await deliver('wechat', signWechat(on, wechatBody(on, wechatSuccess(on, order.number, FEN)), by))).status).toBe(204)
      expect(await booked(order.no)).toEqual(paidOnce('wechat'))
    }
  })

  test('replayed within five minutes, or under another id, it is the same payment (N1, N10)', async () => {
    const order = await begun('wechat')
    const content = wechatSuccess(on, order.number, FEN)
    const first = signWechat(on, wechatBody(on, content))
    for (const notice of [first, first, signWechat(on, wechatBody(on, content))]) expect((await deliver('wechat', notice)).status).toBe(204)
    expect(await booked(order.no)).toEqual(paidOnce('wechat'))
  })

  test('about a refund, it is kept and pays nothing', async () => {
    const order = await begun('wechat')
    const body = wechatBody(
      on,
      { mchid: on.secrets.wechat.mchid, out_trade_no: order.number, refund_status: 'SUCCESS' },
      { event_type: 'REFUND.SUCCESS' },
    )
    expect((await deliver('wechat', signWechat(on, body))).status).toBe(204)
    expect(await inboxOf(order.number)).toHaveLength(1)
    expect(await stateOf(order.no)).toBe('held')
  })
})

describe('a notification of Alipay is verified as RSA2 over its parameters', () => {
  test('with a weaker, missing or wrong signature it is refused and nothing is stored (N8, N11)', async () => {
    const order = await begun('alipay')
    const parameters = alipaySuccess(on, order.number, '3425.00')
    const good = signAlipay(on, parameters)
    const change = (name: string, value: string): Notice => {
      const form = new URLSearchParams(good.body)
      form.set(name, value)
      return { ...good, body: form.toString() }
    }
    const forged: [string, Notice][] = [
      ['sign_type=RSA with a true SHA-1 signature', signAlipay(on, parameters, { signType: 'RSA', digest: 'sha1' })],
      ['sign_type=RSA2 with SHA-1', signAlipay(on, parameters, { digest: 'sha1' })],
      ['sign_type in small letters', signAlipay(on, parameters, { signType: 'rsa2' })],
      ['no sign_type', signAlipay(on, parameters, { signType: '' })],
      ['no sign', { ...good, body: good.body.replace(/&sign=.*$/, '') }],
      ['another amount', change('total_amount', '0.01')],
      ['another number', change('out_trade_no', newKey())],
      ['a parameter more', change('extra', '1')],
      [
        'sent as JSON',
        { headers: { 'content-type': 'application/json' }, body: JSON.stringify(Object.fromEntries(new URLSearchParams(good.body))) },
      ],
    ]
    for (const [what, notice] of forged) {
      const { status, text } = await deliver('alipay', notice)
      expect([what, status, JSON.parse(text).code]).toEqual([what, 401, 'signature_wrong'])
    }
    expect(await inboxOf(order.number)).toEqual([])
    expect(await stateOf(order.no)).toBe('held')
    expect(await deliver('alipay', good)).toEqual({ status: 200, text: 'success' })
    expect(await booked(order.no)).toEqual(paidOnce('alipay'))
  })

  test.each([
    ['form V1', {}, 'V1'],
    ['form V2, which signs sign_type, too', {}, 'V2'],
    ['Chinese, &, +, % and = in a value', { subject: '社保 & 费+100%=好', body: 'a%26b' }, 'V1'],
    ['an empty value', { body: '' }, 'V1'],
    ['a parameter that nobody knows yet', { a_new_one: '1' }, 'V1'],
  ] as const)('%s is read as it was signed (N11)', async (_, more, form) => {
    const order = await begun('alipay')
    const notice = signAlipay(on, alipaySuccess(on, order.number, '3425.00', more), { form })
    expect(await deliver('alipay', notice)).toEqual({ status: 200, text: 'success' })
    expect(await booked(order.no)).toEqual(paidOnce('alipay'))
  })

  test('a partial refund comes as TRADE_SUCCESS to the same address, and is no second payment (N12)', async () => {
    const order = await begun('alipay')
    await atCashier(order)
    await untilState(order.no, 'paid')
    await on.app
      .get(AlipayHost)
      .call('/v3/alipay/trade/refund', { out_trade_no: order.number, refund_amount: '1.00', out_request_no: newKey() }, v.unknown())
    await until(
      () => inboxOf(order.number),
      (rows) => rows.length === 2,
    )
    expect(await booked(order.no)).toEqual(paidOnce('alipay'))
  })

  test('a refund that is told before its payment pays nothing; the payment counts when it comes (N4)', async () => {
    const order = await begun('alipay')
    const trade_no = newTransactionId()
    const refund = alipaySuccess(on, order.number, '3425.00', {
      trade_no,
      refund_fee: '1.00',
      gmt_refund: '2022-02-15 10:00:00',
      out_biz_no: newKey(),
    })
    expect((await deliver('alipay', signAlipay(on, refund))).status).toBe(200)
    expect(await stateOf(order.no)).toBe('held')
    expect((await deliver('alipay', signAlipay(on, alipaySuccess(on, order.number, '3425.00', { trade_no })))).status).toBe(200)
    expect(await booked(order.no)).toEqual(paidOnce('alipay'))
  })

  test.each(['WAIT_BUYER_PAY', 'TRADE_CLOSED'])('%s is kept and pays nothing', async (trade_status) => {
    const order = await begun('alipay')
    expect((await deliver('alipay', signAlipay(on, alipaySuccess(on, order.number, '3425.00', { trade_status })))).status).toBe(200)
    expect(await inboxOf(order.number)).toHaveLength(1)
    expect(await stateOf(order.no)).toBe('held')
  })
})

describe.each(hosts)('what is not a notification at the address of %s', (host) => {
  const type = host === 'wechat' ? 'application/json' : 'application/x-www-form-urlencoded'
  test.each([
    ['too large', 413, type, 'a'.repeat(70_000)],
    ['XML', 400, 'text/xml', '<xml><return_code>SUCCESS</return_code></xml>'],
    ['compressed', host === 'wechat' ? 400 : 401, type, '\u001f\u008b\u0008'],
    ['empty', host === 'wechat' ? 400 : 401, type, ''],
  ])('%s: refused with %s, and nothing is stored (N16)', async (_, status, contentType, body) => {
    const stored = async (): Promise<Answer> => (await on.db.query('SELECT COUNT(*) AS n FROM provider_inbox'))[0].n
    const before = await stored()
    const answer = await deliver(host, { headers: { 'content-type': contentType }, body })
    expect(answer.status).toBe(status)
    expect(Object.keys(JSON.parse(answer.text)).sort()).toEqual(['clause', 'code', 'facts', 'message', 'moneyTaken', 'next'])
    expect(await stored()).toBe(before)
  })
})

describe.each(hosts)('giving up an order that was begun at %s', (host) => {
  const closed = host === 'wechat' ? 'CLOSED' : 'TRADE_CLOSED'
  const cancel = (order: { who: Traveller; no: string }): ReturnType<Traveller['post']> => order.who.post(`/api/orders/${order.no}/cancel`)
  /** What somebody else hears who wants the same months. */
  const asked = async (person: Invented): Promise<[number, string | undefined]> => {
    const owner = await journey.resident(person)
    const { status, body } = await journey.order(owner, [journey.regular(await journey.lookUp(owner), '2022-01', '2022-05')], FEN)
    return [status, body.code]
  }

  test('closes it at the provider first, then frees its dues; it cannot be paid any more', async () => {
    const order = await begun(host)
    expect((await cancel(order)).body).toMatchObject({ state: 'cancelled', payment: 'not_taken' })
    expect(await thereAs(order.number)).toMatchObject([{ state: closed }])
    expect(await attemptOf(order.no)).toMatchObject({ state: 'closed', is_live: null, next_check_at: null })
    expect(refusalOf(await pay(order.who, order.no))).toEqual([409, 'order_expired'])
    const late = await on.control('/sandbox/cashier/pay', { host, user: order.who.user, ...order.ticket })
    expect(late.result).toBe('fail')
    expect(await asked(order.person)).toEqual([200, undefined])
  })

  test('after the payer has paid, finds the money instead (C5)', async () => {
    const order = await begun(host)
    await notifyFault(host, 'none')
    await atCashier(order)
    expect((await cancel(order)).body).toMatchObject({ state: 'paid', payment: 'taken' })
    expect(await booked(order.no)).toEqual(paidOnce(host))
  })

  test('when the provider does not confirm, holds the dues; the sweeper asks again (C6, C8)', async () => {
    const order = await begun(host)
    await fault(host, 'close', 'error', { status: 429, code: host === 'wechat' ? 'FREQUENCY_LIMITED' : 'ACQ.SYSTEM_ERROR' })
    expect((await cancel(order)).body).toMatchObject({ state: 'closing', payment: 'checking' })
    expect(await asked(order.person)).toEqual([409, 'due_held'])
    expect(refusalOf(await pay(order.who, order.no))).toEqual([409, 'order_not_payable'])
    expect(await dueStatesOf(order.no)).toEqual(Array(5).fill('held'))
    await sweep(order.no)
    await untilState(order.no, 'cancelled')
    expect(await thereAs(order.number)).toMatchObject([{ state: closed }])
    expect(await dueStatesOf(order.no)).toEqual([])
  })

  test('when the provider knows no such payment, waits until none can appear any more (C7)', async () => {
    const order = await newOrder(host)
    await fault(host, 'create', 'drop')
    await pay(order.who, order.no)
    expect((await cancel(order)).body.state).toBe('closing')
    await sweep(order.no)
    await until(
      () => attemptOf(order.no),
      ({ check_count }) => check_count > 0,
    )
    expect([await stateOf(order.no), await dueStatesOf(order.no)]).toEqual(['closing', Array(5).fill('held')])
    await sweep(order.no, 'time_expire = UTC_TIMESTAMP(3) - INTERVAL 61 SECOND,')
    await untilState(order.no, 'cancelled')
  })

  test('left alone past its end, it is closed a minute later, not before (decision 10)', async () => {
    const order = await begun(host)
    await sweep(order.no, 'time_expire = UTC_TIMESTAMP(3) - INTERVAL 30 SECOND,')
    await until(
      () => attemptOf(order.no),
      ({ check_count }) => check_count > 0,
    )
    expect([await stateOf(order.no), (await thereAs(order.number))[0].state]).toEqual([
      'held',
      host === 'wechat' ? 'NOTPAY' : 'WAIT_BUYER_PAY',
    ])
    await sweep(order.no, 'time_expire = UTC_TIMESTAMP(3) - INTERVAL 61 SECOND,')
    await untilState(order.no, 'cancelled')
    expect(await thereAs(order.number)).toMatchObject([{ state: closed }])
    expect(await dueStatesOf(order.no)).toEqual([])
  })

  test('never begun, it ends with its fifteen minutes', async () => {
    const order = await newOrder(host)
    await on.db.query('UPDATE pay_order SET expires_at = UTC_TIMESTAMP(3) - INTERVAL 1 SECOND WHERE order_id = ?', [order.no])
    await untilState(order.no, 'cancelled')
    expect(refusalOf(await pay(order.who, order.no))).toEqual([409, 'order_expired'])
    expect(await asked(order.person)).toEqual([200, undefined])
  })

  test('with less than a minute left no payment is begun', async () => {
    const order = await newOrder(host)
    await on.db.query('UPDATE pay_order SET expires_at = UTC_TIMESTAMP(3) + INTERVAL 55 SECOND WHERE order_id = ?', [order.no])
    expect(refusalOf(await pay(order.who, order.no))).toEqual([409, 'order_expired'])
    expect(await attemptsOf(order.no)).toEqual([])
  })
})

test('given up while the payer is on the password screen: the dues stay held, and the payment that follows counts (C6)', async () => {
  const order = await begun('wechat')
  const screen = on.control('/sandbox/cashier/pay', { host: 'wechat', user: order.who.user, ...order.ticket, delayMs: 1_500 })
  await new Promise((resolve) => setTimeout(resolve, 50))
  const cancelled = await order.who.post(`/api/orders/${order.no}/cancel`)
  expect(cancelled.body).toMatchObject({ state: 'closing', payment: 'checking' })
  expect(await dueStatesOf(order.no)).toEqual(Array(5).fill('held'))
  expect((await screen).result).toBe('ok')
  await untilState(order.no, 'paid')
  expect(await booked(order.no)).toEqual(paidOnce('wechat'))
})
