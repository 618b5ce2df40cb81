import { jest } from '@jest/globals'
import { openApplication, type Answer, type TestApplication } from '../../test/application.ts'
import { inventPerson, Journey, newKey, type Invented, type Traveller } from '../../test/journey.ts'
import { signAlipay, signWechat, alipaySuccess, wechatBody, wechatSuccess, type Notice } from '../../test/notice.ts'

// The database goes away, as a dead link (nothing answers) and as a dead server (connections are cut), and comes back.
jest.setTimeout(60_000)

let on: TestApplication
let journey: Journey
let agent: Traveller
beforeAll(async () => {
  on = await openApplication({ proxied: true })
  journey = new Journey(on)
  agent = await journey.resident(inventPerson())
}, 60_000)
afterAll(() => on.close())
afterEach(() => on.link?.database.be('pass'))

/** The longest that anybody waits for an answer while the database is away: five seconds, and one for a busy machine. */
const AT_MOST_MS = 6_000
const FEN = 342_500
type Asked = Promise<{ status: number; body: Answer; headers?: Headers }>
const newOrder = async (): Promise<{ no: string; person: Invented; number: string; ticket: Answer; items: object[] }> => {
  const person = inventPerson()
  await journey.enrol(person)
  const items = [journey.regular(await journey.lookUp(agent, person), '2022-01', '2022-05')]
  const { no } = (await journey.order(agent, items, FEN)).body
  const { ticket } = (await agent.post(`/api/orders/${no}/pay`, { provider: 'wechat' })).body
  const [{ out_trade_no: number }] = await on.db.query('SELECT out_trade_no FROM attempt WHERE order_id = ?', [no])
  return { no, person, number, ticket, items }
}
const notify = async (host: 'wechat' | 'alipay', { headers, body }: Notice): Asked => {
  const response = await fetch(`${on.url}/notify/${host}`, { method: 'POST', headers, body })
  const text = await response.text()
  return { status: response.status, body: text.startsWith('{') ? JSON.parse(text) : text, headers: response.headers }
}
/** Until it can serve again, by itself. */
const recovered = async (): Promise<void> => {
  const end = Date.now() + 10_000
  while ((await on.ask('GET', '/health/ready')).status !== 200) {
    if (Date.now() > end) throw new Error('it does not recover')
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
const stateOf = async (no: string): Promise<string> => (await agent.get(`/api/orders/${no}`)).body.state

describe.each(['silent', 'cut'] as const)('the database is %s', (how) => {
  test('every request is answered in time with 503 and when to come back; nothing is half done, and all is well afterwards', async () => {
    const order = await newOrder()
    const person = inventPerson()
    await journey.enrol(person)
    const items = [journey.regular(await journey.lookUp(agent, person), '2022-01', '2022-05')]
    const key = newKey()
    const stranger = inventPerson()
    const enrolment = { serial: newKey(), factNo: 1, ...stranger, insurance: 'flexible_pension', county: '210702', monthFrom: '2022-01' }
    const users = await Promise.all(['wechat', 'alipay'].map(async (host) => ({ host, ...(await on.control('/sandbox/users', { host })) })))
    const codes: string[][] = []
    for (const { host, id } of users) {
      const made = await Promise.all([1, 2].map(() => on.control('/sandbox/codes', { host, user: id })))
      codes.push(made.map(({ code }: Answer) => code as string))
    }
    const many = Array.from({ length: 40 }, (_, n): [string, () => Asked] => [`one of many ${n}`, () => agent.get('/api/me')])
    const requests: [string, () => Asked][] = [
      ['ready', () => on.ask('GET', '/health/ready')],
      ['me', () => agent.get('/api/me')],
      ['log in, WeChat', () => on.ask('POST', '/api/sessions', { host: 'wechat', code: codes[0]?.pop() })],
      ['log in, Alipay', () => on.ask('POST', '/api/sessions', { host: 'alipay', code: codes[1]?.pop() })],
      ['look up', () => agent.post('/api/lookups', { entry: 'agent', consent: true, ...person })],
      ['quote', () => agent.post('/api/quotes', { items })],
      ['order', () => journey.order(agent, items, FEN, key)],
      ['see an order', () => agent.get(`/api/orders/${order.no}`)],
      ['pay', () => agent.post(`/api/orders/${order.no}/pay`, { provider: 'wechat' })],
      ['cancel', () => agent.post(`/api/orders/${order.no}/cancel`)],
      ['records', () => agent.get('/api/records')],
      ['enrol', () => on.send('pension', '/institution/enrolments', { enrolments: [enrolment] })],
      ['counter code', () => on.send('hall', '/office/counter-codes', { operator: 'w', ...stranger })],
      ['WeChat notifies', () => notify('wechat', signWechat(on, wechatBody(on, wechatSuccess(on, order.number, FEN))))],
      ['Alipay notifies', () => notify('alipay', signAlipay(on, alipaySuccess(on, newKey(), '3425.00')))],
      ...many, // more than there are connections
    ]
    on.link?.database.be(how)
    // twice: the second round meets connections that the first has left behind
    for (const _ of [1, 2]) {
      const answers = await Promise.all(
        requests.map(async ([what, request]) => {
          const start = Date.now()
          const { status, body, headers } = await request()
          return {
            what,
            status,
            code: body.code,
            comeBack: headers === undefined || Number(headers.get('retry-after')) > 0,
            inTime: Date.now() - start < AT_MOST_MS,
          }
        }),
      )
      expect(answers).toEqual(requests.map(([what]) => ({ what, status: 503, code: 'unavailable', comeBack: true, inTime: true })))
    }
    expect((await on.ask('GET', '/health/live')).status).toBe(200)
    expect(on.logged.filter((line) => line.includes('"msg":"fault"'))).toEqual([])
    on.link?.database.be('pass')
    await recovered()
    // nothing is lost: the same order goes on, the same key makes one order
    expect(await stateOf(order.no)).toBe('held')
    const [first, second] = [await journey.order(agent, items, FEN, key), await journey.order(agent, items, FEN, key)]
    expect([first.status, second.body.no]).toEqual([200, first.body.no])
    const counted = await on.db.query('SELECT COUNT(*) AS n FROM pay_order WHERE idempotency_key = ?', [key])
    expect(Number(counted[0].n)).toBe(1)
    expect((await on.send('pension', '/institution/enrolments', { enrolments: [enrolment] })).body.received).toBe(1)
    await journey.cashier(agent, order.no)
    expect((await journey.until(agent, order.no, 'paid')).payment).toBe('taken')
  })

  test('a payment that is told meanwhile is resent by the provider and applied afterwards (N14)', async () => {
    const order = await newOrder()
    on.link?.database.be(how)
    await on.control('/sandbox/cashier/pay', { host: 'wechat', user: agent.user, ...order.ticket })
    const told = async (): Promise<Answer> =>
      (await on.control('/sandbox/orders')).orders.find(({ number }: Answer) => number === order.number).notifications[0]
    const end = Date.now() + 10_000
    while ((await told()).answers.length === 0 && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await told()).answers[0]).toMatch(/^503/)
    on.link?.database.be('pass')
    await recovered()
    // the sweeper asks no earlier than the provider resends: the news comes by the notification
    await on.db.query(
      'UPDATE attempt SET next_check_at = UTC_TIMESTAMP(3) + INTERVAL 1 HOUR WHERE order_id = ? AND next_check_at IS NOT NULL',
      [order.no],
    )
    const paid = async (): Promise<Answer[]> => on.db.query("SELECT state FROM pay_order WHERE order_id = ? AND state = 'paid'", [order.no])
    while ((await paid()).length === 0 && Date.now() < end + 10_000) await new Promise((resolve) => setTimeout(resolve, 50))
    expect(await paid()).toEqual([{ state: 'paid' }])
    const payments = await on.db.query('SELECT state FROM provider_payment WHERE order_id = ?', [order.no])
    expect(payments).toEqual([{ state: 'allocated' }])
  })
})
