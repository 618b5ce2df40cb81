import { api, type Endpoint } from '@shebao/shared/api'
import { treatments, type RefusalCode } from '@shebao/shared/refusal'
import type { Pool, ResultSetHeader, RowDataPacket } from 'mysql2/promise'
import type { Pool as CallbackPool } from 'mysql2'
import { DataSource, type DataSourceOptions } from 'typeorm'
import * as v from 'valibot'
import { openApplication, type Answer, type Party, type TestApplication } from '../../test/application.ts'
import { inventPassport, inventPerson, Journey, newKey, type Traveller } from '../../test/journey.ts'

let on: TestApplication
let journey: Journey
let resident: Traveller
beforeAll(async () => {
  on = await openApplication()
  journey = new Journey(on)
  resident = await journey.resident(inventPerson())
}, 60_000)
afterAll(() => on.close())

type Name = keyof typeof api
const endpoints = Object.entries(api) as [Name, Endpoint][]
const withBody = endpoints.filter(([, { body }]) => body !== undefined)
const person = inventPerson()
const items = [{ kind: 'due', due: '1' }]
/** A body that each endpoint would read. A new endpoint that reads one is added here, or the first test fails. */
const good: Partial<Record<Name, Record<string, unknown>>> = {
  logIn: { host: 'wechat', code: 'a-code' },
  beginRealName: { method: 'host', ...person },
  lookUp: { entry: 'agent', consent: true, ...person },
  quote: { items },
  createOrder: { items, expectedTotalFen: 1, acknowledgements: [] },
  pay: { provider: 'wechat' },
  sendEnrolments: {
    enrolments: [{ serial: 'S1', factNo: 1, ...person, insurance: 'flexible_pension', county: '210702', monthFrom: '2022-01' }],
  },
  sendSpecialDues: {
    dues: [
      { serial: 'D1', enrolmentSerial: 'S0', insurance: 'flexible_pension', months: { from: '2021-01', to: '2021-12' }, amountFen: 1 },
    ],
  },
  issueCounterCode: { operator: 'w1', ...person },
  reportPayment: {
    channel: 'bank',
    serial: 'P1',
    enrolmentSerial: 'S0',
    insurance: 'flexible_pension',
    year: 2022,
    tier: 'p60',
    months: { from: '2022-01', to: '2022-02' },
    amountFen: 1,
    paidAt: '2022-02-10T10:00:00+08:00',
  },
}
const pathOf = ({ path }: Endpoint): string => path.replace(/:\w+/g, '1')
const partyOf = ({ path }: Endpoint): Party =>
  (({ institution: 'pension', office: 'hall', channel: 'bank' }) as const)[path.split('/')[1] as 'office']
/** Asks as somebody who may. */
const ask = (endpoint: Endpoint, body?: unknown): Promise<{ status: number; body: Answer }> =>
  endpoint.access === 'machine'
    ? on.send(partyOf(endpoint), pathOf(endpoint), body)
    : on.ask(endpoint.method, pathOf(endpoint), body, { authorization: `Bearer ${resident.token}`, 'idempotency-key': newKey() })
/** Every "no" has one shape; its status is the code's. */
const refused = ({ status, body }: { status: number; body: Answer }): [number, string, Answer] => {
  expect(Object.keys(body).sort()).toEqual(['clause', 'code', 'facts', 'message', 'moneyTaken', 'next'])
  expect(status).toBe(treatments[body.code as RefusalCode].status)
  expect(body.message).toMatch(/\p{Script=Han}/u)
  for (const step of body.next) expect(step).toEqual({ step: expect.any(String), label: expect.stringMatching(/./) })
  return [status, body.code, body.facts]
}

describe.each(endpoints)('%s', (name, endpoint) => {
  test('has its route, and is closed to whoever may not call it', async () => {
    const answer = await on.ask(endpoint.method, pathOf(endpoint), good[name])
    const closed = { public: ['login_refused'], account: ['not_logged_in'], realNamed: ['not_logged_in'], machine: ['signature_wrong'] }
    const [status, code] = refused(answer)
    expect([status, closed[endpoint.access]]).toEqual([401, [code]])
  })

  test('is what OpenAPI says', async () => {
    const { body } = await on.ask('GET', '/docs/openapi.json')
    const operation = body.paths[endpoint.path.replace(/:(\w+)/g, '{$1}')][endpoint.method.toLowerCase()]
    expect(operation).toMatchObject({ operationId: name, summary: endpoint.summary })
    expect(operation.requestBody !== undefined).toBe(endpoint.body !== undefined)
  })
})

test('not real-named, an account gets only to what an account may do (R80)', async () => {
  const who = await journey.logIn()
  for (const [name, endpoint] of endpoints.filter(([, { access }]) => access === 'realNamed')) {
    const answer = await on.ask(endpoint.method, pathOf(endpoint), good[name], { authorization: `Bearer ${who.token}` })
    expect([name, ...refused(answer)]).toEqual([name, 403, 'not_real_named', null])
  }
})

describe('every body is read strictly', () => {
  test('and every endpoint that reads one is tested here', () => {
    expect(withBody.map(([name]) => name).sort()).toEqual(Object.keys(good).sort())
  })

  test.each(withBody)(
    '%s refuses an empty one, an unknown field, and each field missing or of another type, by name',
    async (name, endpoint) => {
      const body = good[name]!
      const field = async (sent: unknown): Promise<string> => {
        const [status, code, facts] = refused(await ask(endpoint, sent))
        expect([status, code]).toEqual([400, 'malformed'])
        return facts.field as string
      }
      expect(Object.keys(body)).toContain(await field({}))
      expect(await field({ ...body, unknownField: 1 })).toBe('unknownField')
      for (const key of Object.keys(body)) {
        const { [key]: _, ...rest } = body
        expect(await field(rest)).toBe(key)
        for (const wrong of [null, { a: 1 }, [[1]], -1.5]) expect((await field({ ...body, [key]: wrong })).split('.')[0]).toBe(key)
      }
      const lists = Object.entries(body).flatMap(([key, list]) =>
        Array.isArray(list) && list.length > 0 ? [[key, list[0] as object] as const] : [],
      )
      for (const [key, first] of lists) {
        expect(await field({ ...body, [key]: [{ ...first, unknownField: 1 }] })).toBe(`${key}.0.unknownField`)
        expect(await field({ ...body, [key]: [] })).toBe(key)
      }
      for (const wrong of [[], 'text', 1, null, [body]]) expect(await field(wrong)).toEqual(expect.any(String))
    },
  )

  test.each(withBody)('%s never repeats what was sent', async (name, endpoint) => {
    const secret = '机密9137'
    for (const key of Object.keys(good[name]!))
      for (const value of [secret, { [key]: secret }, [secret]])
        expect(JSON.stringify((await ask(endpoint, { ...good[name], [key]: value })).body)).not.toContain(secret)
    expect(on.logged.join('')).not.toContain(secret)
  })

  test.each([
    ['/api/orders', 'open'],
    ['/api/orders?open=false', 'open'],
    ['/api/orders?open=true&open=true', 'open'],
    ['/api/orders?open=true&more=1', 'more'],
    ['/api/records?year=22', 'year'],
    ['/api/records?before=x', 'before'],
    ['/api/records?owner=1', 'owner'],
    ['/api/orders/abc', 'no'],
    ['/api/orders/-1', 'no'],
    ['/api/orders/123456789012345678901', 'no'],
    ['/api/receipts/A_B', 'no'],
  ])('query and path, too: %s', async (path, field) => {
    expect(refused(await resident.get(path))).toEqual([400, 'malformed', { field, why: expect.any(String) }])
  })
})

describe('what cannot be read at all has the shape of a refusal', () => {
  const json = 'application/json'
  test.each([
    ['broken JSON', 400, 'malformed', json, '{"entry": "self"'],
    ['JSON with a trap for prototypes', 400, 'malformed', json, '{"__proto__": {"entry": "self"}}'],
    ['no body at all', 400, 'malformed', undefined, undefined],
    ['an empty body', 400, 'malformed', json, ''],
    ['XML', 400, 'malformed', 'text/xml', '<entry>self</entry>'],
    ['plain text', 400, 'malformed', 'text/plain', 'self'],
    ['a form', 400, 'malformed', 'application/x-www-form-urlencoded', 'entry=self'],
    ['a body of 70 KB', 413, 'too_large', json, JSON.stringify({ entry: 'self', padding: 'x'.repeat(70_000) })],
    ['bytes that are no text', 400, 'malformed', json, '\u0000\u0001'],
  ])('%s', async (_, status, code, type, body) => {
    const response = await fetch(`${on.url}/api/lookups`, {
      method: 'POST',
      headers: { authorization: `Bearer ${resident.token}`, ...(type && { 'content-type': type }) },
      ...(body !== undefined && { body }),
    })
    expect(refused({ status: response.status, body: await response.json() }).slice(0, 2)).toEqual([status, code])
  })

  test.each([
    ['GET', '/api/nothing-here', 404],
    ['GET', '/', 404],
    ['PUT', '/api/me', 404],
    ['DELETE', '/api/orders/1', 404],
    ['POST', '/api/%E7%BB', 404],
    ['GET', '/api/orders/%zz', 404],
    ['GET', `/api/orders/${'9'.repeat(80)}`, 404],
  ])('%s %s', async (method, path, status) => {
    const answer = await on.ask(method, path, undefined, { authorization: `Bearer ${resident.token}` })
    expect(refused(answer)[0]).toBe(status)
    expect(JSON.stringify(answer.body)).not.toContain(path.slice(-6))
  })

  test('answers carry a number of the request, and those of the API are not kept by anybody', async () => {
    const { headers } = await resident.get('/api/me')
    expect([headers.get('x-request-id'), headers.get('cache-control')]).toEqual([expect.stringMatching(/^[0-9a-f-]{36}$/), 'no-store'])
  })
})

test('every reply of a whole journey is what the contract says, and nothing more', async () => {
  const seen = new Set<Name>()
  const replied = async (name: Name, asked: Promise<{ status: number; body: Answer }>): Promise<Answer> => {
    const { status, body } = await asked
    expect([name, status]).toEqual([name, 200])
    // the schemas of replies drop what they do not know: equal means that nothing was dropped
    expect([name, v.parse(api[name].reply as v.GenericSchema, body)]).toEqual([name, body])
    seen.add(name)
    return body
  }
  const who = inventPerson()
  const [serial, special, months] = [newKey(), newKey(), { from: '2022-01', to: '2022-05' }]
  const enrolment = { serial, factNo: 1, ...who, insurance: 'flexible_pension', county: '210702', monthFrom: '2021-01', tier: 'p60' }
  await replied('sendEnrolments', on.send('pension', '/institution/enrolments', { enrolments: [enrolment] }))
  const due = {
    serial: special,
    enrolmentSerial: serial,
    insurance: 'flexible_pension',
    months: { from: '2021-01', to: '2021-12' },
    amountFen: 788_160,
  }
  await replied('sendSpecialDues', on.send('pension', '/institution/special-dues', { dues: [due] }))
  const user = (await on.control('/sandbox/users', { host: 'wechat' })).id
  const code = (await on.control('/sandbox/codes', { host: 'wechat', user })).code
  const { token } = await replied('logIn', on.ask('POST', '/api/sessions', { host: 'wechat', code }))
  const authorization = `Bearer ${token}`
  const as = (method: string, path: string, body?: unknown): Promise<{ status: number; body: Answer }> =>
    on.ask(method, path, body, { authorization, 'idempotency-key': newKey() })
  const begun = await replied('beginRealName', as('POST', '/api/real-name', { method: 'host', ...who }))
  await on.control('/sandbox/face', { host: 'wechat', id: begun.ticket.verifyId, pass: true })
  await replied('confirmRealName', as('POST', `/api/real-name/${begun.check}/confirm`))
  await replied('me', as('GET', '/api/me'))
  const found = await replied('lookUp', as('POST', '/api/lookups', { entry: 'self' }))
  expect([found.enrolments.length, found.dues.length]).toEqual([1, 1])
  const chosen = [{ kind: 'regular', enrolment: found.enrolments[0].enrolment, year: 2022, tier: 'p60', months }]
  const { totalFen } = await replied('quote', as('POST', '/api/quotes', { items: chosen }))
  const order = await replied('createOrder', as('POST', '/api/orders', { items: chosen, expectedTotalFen: totalFen, acknowledgements: [] }))
  await replied('orders', as('GET', '/api/orders?open=true'))
  const { ticket } = await replied('pay', as('POST', `/api/orders/${order.no}/pay`, { provider: 'wechat' }))
  await replied('order', as('GET', `/api/orders/${order.no}`))
  await on.control('/sandbox/cashier/pay', { host: 'wechat', user, ...ticket })
  const payer: Traveller = {
    host: 'wechat',
    user,
    token,
    get: (path) => on.ask('GET', path, undefined, { authorization }),
    post: resident.post,
  }
  const paid = await journey.until(payer, order.no, 'paid')
  expect(await replied('order', as('GET', `/api/orders/${order.no}`))).toEqual(paid)
  await replied('records', as('GET', '/api/records'))
  await replied('receipt', as('GET', `/api/receipts/${paid.items[0].receipt}`))
  const reported = { channel: 'bank', serial: newKey(), enrolmentSerial: serial, insurance: 'flexible_pension', year: 2022, tier: 'p60' }
  const more = { months: { from: '2022-06', to: '2022-06' }, amountFen: 68_500, paidAt: '2022-02-10T10:00:00+08:00' }
  await replied('reportPayment', on.send('bank', '/channel/payments', { ...reported, ...more }))
  expect((await replied('records', as('GET', '/api/records?year=2022'))).receipts).toHaveLength(2)
  const rest = [{ ...chosen[0], months: { from: '2022-07', to: '2022-07' } }]
  const second = await replied('createOrder', as('POST', '/api/orders', { items: rest, expectedTotalFen: 68_500, acknowledgements: [] }))
  await replied('cancelOrder', as('POST', `/api/orders/${second.no}/cancel`))
  await replied('logOut', as('DELETE', '/api/sessions/current'))
  const holder = inventPassport()
  const issued = await replied('issueCounterCode', on.send('hall', '/office/counter-codes', { operator: 'w1', ...holder }))
  await replied('beginRealName', (await journey.logIn()).post('/api/real-name', { method: 'counter_code', code: issued.code, ...holder }))
  expect([...seen].sort()).toEqual(Object.keys(api).sort())
})

describe('documentation and health', () => {
  test('/docs is served from here and asks nobody else', async () => {
    const page = await on.ask('GET', '/docs')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    expect(page.body).not.toMatch(/https?:\/\//)
    const files = [...(page.body as string).matchAll(/(?:src|href)="([^"]+)"/g)].map(([, file]) => file!)
    expect(files).toHaveLength(3)
    for (const file of files) {
      const { status, headers, body } = await on.ask('GET', file)
      expect([file, status, headers.get('content-type')]).toEqual([file, 200, expect.stringMatching(/^text\/(css|javascript)/)])
      expect((body as string).length).toBeGreaterThan(50)
    }
  })

  test('OpenAPI is 3.1 and names the endpoints of the contract, no others', async () => {
    const { body } = await on.ask('GET', '/docs/openapi.json')
    const operations = Object.values(body.paths as Record<string, Record<string, Answer>>).flatMap((path) => Object.values(path))
    expect(body.openapi).toBe('3.1.0')
    expect(operations.map(({ operationId }) => operationId as string).sort()).toEqual(Object.keys(api).sort())
  })

  test('a process that runs says so, and one that can serve, too', async () => {
    expect((await on.ask('GET', '/health/live')).body).toEqual({ live: true })
    expect((await on.ask('GET', '/health/ready')).body).toEqual({ ready: true })
  })
})

describe('the database', () => {
  const pool = (): Pool => (on.db.driver as unknown as { pool: CallbackPool }).pool.promise()

  test('is as the entities say: no drift between them and the migrations', async () => {
    // the two write "no default" differently in their catalogue, and TypeORM reads it by the type that it is told
    const [{ version }] = await on.db.query('SELECT VERSION() AS version')
    const type = /mariadb/i.test(version as string) ? 'mariadb' : 'mysql'
    const source = await new DataSource({ ...on.db.options, type } as DataSourceOptions).initialize()
    const { upQueries } = await source.driver.createSchemaBuilder().log()
    await source.destroy()
    expect(upQueries.map(({ query }) => query)).toEqual([])
  })

  test('every connection reads committed rows, in UTC, strictly, and counts what it changed', async () => {
    const connections = await Promise.all(Array.from({ length: 8 }, () => pool().getConnection()))
    const ids = new Set<number>()
    try {
      for (const connection of connections) {
        const [variables] = await connection.query<RowDataPacket[]>(
          "SHOW SESSION VARIABLES WHERE Variable_name IN ('tx_isolation', 'transaction_isolation', 'time_zone', 'sql_mode')",
        )
        const values = new Map(variables.map(({ Variable_name, Value }) => [Variable_name as string, Value as string]))
        expect(values.get('transaction_isolation') ?? values.get('tx_isolation')).toBe('READ-COMMITTED')
        expect(values.get('time_zone')).toBe('+00:00')
        expect(values.get('sql_mode')?.split(',')).toEqual(
          expect.arrayContaining(['STRICT_TRANS_TABLES', 'ONLY_FULL_GROUP_BY', 'NO_ZERO_DATE']),
        )
        // -FOUND_ROWS: a row that is found but stays as it was does not count as changed
        const [header] = await connection.query<ResultSetHeader>('UPDATE node SET owner = owner WHERE node_no = 31')
        expect([header.affectedRows, header.info]).toEqual([0, expect.stringContaining('matched: 1')])
        ids.add(connection.threadId)
      }
    } finally {
      for (const connection of connections) connection.release()
    }
    expect(ids.size).toBe(8)
  })
})
