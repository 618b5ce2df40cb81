import { openApplication, type Answer, type Party, type TestApplication } from '../../test/application.ts'
import { inventPassport, inventPerson, Journey, newKey, type Invented, type Traveller } from '../../test/journey.ts'

let on: TestApplication
let journey: Journey
let agent: Traveller
beforeAll(async () => {
  on = await openApplication()
  journey = new Journey(on)
  agent = await journey.resident(inventPerson())
}, 60_000)
afterAll(() => on.close())

type Headers = Record<string, string>
const ENROLMENTS = '/institution/enrolments'
const DUES = '/institution/special-dues'
const enrolment = (person: Invented, more: object = {}): Answer => ({
  serial: newKey(),
  factNo: 1,
  ...person,
  insurance: 'flexible_pension',
  county: '210702',
  monthFrom: '2022-01',
  ...more,
})
const enrol = (party: Party, ...enrolments: Answer[]): ReturnType<TestApplication['send']> => on.send(party, ENROLMENTS, { enrolments })
const look = async (person: Invented): Promise<Answer> =>
  (await agent.post('/api/lookups', { entry: 'agent', consent: true, ...person })).body
const isFound = async (person: Invented): Promise<boolean> => (await look(person)).code === undefined

/** The headers of a message that was signed and not sent: its nonce is still new. */
const signed = async (party: Party, path: string, body: unknown): Promise<Headers> => {
  let kept: Headers = {}
  await on.send(party, path, body, (headers) => {
    kept = { ...headers }
    headers['x-signature'] = ''
  })
  return kept
}

describe('a message of a machine is believed when its signature covers it', () => {
  const why = async (asked: Promise<{ status: number; body: Answer }>): Promise<string> => {
    const { status, body } = await asked
    expect([status, body.code]).toEqual([401, 'signature_wrong'])
    return body.facts.why as string
  }
  const body = (): { enrolments: Answer[] } => ({ enrolments: [enrolment(inventPerson())] })
  const changed = (change: (headers: Headers) => void): Promise<string> => why(on.send('pension', ENROLMENTS, body(), change))
  const seconds = (offset: number): string => String(Math.floor(Date.now() / 1000) + offset)

  test.each<[string, string, (headers: Headers) => void]>([
    ['no party', 'missing', (headers) => delete headers['x-party']],
    ['no time', 'missing', (headers) => delete headers['x-timestamp']],
    ['no nonce', 'missing', (headers) => delete headers['x-nonce']],
    ['no signature', 'missing', (headers) => delete headers['x-signature']],
    ['a time in milliseconds', 'missing', (headers) => (headers['x-timestamp'] = `${headers['x-timestamp']}000`)],
    ['a short nonce', 'missing', (headers) => (headers['x-nonce'] = 'short')],
    ['a party that nobody registered', 'unknown_key', (headers) => (headers['x-party'] = 'nobody')],
    ['a time five minutes past', 'stale', (headers) => (headers['x-timestamp'] = seconds(-302))],
    ['a time five minutes ahead', 'stale', (headers) => (headers['x-timestamp'] = seconds(302))],
    ['another time', 'mismatch', (headers) => (headers['x-timestamp'] = seconds(-60))],
    ['another nonce', 'mismatch', (headers) => (headers['x-nonce'] = newKey())],
    ['the name of another party', 'mismatch', (headers) => (headers['x-party'] = 'medical')],
    ['a made-up signature', 'mismatch', (headers) => (headers['x-signature'] = Buffer.alloc(64, 1).toString('base64'))],
    ['a signature that is none', 'mismatch', (headers) => (headers['x-signature'] = 'none')],
  ])('%s: %s', async (_, reason, change) => {
    expect(await changed(change)).toBe(reason)
  })

  test('and only as it was signed: another path, a query, a changed byte, another method', async () => {
    const sent = {
      dues: [
        {
          serial: newKey(),
          enrolmentSerial: newKey(),
          insurance: 'flexible_pension',
          months: { from: '2021-01', to: '2021-12' },
          amountFen: 1,
        },
      ],
    }
    const text = JSON.stringify(sent)
    const headers = await signed('pension', DUES, sent)
    expect(await why(on.ask('POST', ENROLMENTS, text, headers))).toBe('mismatch')
    expect(await why(on.ask('POST', `${DUES}?again=1`, text, headers))).toBe('mismatch')
    expect(await why(on.ask('POST', DUES, `${text} `, headers))).toBe('mismatch')
    expect(await why(on.ask('POST', DUES, text.replace('"amountFen":1', '"amountFen":2'), headers))).toBe('mismatch')
    const accepted = await on.ask('POST', DUES, text, headers)
    expect([accepted.status, accepted.body.received]).toEqual([200, 1])
  })

  test('and only once; a message that was refused does not use its nonce up', async () => {
    const sent = body()
    const headers = await signed('pension', ENROLMENTS, sent)
    const { status, body: accepted } = await on.ask('POST', ENROLMENTS, JSON.stringify(sent), headers)
    expect([status, accepted]).toEqual([200, { received: 1, applied: 1, repeated: 0, notes: [] }])
    expect(await why(on.ask('POST', ENROLMENTS, JSON.stringify(sent), headers))).toBe('replayed')
  })

  test('of two that are sent at once, one is believed', async () => {
    const sent = body()
    const headers = await signed('pension', ENROLMENTS, sent)
    const answers = await Promise.all([1, 2, 3].map(() => on.ask('POST', ENROLMENTS, JSON.stringify(sent), headers)))
    expect(answers.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 401, 401])
  })

  test('nothing of a refused message is applied', async () => {
    const person = inventPerson()
    await on.send('pension', ENROLMENTS, { enrolments: [enrolment(person)] }, (headers) => (headers['x-nonce'] = newKey()))
    expect(await isFound(person)).toBe(false)
  })
})

test('each role has its own routes; another’s answer as if they were not there (R2)', async () => {
  const person = inventPassport()
  const bodies: Record<string, object> = {
    [ENROLMENTS]: { enrolments: [enrolment(person)] },
    [DUES]: {
      dues: [
        { serial: newKey(), enrolmentSerial: 'S', insurance: 'flexible_pension', months: { from: '2021-01', to: '2021-12' }, amountFen: 1 },
      ],
    },
    '/office/counter-codes': { operator: 'w1', ...person },
    '/channel/payments': {
      channel: 'bank',
      serial: newKey(),
      enrolmentSerial: 'S',
      insurance: 'flexible_pension',
      year: 2022,
      tier: 'p60',
      months: { from: '2022-01', to: '2022-01' },
      amountFen: 1,
      paidAt: '2022-02-10T10:00:00+08:00',
    },
  }
  const closed: [Party, string][] = [
    ...(['/office/counter-codes', '/channel/payments'].map((path) => ['pension', path]) as [Party, string][]),
    ...([ENROLMENTS, DUES, '/channel/payments'].map((path) => ['hall', path]) as [Party, string][]),
    ...([ENROLMENTS, DUES, '/office/counter-codes'].map((path) => ['bank', path]) as [Party, string][]),
  ]
  for (const [party, path] of closed) {
    const { status, body } = await on.send(party, path, bodies[path])
    expect([party, path, status, body.code]).toEqual([party, path, 404, 'not_found'])
  }
  expect(await on.db.query('SELECT code_hash FROM counter_code')).toEqual([])
  expect(await isFound(person)).toBe(false)
})

describe('a feed of enrolments (R51)', () => {
  test('an institution sends its own insurances only: another’s line is noted, not applied, and stops no other (R2)', async () => {
    const [own, foreign] = [inventPerson(), inventPerson()]
    const { status, body } = await enrol('pension', enrolment(foreign, { insurance: 'resident_medical' }), enrolment(own))
    expect(status).toBe(200)
    expect(body).toMatchObject({
      received: 2,
      applied: 1,
      repeated: 0,
      notes: [{ line: 1, field: 'insurance', note: expect.stringContaining('not applied') }],
    })
    expect([await isFound(own), await isFound(foreign)]).toEqual([true, false])
    const medical = (await enrol('medical', enrolment(own, { insurance: 'flexible_pension' }))).body
    expect([medical.applied, medical.notes]).toEqual([0, [{ line: 1, field: 'insurance', note: expect.stringContaining('not applied') }]])
  })

  test('a county outside this region is noted and not applied (R1, R11)', async () => {
    const person = inventPerson()
    const { body } = await enrol('pension', enrolment(person, { county: '210202' }))
    expect([body.applied, body.notes[0].field]).toEqual([0, 'county'])
    expect(await isFound(person)).toBe(false)
  })

  test('a tier is ignored and noted: the payer chooses (R36)', async () => {
    const person = inventPerson()
    const { body } = await enrol('pension', enrolment(person, { tier: 'p300' }))
    expect(body).toMatchObject({ applied: 1, notes: [{ line: 1, field: 'tier', note: expect.stringContaining('ignored') }] })
    const found = await look(person)
    expect(found.enrolments[0].years[0].lockedTier).toBeNull()
    const quoted = await agent.post('/api/quotes', { items: [journey.regular(found, '2022-01', '2022-01', 'p60')] })
    expect(quoted.body.totalFen).toBe(68_500)
  })

  test('the same fact twice is repeated, an older one overwrites nothing, a newer one counts', async () => {
    const person = inventPerson()
    const third = enrolment(person, { factNo: 3, county: '210726', monthFrom: '2022-03' })
    const seen = async (): Promise<[string, string]> => {
      const { enrolments } = await look(person)
      expect(enrolments).toHaveLength(1)
      const [first] = enrolments[0].years[0].months.filter(({ status }: Answer) => status === 'open')
      return [enrolments[0].county, first.month]
    }
    expect((await enrol('pension', third)).body).toMatchObject({ applied: 1, repeated: 0 })
    expect((await enrol('pension', third)).body).toMatchObject({ applied: 0, repeated: 1 })
    expect((await enrol('pension', { ...third, factNo: 2, county: '210727', monthFrom: '2022-01' })).body).toMatchObject({
      applied: 0,
      repeated: 1,
    })
    expect(await seen()).toEqual(['210726', '2022-03'])
    expect((await enrol('pension', { ...third, factNo: 4, county: '210727', monthFrom: '2022-02' })).body).toMatchObject({ applied: 1 })
    expect(await seen()).toEqual(['210727', '2022-02'])
  })

  test('the same fact sent by several at once makes one enrolment', async () => {
    const person = inventPerson()
    const fact = enrolment(person)
    const answers = await Promise.all([1, 2, 3, 4].map(() => enrol('pension', fact)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    expect(answers.reduce((sum, { body }) => sum + (body.applied as number), 0)).toBe(1)
    expect((await look(person)).enrolments).toHaveLength(1)
  })

  test('two institutions that enrol the same new person at once make one person', async () => {
    const person = inventPerson()
    const medical = enrolment(person, { insurance: 'resident_medical' })
    const answers = await Promise.all([enrol('pension', enrolment(person)), enrol('medical', medical)])
    expect(answers.map(({ body }) => body.applied)).toEqual([1, 1])
    expect((await look(person)).enrolments).toHaveLength(2)
  })

  test('an end is taken over: months after it are not enrolled', async () => {
    const person = inventPerson()
    await enrol('pension', enrolment(person, { monthTo: '2022-04' }))
    const { months } = (await look(person)).enrolments[0].years[0]
    expect(months.filter(({ status }: Answer) => status === 'open').map(({ month }: Answer) => month)).toEqual([
      '2022-01',
      '2022-02',
      '2022-03',
      '2022-04',
    ])
  })
})

describe('a correction of the registered identity (R57)', () => {
  test('moves the person: the former is not found any more, the new one is, and what was paid stays paid', async () => {
    const real = { ...inventPerson(), name: '王小钢' }
    const wrong = { ...real, name: '王小刚' }
    const fact = enrolment(wrong)
    await enrol('pension', fact)
    const order = await journey.order(agent, [journey.regular(await look(wrong), '2022-01', '2022-03')], 205_500)
    await journey.cashier(agent, order.body.no)
    await journey.until(agent, order.body.no, 'paid')
    expect((await enrol('pension', { ...fact, factNo: 2, name: real.name })).body.applied).toBe(1)
    expect(await isFound(wrong)).toBe(false)
    const resident = await journey.resident(real)
    const own = await journey.lookUp(resident)
    expect(own.contributor).toMatchObject({ maskedName: '王*钢', isSelf: true })
    const [year] = own.enrolments[0].years
    expect(year.months.map(({ status }: Answer) => status)).toEqual([...Array(3).fill('paid'), ...Array(9).fill('open')])
    expect(year.lockedTier.code).toBe('p60')
    const { receipts } = (await resident.get('/api/records')).body
    expect(receipts).toMatchObject([{ amountFen: 205_500, contributor: { maskedName: '王*钢' } }])
  })

  test('to an identity under which somebody is registered is noted and changes nothing: nobody is lost', async () => {
    const real = { ...inventPerson(), name: '王小钢' }
    const wrong = { ...real, name: '王小刚' }
    const fact = enrolment(wrong)
    await enrol('pension', fact)
    await enrol('medical', enrolment(real, { insurance: 'resident_medical' }))
    const { body } = await enrol('pension', { ...fact, factNo: 2, name: real.name, county: '210726' })
    expect(body).toMatchObject({
      applied: 0,
      repeated: 0,
      notes: [{ line: 1, field: 'name', note: expect.stringContaining('not applied') }],
    })
    const insurances = async (person: Invented): Promise<string[]> =>
      (await look(person)).enrolments.map(({ insurance }: Answer) => insurance)
    expect([await insurances(wrong), await insurances(real)]).toEqual([['flexible_pension'], ['resident_medical']])
    expect((await look(wrong)).enrolments[0].county).toBe('210702')
  })

  test('from 15 to 18 digits, and back to a former identity', async () => {
    const person = inventPerson()
    const fifteen = { ...person, documentNumber: person.documentNumber.slice(0, 6) + person.documentNumber.slice(8, 17) }
    const fact = enrolment(fifteen)
    await enrol('pension', fact)
    await enrol('pension', { ...fact, factNo: 2, documentNumber: person.documentNumber })
    expect([await isFound(fifteen), await isFound(person)]).toEqual([false, true])
    await enrol('pension', { ...fact, factNo: 3 })
    expect([await isFound(fifteen), await isFound(person)]).toEqual([true, false])
  })
})

describe('a feed of special dues (R52)', () => {
  const due = (enrolmentSerial: string, more: object = {}): Answer => ({
    serial: newKey(),
    enrolmentSerial,
    insurance: 'flexible_pension',
    months: { from: '2021-01', to: '2021-12' },
    amountFen: 788_160,
    ...more,
  })
  const issue = async (party: Party, ...dues: Answer[]): Promise<Answer> => (await on.send(party, DUES, { dues })).body

  test('is applied once, with the amount as it was sent', async () => {
    const person = inventPerson()
    const one = due(await journey.enrol(person), { amountFen: 123_457 })
    expect(await issue('pension', one)).toEqual({ received: 1, applied: 1, repeated: 0, notes: [] })
    expect(await issue('pension', { ...one, amountFen: 1 })).toMatchObject({ applied: 0, repeated: 1 })
    expect((await look(person)).dues.map(({ amountFen }: Answer) => amountFen)).toEqual([123_457])
  })

  test('of another institution, of an unknown enrolment, or over months that are owed already, is noted and not applied (R2, decision 24)', async () => {
    const person = inventPerson()
    const serial = await journey.enrol(person)
    const order = await journey.order(agent, [journey.regular(await look(person), '2022-01', '2022-02')], 137_000)
    expect(order.status).toBe(200)
    const first = due(serial)
    const { applied, notes } = await issue(
      'pension',
      first,
      due(serial, { months: { from: '2021-12', to: '2021-12' } }),
      due(serial, { months: { from: '2022-02', to: '2022-06' } }),
      due(newKey()),
      due(serial, { insurance: 'resident_pension' }),
      due(serial, { insurance: 'flexible_medical' }),
    )
    expect(applied).toBe(1)
    expect(notes.map(({ line, field }: Answer) => [line, field])).toEqual([
      [2, 'months'],
      [3, 'months'],
      [4, 'enrolmentSerial'],
      [5, 'enrolmentSerial'],
      [6, 'insurance'],
    ])
    expect((await look(person)).dues).toHaveLength(1)
  })
})
