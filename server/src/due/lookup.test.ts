import { checkDigit } from '@shebao/shared/identity'
import { openApplication, type Answer, type TestApplication } from '../../test/application.ts'
import { inventPassport, inventPerson, Journey, type Invented, type Traveller } from '../../test/journey.ts'

let on: TestApplication
let journey: Journey
/** Somebody who looks others up, and is nobody's contributor. */
let agent: Traveller
beforeAll(async () => {
  on = await openApplication()
  journey = new Journey(on)
  agent = await journey.resident(inventPerson())
}, 60_000)
afterAll(() => on.close())

const look = (who: Traveller, person: Invented, consent = true): ReturnType<Traveller['post']> =>
  who.post('/api/lookups', { entry: 'agent', consent, ...person })
const self = (who: Traveller): ReturnType<Traveller['post']> => who.post('/api/lookups', { entry: 'self' })
/** A person whose number ends in X, so that its case matters. */
const inventX = (): Invented => {
  for (;;) {
    const person = inventPerson()
    const first17 = person.documentNumber.slice(0, 17)
    if (checkDigit(first17) === 'X') return { ...person, documentNumber: `${first17}X` }
  }
}
const wrongDigit = ({ documentNumber, ...person }: Invented): Invented => ({
  ...person,
  documentNumber: documentNumber.slice(0, 17) + (documentNumber.endsWith('1') ? '2' : '1'),
})
const fifteenOf = (eighteen: string): string => eighteen.slice(0, 6) + eighteen.slice(8, 17)
const fullWidth = (text: string): string => text.replace(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))
const countOf = async (table: string): Promise<number> => Number((await on.db.query(`SELECT COUNT(*) AS n FROM ${table}`))[0].n)

describe('我是缴费人: the self entry goes by the verified identity', () => {
  test('finds what the person owes, masked', async () => {
    const person = inventPerson()
    await journey.enrol(person)
    const { status, body } = await self(await journey.resident(person))
    expect(status).toBe(200)
    expect(body.contributor).toEqual({
      ref: expect.stringMatching(/^\d+$/),
      maskedName: `${person.name[0]}*${person.name[2]}`,
      lastFour: person.documentNumber.slice(-4),
      isSelf: true,
    })
    expect(body.enrolments).toHaveLength(1)
    expect(body.enrolments[0]).toMatchObject({
      insurance: 'flexible_pension',
      institution: 'pension',
      county: '210702',
      countyName: '古塔区',
    })
    expect(body.asOf.slice(0, 10)).toBe('2022-02-15')
  })

  test('sends a passport holder to 我是经办人, in words and with a button (R78), where they find themselves without a consent tick', async () => {
    const person = inventPassport()
    await journey.enrol(person, 'resident_pension')
    const { code } = (await on.send('hall', '/office/counter-codes', { operator: 'w1', ...person })).body
    const who = await journey.logIn()
    await who.post('/api/real-name', { method: 'counter_code', code, ...person })
    const refused = await self(who)
    expect([refused.status, refused.body.code]).toEqual([422, 'use_agent_entry'])
    expect(refused.body.message).toContain('我是经办人')
    expect(refused.body.clause).toContain('R78')
    expect(refused.body.next).toEqual([{ step: 'agent_entry', label: '去“我是经办人”' }])
    const consents = await countOf('consent')
    const found = await look(who, person, false)
    expect([found.status, found.body.contributor.isSelf]).toEqual([200, true])
    expect(await countOf('consent')).toBe(consents)
  })

  test('a wrong record is not found by the real identity, only by the registered one (R54–R56: 刚 for 钢)', async () => {
    const real = { ...inventPerson(), name: '王小钢' }
    const registered = { ...real, name: '王小刚' }
    await journey.enrol(registered)
    const who = await journey.resident(real)
    expect((await self(who)).body.code).toBe('nothing_found')
    expect((await look(who, real)).body.code).toBe('nothing_found')
    const found = await look(who, registered)
    expect([found.status, found.body.contributor.maskedName, found.body.contributor.isSelf]).toEqual([200, '王*刚', false])
  })
})

describe('我是经办人: the agent entry goes by the registered identity as typed', () => {
  test('a registered number with a wrong check digit is accepted and found (R55)', async () => {
    const person = wrongDigit(inventPerson())
    await journey.enrol(person)
    expect((await look(agent, person)).status).toBe(200)
  })

  test('full-width digits, a small x, inner spaces and any middle dot are the same identity', async () => {
    const person = { ...inventX(), name: '阿依努尔·买买提' }
    await journey.enrol(person)
    const { documentNumber } = person
    const typed = [
      { documentNumber: documentNumber.toLowerCase() },
      { documentNumber: fullWidth(documentNumber) },
      { documentNumber: fullWidth(documentNumber.toLowerCase()) },
      { documentNumber: ` ${documentNumber.slice(0, 6)} ${documentNumber.slice(6, 14)} ${documentNumber.slice(14)} ` },
      { name: '阿依努尔•买买提' },
      { name: ' 阿依努尔．买买提 ' },
    ]
    for (const how of typed) expect([how, (await look(agent, { ...person, ...how })).status]).toEqual([how, 200])
  })

  test('a 15-digit record is found by its 15 digits only, never by a converted number (decision 3)', async () => {
    const { name, documentNumber } = inventPerson()
    const record: Invented = { documentType: 'id_card', name, documentNumber: fifteenOf(documentNumber) }
    await journey.enrol(record)
    expect((await look(agent, record)).status).toBe(200)
    expect((await look(agent, { ...record, documentNumber })).body.code).toBe('nothing_found')
  })

  test('a re-issued Hong Kong or Macau permit is the same person: the first nine characters match', async () => {
    const permit: Invented = {
      documentType: 'hk_macau_permit',
      documentNumber: `H${inventPassport().documentNumber.slice(1)}01`,
      name: '陈大文',
    }
    await journey.enrol(permit, 'resident_pension')
    const nine = permit.documentNumber.slice(0, 9)
    for (const documentNumber of [`${nine}01`, `${nine}02`, nine])
      expect((await look(agent, { ...permit, documentNumber })).status).toBe(200)
    expect((await look(agent, { ...permit, documentNumber: `M${nine.slice(1)}` })).body.code).toBe('nothing_found')
  })

  test('for somebody else consent is asked for before anything is looked up: it tells nobody whether a person exists', async () => {
    const known = inventPerson()
    await journey.enrol(known)
    const [grants, consents] = [await countOf('lookup_grant'), await countOf('consent')]
    const [hit, miss] = [await look(agent, known, false), await look(agent, inventPerson(), false)]
    expect([hit.status, hit.body.code]).toEqual([422, 'consent_missing'])
    expect([miss.status, miss.body]).toEqual([hit.status, hit.body])
    expect([await countOf('lookup_grant'), await countOf('consent')]).toEqual([grants, consents])
    expect((await look(agent, known)).status).toBe(200)
    expect([await countOf('lookup_grant'), await countOf('consent')]).toEqual([grants + 1, consents + 1])
  })

  test('the answer holds nothing of the person but the mask', async () => {
    const person = inventPerson()
    await journey.enrol(person)
    const text = JSON.stringify((await look(agent, person)).body)
    for (const secret of [person.name, person.documentNumber, person.documentNumber.slice(6, 14), person.name.slice(1)])
      expect(text).not.toContain(secret)
  })
})

test('every kind of miss is one answer, byte for byte, but for what is drawn from the input (decision 2: no oracle)', async () => {
  const known = inventPerson()
  await journey.enrol(known)
  const nowhere = inventPerson()
  const serial = await journey.enrol(nowhere)
  await on.db.query('DELETE FROM enrolment WHERE serial = ?', [serial])
  const raw = async (body: object): Promise<[number, string, string | null]> => {
    const response = await fetch(`${on.url}/api/lookups`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${agent.token}` },
      body: JSON.stringify(body),
    })
    return [response.status, await response.text(), response.headers.get('content-type')]
  }
  const entry = { entry: 'agent', consent: true }
  const grants = await countOf('lookup_grant')
  const unknown = await raw({ ...entry, ...inventPerson() })
  expect(unknown[0]).toBe(404)
  expect(JSON.parse(unknown[1])).toMatchObject({
    code: 'nothing_found',
    facts: { fifteenDigits: false },
    next: [{ step: 'check_identity' }, { step: 'go_to_institution' }, { step: 'call_12366' }],
  })
  const misses: [string, object][] = [
    ['another name', { ...known, name: `${known.name}子` }],
    ['another number', wrongDigit(known)],
    ['another type', { ...known, documentType: 'hk_macau_residence' }],
    ['enrolled nowhere', nowhere],
    ['a passport nobody has', inventPassport()],
  ]
  for (const [kind, person] of misses) expect([kind, ...(await raw({ ...entry, ...person }))]).toEqual([kind, ...unknown])
  expect(await raw({ entry: 'self' })).toEqual(unknown)
  const stranger = fifteenOf(inventPerson().documentNumber)
  const fifteen = await raw({ ...entry, ...known, documentNumber: stranger })
  expect([fifteen[0], JSON.parse(fifteen[1]).facts]).toEqual([404, { fifteenDigits: true }])
  // the 15-digit twin of a number that is there says no more than any other 15 digits (decision 3)
  expect(await raw({ ...entry, ...known, documentNumber: fifteenOf(known.documentNumber) })).toEqual(fifteen)
  expect(await countOf('lookup_grant')).toBe(grants)
})

describe('every due says why it can or cannot be paid on 2022-02-15 (decision 13)', () => {
  test('resident pension 2022 is not open: it opens in April, and is not "not found" (R43)', async () => {
    const person = inventPerson()
    await journey.enrol(person, 'resident_pension')
    const [year] = (await journey.lookUp(agent, person)).enrolments[0].years
    expect(year).toMatchObject({ year: 2022, status: 'not_open', clock: { opens: '2022-04' }, months: [] })
  })

  test('resident medical 2022 is special and payable, 44 days before its window ends (R18, R23)', async () => {
    const person = inventPerson()
    const serial = await journey.enrol(person, 'resident_medical')
    await journey.issue(serial, 'resident_medical', { from: '2022-01', to: '2022-12' }, 32_000)
    const [due] = (await journey.lookUp(agent, person)).dues
    expect(due).toMatchObject({
      kind: 'special',
      status: 'payable',
      acknowledgement: null,
      amountFen: 32_000,
      clock: { opens: '2022-01', collectionUntil: '2022-03-31', deadline: '2022-09', daysLeft: 44 },
    })
  })

  test('flexible medical 2021 is payable to the end of June, with a waiting period possible (decision 14)', async () => {
    const person = inventPerson()
    const serial = await journey.enrol(person, 'flexible_medical', { monthFrom: '2021-07' })
    await journey.issue(serial, 'flexible_medical', { from: '2021-07', to: '2022-06' }, 300_000)
    const [due] = (await journey.lookUp(agent, person)).dues
    expect(due).toMatchObject({
      year: 2021,
      status: 'payable',
      acknowledgement: 'possible_waiting',
      clock: { deadline: '2022-06', collectionUntil: null },
    })
  })

  test('the special pension dues of 2020 and 2021 are closed since 2022-01-20, oldest first (R20, decision 25)', async () => {
    const person = inventPerson()
    const serial = await journey.enrol(person, 'flexible_pension', { monthFrom: '2020-01' })
    await journey.issue(serial, 'flexible_pension', { from: '2021-01', to: '2021-12' }, 788_160)
    await journey.issue(serial, 'flexible_pension', { from: '2020-07', to: '2020-12' }, 345_720)
    const { dues } = await journey.lookUp(agent, person)
    expect(dues.map(({ year, status, clock }: Answer) => [year, status, clock.deadline])).toEqual([
      [2020, 'closed', '2022-01-20'],
      [2021, 'closed', '2022-01-20'],
    ])
  })

  test('months that an order holds say until when; paid ones are paid; the tier of both binds (R34)', async () => {
    const person = inventPerson()
    await journey.enrol(person)
    const found = await journey.lookUp(agent, person)
    const paid = await journey.order(agent, [journey.regular(found, '2022-01', '2022-03')], 205_500)
    await journey.cashier(agent, paid.body.no)
    await journey.until(agent, paid.body.no, 'paid')
    const held = await journey.order(agent, [journey.regular(found, '2022-04', '2022-05')], 137_000)
    const [year] = (await journey.lookUp(await journey.resident(person))).enrolments[0].years
    const statuses = year.months.map(({ status }: Answer) => status)
    expect(statuses).toEqual([...Array(3).fill('paid'), ...Array(2).fill('held'), ...Array(7).fill('open')])
    expect(year.lockedTier).toMatchObject({ code: 'p60' })
    // the hold ends in business time, as everything that the page shows
    const untils = [...new Set(year.months.flatMap(({ until }: Answer) => until ?? []))] as string[]
    expect(untils).toHaveLength(1)
    expect(Date.parse(untils[0]!)).toBe(Date.parse(held.body.expiresAt) + on.clock.offsetMs)
  })

  test('a special due is held, then paid, and says so', async () => {
    const person = inventPerson()
    const serial = await journey.enrol(person, 'resident_medical')
    await journey.issue(serial, 'resident_medical', { from: '2022-01', to: '2022-12' }, 32_000)
    const { due } = (await journey.lookUp(agent, person)).dues[0]
    const order = await journey.order(agent, [{ kind: 'due', due }], 32_000)
    expect((await journey.lookUp(agent, person)).dues[0]).toMatchObject({ status: 'held', until: expect.any(String) })
    await journey.cashier(agent, order.body.no)
    await journey.until(agent, order.body.no, 'paid')
    expect((await journey.lookUp(agent, person)).dues[0].status).toBe('paid')
  })

  test('several enrolments of one person are all listed, with institution and county (decision 15)', async () => {
    const person = inventPerson()
    await journey.enrol(person)
    await journey.enrol(person, 'resident_medical', { county: '210726' })
    await journey.enrol(person, 'resident_pension', { county: '210782' })
    const { enrolments } = await journey.lookUp(agent, person)
    expect(enrolments.map(({ insurance, institution, countyName }: Answer) => `${insurance} ${institution} ${countyName}`).sort()).toEqual([
      'flexible_pension pension 古塔区',
      'resident_medical medical 黑山县',
      'resident_pension pension 北镇市',
    ])
  })
})

test('no log line holds a name, a number or a token', async () => {
  const person = inventPerson()
  await journey.enrol(person)
  const who = await journey.resident(person)
  await self(who)
  await look(agent, person)
  await look(agent, { ...person, name: '没有这个人' })
  await on.ask('GET', `/api/orders?open=true&documentNumber=${person.documentNumber}`, undefined, { authorization: `Bearer ${who.token}` })
  await on.ask('GET', `/api/${person.documentNumber}/${encodeURIComponent(person.name)}`)
  await on.ask('POST', '/api/lookups', `{"documentNumber": "${person.documentNumber}"`, { authorization: `Bearer ${who.token}` })
  const lines = on.logged.join('')
  expect(lines).toContain('"/api/lookups"')
  for (const secret of [
    person.name,
    encodeURIComponent(person.name),
    person.documentNumber,
    person.documentNumber.slice(6, 14),
    who.token,
    who.user,
  ])
    expect(lines).not.toContain(secret)
})
