import type { Insurance } from '@shebao/shared/insurance'
import { openApplication, type Answer, type TestApplication } from '../../test/application.ts'
import { inventPerson, Journey, newKey, type Invented, type Traveller } from '../../test/journey.ts'

const TODAY = '2022-02-15'
let on: TestApplication
let journey: Journey
/** Who pays for others in these tests: nobody's own dues. */
let agent: Traveller
beforeAll(async () => {
  on = await openApplication({ asOf: TODAY })
  journey = new Journey(on)
  agent = await journey.resident(inventPerson())
}, 60_000)
afterAll(() => on.close())
afterEach(() => on.clock.beAsOf(TODAY))

type Asked = ReturnType<Traveller['post']>
const quote = (items: object[], who = agent): Asked => who.post('/api/quotes', { items })
const refusalOf = async (asked: Asked): Promise<[number, string, Answer]> => {
  const { status, body } = await asked
  return [status, body.code, body.facts]
}
/** A contributor in flexible pension who was looked up by the agent. */
const pensioner = async (more: object = {}): Promise<{ person: Invented; serial: string; found: Answer }> => {
  const person = inventPerson()
  const serial = await journey.enrol(person, 'flexible_pension', more)
  return { person, serial, found: await journey.lookUp(agent, person) }
}
/** A special due of a new contributor, looked up by the agent. */
const special = async (insurance: Insurance, from: string, to: string, fen: number): Promise<{ person: Invented; due: string }> => {
  const person = inventPerson()
  const serial = await journey.enrol(person, insurance, { monthFrom: from })
  await journey.issue(serial, insurance, { from, to }, fen)
  return { person, due: (await journey.lookUp(agent, person)).dues[0].due as string }
}
const run = (found: Answer, from: number, to: number, tier = 'p60'): object =>
  journey.regular(found, `2022-${String(from).padStart(2, '0')}`, `2022-${String(to).padStart(2, '0')}`, tier)
const pay = async (items: object[], fen: number, who = agent): Promise<Answer> => {
  const order = await journey.order(who, items, fen)
  expect([order.status, order.body.state]).toEqual([200, 'held'])
  await journey.cashier(who, order.body.no)
  return journey.until(who, order.body.no, 'paid')
}
const written = async (): Promise<Record<string, number>> => {
  const tables = ['pay_order', 'order_item', 'due', 'fee_year', 'acknowledgement', 'event', 'attempt']
  const counts = await Promise.all(tables.map((table) => on.db.query(`SELECT COUNT(*) AS n FROM ${table}`)))
  return Object.fromEntries(tables.map((table, n) => [table, Number(counts[n][0].n)]))
}

describe('flexible pension by the month: known answers', () => {
  test.each([
    ['60 %, months 1–5', 1, 5, 'p60', 342_500],
    ['60 %, the whole year (R38)', 1, 12, 'p60', 822_000],
    ['300 %, January', 1, 1, 'p300', 342_540],
    ['70 %, months 1–3', 1, 3, 'p70', 239_760],
    ['90 %, the year: the base is rounded, 5138.1 → 5138', 1, 12, 'p90', 1_233_120],
  ])('%s', async (_, from, to, tier, fen) => {
    const { found } = await pensioner()
    const quoted = await quote([run(found, from, to, tier)])
    expect(quoted.body).toMatchObject({
      totalFen: fen,
      acknowledgements: [],
      items: [{ amountFen: fen, tier, provisional: true, unpaidBefore: [] }],
    })
    const order = await journey.order(agent, [run(found, from, to, tier)], fen)
    expect([order.status, order.body.totalFen, order.body.items[0].unitCount]).toEqual([200, fen, to - from + 1])
  })

  test('60 %, nothing paid, months 6–12: 479 500, with the earlier ones named (decision 4)', async () => {
    const { found } = await pensioner()
    const { body } = await quote([run(found, 6, 12)])
    expect(body.totalFen).toBe(479_500)
    expect(body.items[0].unpaidBefore).toEqual(['2022-01', '2022-02', '2022-03', '2022-04', '2022-05'])
  })

  test('enrolled since March: 80 % for 3–12 is 913 400, and 1–12 is refused naming January and February', async () => {
    const { found } = await pensioner({ monthFrom: '2022-03' })
    expect((await quote([run(found, 3, 12, 'p80')])).body.totalFen).toBe(913_400)
    expect(await refusalOf(quote([run(found, 1, 12, 'p80')]))).toEqual([422, 'months_not_enrolled', { months: ['2022-01', '2022-02'] }])
  })

  test('1–3 are paid at 70 %, then 5 alone leaves a gap at 4 (R40)', async () => {
    const { found } = await pensioner()
    await pay([run(found, 1, 3, 'p70')], 239_760)
    expect(await refusalOf(quote([run(found, 5, 5, 'p70')]))).toEqual([422, 'months_gap', { months: ['2022-04'] }])
    expect(await refusalOf(quote([run(found, 3, 5, 'p70')]))).toEqual([409, 'months_taken', { months: ['2022-03'] }])
    expect((await quote([run(found, 4, 5, 'p70')])).status).toBe(200)
  })

  test('6–12 first, then 1–5 fills the rest', async () => {
    const { found } = await pensioner()
    await pay([run(found, 6, 12)], 479_500)
    expect((await quote([run(found, 1, 5)])).body.totalFen).toBe(342_500)
  })

  test('a basket may name two runs of a year, without a gap, a month twice or a second tier', async () => {
    const { found } = await pensioner()
    expect((await quote([run(found, 1, 3), run(found, 4, 5)])).body.totalFen).toBe(342_500)
    expect(await refusalOf(quote([run(found, 1, 2), run(found, 4, 5)]))).toEqual([422, 'months_gap', { months: ['2022-03'] }])
    expect((await refusalOf(quote([run(found, 1, 3), run(found, 3, 5)]))).slice(0, 2)).toEqual([422, 'same_due_twice'])
    expect((await refusalOf(quote([run(found, 1, 3), run(found, 4, 5, 'p100')]))).slice(0, 2)).toEqual([422, 'tier_locked'])
  })

  test('at the end of the year: closing soon, then for the institution to issue again (decisions 10, 23)', async () => {
    const { found } = await pensioner()
    on.clock.beAsOf('2022-12-31T23:58:30+08:00')
    const late = await refusalOf(journey.order(agent, [run(found, 1, 12, 'p60')], 919_200))
    expect([late[0], late[1], Date.parse(late[2].at)]).toEqual([422, 'closing_soon', Date.parse('2023-01-01T00:00:00+08:00')])
    on.clock.beAsOf('2023-01-01T00:00:01+08:00')
    expect(await refusalOf(quote([run(found, 1, 12)]))).toEqual([422, 'awaiting_special', { insurance: 'flexible_pension', year: 2022 }])
  })
})

describe('the tier of a regular due', () => {
  test('is chosen before paying, from what is offered: no floor tier while the wage is provisional (R33)', async () => {
    const { found } = await pensioner()
    const { tier: _, ...without } = run(found, 1, 5) as { tier: string }
    expect((await refusalOf(quote([without]))).slice(0, 2)).toEqual([422, 'tier_required'])
    const [status, code, facts] = await refusalOf(quote([run(found, 1, 5, 'floor')]))
    expect([status, code]).toEqual([422, 'tier_not_offered'])
    expect(facts.offered).toEqual(['60%档', '70%档', '80%档', '90%档', '100%档', '200%档', '300%档'])
  })

  test('is locked for the year by the first payment, named in words (R34)', async () => {
    const { found } = await pensioner()
    await pay([run(found, 1, 5)], 342_500)
    const refused = await quote([run(found, 6, 12, 'p100')])
    expect([refused.status, refused.body.code, refused.body.facts]).toEqual([422, 'tier_locked', { tier: 'p60', label: '60%档' }])
    expect(refused.body.message).toContain('60%档')
    expect(refused.body.clause).toContain('R34')
    expect((await quote([run(found, 6, 12)])).body.totalFen).toBe(479_500)
  })

  test('binds while an order holds it, and is free again when that is cancelled (decision 5, D7)', async () => {
    const { found, person } = await pensioner()
    const held = await journey.order(agent, [run(found, 1, 3)], 205_500)
    const owner = await journey.resident(person)
    const own = await journey.lookUp(owner)
    expect((await refusalOf(quote([run(own, 4, 6, 'p100')], owner)))[1]).toBe('tier_locked')
    await agent.post(`/api/orders/${held.body.no}/cancel`)
    expect((await quote([run(own, 4, 6, 'p100')], owner)).status).toBe(200)
  })

  test('is locked by a bank, too: 1–2 at 80 % there, then 100 % is refused and 80 % for 3–12 is 913 400 (R34, R66)', async () => {
    const { found, serial } = await pensioner()
    const reported = await on.send('bank', '/channel/payments', {
      channel: 'bank',
      serial: newKey(),
      enrolmentSerial: serial,
      insurance: 'flexible_pension',
      year: 2022,
      tier: 'p80',
      months: { from: '2022-01', to: '2022-02' },
      amountFen: 182_680,
      paidAt: '2022-02-10T10:00:00+08:00',
    })
    expect([reported.status, reported.body]).toEqual([200, { state: 'applied' }])
    expect(await refusalOf(quote([run(found, 3, 12, 'p100')]))).toEqual([422, 'tier_locked', { tier: 'p80', label: '80%档' }])
    expect((await quote([run(found, 3, 12, 'p80')])).body.totalFen).toBe(913_400)
  })
})

describe('dues paid by the year', () => {
  test('resident pension: refused until April, then whole only (R39, R43)', async () => {
    const person = inventPerson()
    await journey.enrol(person, 'resident_pension')
    const found = await journey.lookUp(agent, person)
    const whole = run(found, 1, 12, 'y200')
    on.clock.beAsOf('2022-03-31')
    expect(await refusalOf(quote([whole]))).toEqual([422, 'not_open_yet', { insurance: 'resident_pension', year: 2022, opens: '2022-04' }])
    on.clock.beAsOf('2022-04-01')
    expect((await quote([whole])).body.totalFen).toBe(20_000)
    expect(await refusalOf(quote([run(found, 1, 6, 'y200')]))).toEqual([422, 'months_not_divisible', { from: '2022-01', to: '2022-12' }])
  })
})

describe('a special due: whole, without a tier, as issued (R32, R41, R52)', () => {
  test('2021-06..12 of 479 500: whole is fine; a tier, part of the months, part of the amount are refused', async () => {
    on.clock.beAsOf('2022-01-15')
    const { due } = await special('flexible_pension', '2021-06', '2021-12', 479_500)
    const item = { kind: 'due', due }
    expect((await quote([item])).body).toMatchObject({ totalFen: 479_500, items: [{ kind: 'special', tier: null, amountFen: 479_500 }] })
    expect((await quote([{ ...item, months: { from: '2021-06', to: '2021-12' }, amountFen: 479_500 }])).status).toBe(200)
    expect((await refusalOf(quote([{ ...item, tier: 'p60' }]))).slice(0, 2)).toEqual([422, 'tier_not_allowed'])
    expect((await refusalOf(quote([{ ...item, months: { from: '2021-06', to: '2021-09' } }]))).slice(0, 2)).toEqual([422, 'whole_only'])
    expect((await refusalOf(quote([{ ...item, amountFen: 300_000 }]))).slice(0, 2)).toEqual([422, 'whole_only'])
    expect((await refusalOf(journey.order(agent, [item], 300_000)))[1]).toBe('amount_changed')
    expect((await journey.order(agent, [item], 479_500)).body.totalFen).toBe(479_500)
  })

  test('the pension dues of 2021 close with 2022-01-20, and none is begun in the last two minutes (R20, decision 10)', async () => {
    on.clock.beAsOf('2022-01-15')
    const { due } = await special('flexible_pension', '2021-01', '2021-12', 788_160)
    const order = (): Asked => journey.order(agent, [{ kind: 'due', due }], 788_160)
    on.clock.beAsOf('2022-01-20T23:58:30+08:00')
    expect((await quote([{ kind: 'due', due }])).status).toBe(200)
    expect((await refusalOf(order())).slice(0, 2)).toEqual([422, 'closing_soon'])
    on.clock.beAsOf('2022-01-21T00:00:00+08:00')
    expect(await refusalOf(order())).toEqual([422, 'due_closed', { insurance: 'flexible_pension', year: 2021, deadline: '2022-01-20' }])
  })

  test('a basket of 60 % for 1–5 and the floor year 2021 is 1 130 660; expecting 1 130 661 is refused with both sums', async () => {
    on.clock.beAsOf('2022-01-15')
    const { found, person, serial } = await pensioner({ monthFrom: '2021-01' })
    await journey.issue(serial, 'flexible_pension', { from: '2021-01', to: '2021-12' }, 788_160)
    const items = [run(found, 1, 5), { kind: 'due', due: (await journey.lookUp(agent, person)).dues[0].due }]
    expect((await quote(items)).body.totalFen).toBe(1_130_660)
    const refused = await journey.order(agent, items, 1_130_661)
    expect([refused.status, refused.body.code, refused.body.facts]).toEqual([
      409,
      'amount_changed',
      { expectedFen: 1_130_661, totalFen: 1_130_660 },
    ])
    const order = await journey.order(agent, items, 1_130_660)
    expect(order.body.items.map(({ amountFen }: Answer) => amountFen)).toEqual([342_500, 788_160])
  })
})

describe('resident medical 2022 (R22, R23, R26, R27)', () => {
  test('in the window nothing needs to be acknowledged, on its last day neither', async () => {
    const { due } = await special('resident_medical', '2022-01', '2022-12', 32_000)
    on.clock.beAsOf('2022-03-31T12:00:00+08:00')
    expect((await quote([{ kind: 'due', due }])).body).toMatchObject({ acknowledgements: [], items: [{ acknowledgement: null }] })
    expect((await journey.order(agent, [{ kind: 'due', due }], 32_000)).status).toBe(200)
  })

  test.each(['2022-04-01T00:00:00+08:00', '2022-09-30T12:00:00+08:00'])(
    'at %s the waiting period must be acknowledged, and that is kept with who and when',
    async (moment) => {
      const { due } = await special('resident_medical', '2022-01', '2022-12', 32_000)
      const order = (...acknowledged: string[]): Asked => journey.order(agent, [{ kind: 'due', due }], 32_000, newKey(), acknowledged)
      on.clock.beAsOf(moment)
      expect((await quote([{ kind: 'due', due }])).body.acknowledgements).toEqual(['late_waiting'])
      expect(await refusalOf(order())).toEqual([422, 'acknowledgement_needed', { needed: ['late_waiting'] }])
      expect((await refusalOf(order('possible_waiting')))[1]).toBe('acknowledgement_needed')
      const { no } = (await order('late_waiting')).body
      const rows = await on.db.query(
        'SELECT kind, item_no, account_id, text_version, business_at FROM acknowledgement WHERE order_id = ?',
        [no],
      )
      const { account } = (await agent.get('/api/me')).body
      expect(rows).toEqual([
        { kind: 'late_waiting', item_no: 0, account_id: account, text_version: expect.any(String), business_at: expect.any(Date) },
      ])
      expect(rows[0].business_at.getTime()).toBeGreaterThanOrEqual(Date.parse(moment))
    },
  )

  test('is closed from October', async () => {
    const { due } = await special('resident_medical', '2022-01', '2022-12', 32_000)
    on.clock.beAsOf('2022-10-01T00:00:00+08:00')
    expect(await refusalOf(quote([{ kind: 'due', due }]))).toEqual([
      422,
      'due_closed',
      { insurance: 'resident_medical', year: 2022, deadline: '2022-09' },
    ])
  })

  test('an order does not outlive the collection window (decision 10)', async () => {
    const { due } = await special('resident_medical', '2022-01', '2022-12', 32_000)
    on.clock.beAsOf('2022-03-31T23:50:00+08:00')
    const { body } = await journey.order(agent, [{ kind: 'due', due }], 32_000)
    expect(Date.parse(body.expiresAt) + on.clock.offsetMs).toBe(Date.parse('2022-04-01T00:00:00+08:00'))
    on.clock.beAsOf('2022-03-31T23:59:00+08:00')
    const other = await special('resident_medical', '2022-01', '2022-12', 32_000)
    expect((await refusalOf(journey.order(agent, [{ kind: 'due', due: other.due }], 32_000)))[1]).toBe('closing_soon')
  })
})

test('flexible medical 2021 as special: a waiting period is possible until the end of June, then it is closed (R21, decision 14)', async () => {
  const { due } = await special('flexible_medical', '2021-07', '2022-06', 300_000)
  on.clock.beAsOf('2022-06-30T12:00:00+08:00')
  expect((await quote([{ kind: 'due', due }])).body.acknowledgements).toEqual(['possible_waiting'])
  on.clock.beAsOf('2022-07-01T00:00:00+08:00')
  expect((await refusalOf(quote([{ kind: 'due', due }])))[1]).toBe('due_closed')
})

test('paid on 2022-01-30, credited on 2022-02-02 (R74)', async () => {
  on.clock.beAsOf('2022-01-30T12:00:00+08:00')
  const { found } = await pensioner()
  const paid = await pay([run(found, 1, 5)], 342_500)
  expect([paid.paidAt.slice(0, 10), paid.creditDay]).toEqual(['2022-01-30', '2022-02-02'])
})

describe('an order under an idempotency key (D1, D3)', () => {
  test('is the same order for the same body, also when it is long gone', async () => {
    const { found } = await pensioner()
    const key = newKey()
    const [first, second] = [
      await journey.order(agent, [run(found, 1, 5)], 342_500, key),
      await journey.order(agent, [run(found, 1, 5)], 342_500, key),
    ]
    expect([second.status, second.body.no, second.body.totalFen]).toEqual([200, first.body.no, 342_500])
    await agent.post(`/api/orders/${first.body.no}/cancel`)
    const third = await journey.order(agent, [run(found, 1, 5)], 342_500, key)
    expect([third.body.no, third.body.state]).toEqual([first.body.no, 'cancelled'])
  })

  test('is refused for another body, and the first order stays', async () => {
    const { found } = await pensioner()
    const key = newKey()
    const first = await journey.order(agent, [run(found, 1, 5)], 342_500, key)
    expect((await refusalOf(journey.order(agent, [run(found, 6, 12)], 479_500, key))).slice(0, 2)).toEqual([422, 'idempotency_key_reused'])
    expect((await agent.get(`/api/orders/${first.body.no}`)).body.state).toBe('held')
  })

  test('a refused order leaves its key free', async () => {
    const { found } = await pensioner()
    const key = newKey()
    expect((await refusalOf(journey.order(agent, [run(found, 1, 5)], 1, key)))[1]).toBe('amount_changed')
    expect((await journey.order(agent, [run(found, 1, 5)], 342_500, key)).status).toBe(200)
  })

  test('the same key of two accounts is two orders', async () => {
    const [a, b] = [await pensioner(), await pensioner()]
    const owner = await journey.resident(b.person)
    const key = newKey()
    const first = await journey.order(agent, [run(a.found, 1, 5)], 342_500, key)
    const second = await journey.order(owner, [run(await journey.lookUp(owner), 1, 5)], 342_500, key)
    expect([second.status, second.body.no === first.body.no]).toEqual([200, false])
  })

  test.each([undefined, '', 'short', 'with spaces in it', 'x'.repeat(65)])('is asked for: %j is none', async (key) => {
    const { found } = await pensioner()
    const body = { items: [run(found, 1, 5)], expectedTotalFen: 342_500, acknowledgements: [] }
    const refused = await agent.post('/api/orders', body, key === undefined ? {} : { 'idempotency-key': key })
    expect([refused.status, refused.body.code]).toEqual([400, 'idempotency_key_missing'])
  })
})

describe('dues that an order holds', () => {
  test('are an open order to the one who holds them, and somebody else’s to anybody else, with the time to come back (D2, D5)', async () => {
    const { found, person } = await pensioner()
    const held = await journey.order(agent, [run(found, 1, 5)], 342_500)
    const until = Date.parse(held.body.expiresAt) + on.clock.offsetMs
    const [status, code, facts] = await refusalOf(journey.order(agent, [run(found, 3, 8)], 411_000))
    expect([status, code, facts.order, Date.parse(facts.until)]).toEqual([409, 'own_order_open', held.body.no, until])
    const owner = await journey.resident(person)
    const refused = await journey.order(owner, [run(await journey.lookUp(owner), 3, 8)], 411_000)
    expect([refused.status, refused.body.code, refused.body.facts.months]).toEqual([409, 'due_held', ['2022-03', '2022-04', '2022-05']])
    expect(Date.parse(refused.body.facts.until)).toBe(until)
    expect(JSON.stringify(refused.body)).not.toContain(held.body.no)
  })

  test('are free at once when the order is cancelled before anything was asked of a provider', async () => {
    const { found, person } = await pensioner()
    const held = await journey.order(agent, [run(found, 1, 5)], 342_500)
    const cancelled = await agent.post(`/api/orders/${held.body.no}/cancel`)
    expect(cancelled.body).toMatchObject({ state: 'cancelled', payment: 'not_taken', secondsLeft: 0 })
    expect((await agent.post(`/api/orders/${held.body.no}/cancel`)).body.state).toBe('cancelled')
    const owner = await journey.resident(person)
    expect((await journey.order(owner, [run(await journey.lookUp(owner), 1, 12, 'p300')], 4_110_480)).status).toBe(200)
  })

  test('of a special due are held in the same way', async () => {
    const { due, person } = await special('resident_medical', '2022-01', '2022-12', 32_000)
    await journey.order(agent, [{ kind: 'due', due }], 32_000)
    expect((await refusalOf(journey.order(agent, [{ kind: 'due', due }], 32_000)))[1]).toBe('own_order_open')
    const owner = await journey.resident(person)
    const own = (await journey.lookUp(owner)).dues[0].due
    expect((await refusalOf(journey.order(owner, [{ kind: 'due', due: own }], 32_000))).slice(0, 2)).toEqual([409, 'due_held'])
  })
})

describe('what was not looked up is not there', () => {
  test('an enrolment or due of somebody else is answered as one that does not exist', async () => {
    const { found, person, serial } = await pensioner()
    await journey.issue(serial, 'flexible_pension', { from: '2021-01', to: '2021-12' }, 788_160)
    const { due } = (await journey.lookUp(agent, person)).dues[0]
    const stranger = await journey.resident(inventPerson())
    const missing = await quote([{ ...run(found, 1, 5), enrolment: '1' }], stranger)
    expect([missing.status, missing.body.code]).toEqual([404, 'not_found'])
    for (const item of [run(found, 1, 5), { kind: 'due', due }, { kind: 'due', due: '1' }]) {
      expect((await quote([item], stranger)).body).toEqual(missing.body)
      expect((await journey.order(stranger, [item], 342_500)).body).toEqual(missing.body)
    }
  })

  test('a look-up gives the right for a day', async () => {
    const { found } = await pensioner()
    await on.db.query('UPDATE lookup_grant SET expires_at = expires_at - INTERVAL 1441 MINUTE WHERE person_id = ?', [found.contributor.ref])
    expect((await refusalOf(quote([run(found, 1, 5)]))).slice(0, 2)).toEqual([404, 'not_found'])
  })

  test('an order of another account cannot be seen, paid or cancelled', async () => {
    const { found, person } = await pensioner()
    const { no } = (await journey.order(agent, [run(found, 1, 5)], 342_500)).body
    const owner = await journey.resident(person) // not even by the contributor whose dues it holds
    const missing = await owner.get('/api/orders/1')
    expect([missing.status, missing.body.code]).toEqual([404, 'not_found'])
    expect((await owner.get(`/api/orders/${no}`)).body).toEqual(missing.body)
    expect((await owner.post(`/api/orders/${no}/pay`, { provider: 'wechat' })).body).toEqual(missing.body)
    expect((await owner.post(`/api/orders/${no}/cancel`)).body).toEqual(missing.body)
    expect((await owner.get('/api/orders?open=true')).body).toEqual({ orders: [] })
    expect((await agent.get(`/api/orders/${no}`)).body.state).toBe('held')
  })
})

test('at most 50 items make an order (decision 35); a request of more than 300 is not read', async () => {
  const { found } = await pensioner()
  const items = (n: number): object[] => Array.from({ length: n }, () => run(found, 1, 5))
  expect(await refusalOf(journey.order(agent, items(51), 51 * 342_500))).toEqual([422, 'too_many_items', { most: 50 }])
  expect((await refusalOf(quote(items(50))))[1]).toBe('same_due_twice')
  expect((await refusalOf(journey.order(agent, items(301), 301 * 342_500))).slice(0, 2)).toEqual([400, 'malformed'])
})

test('a refused order leaves nothing behind, whatever it was refused for', async () => {
  const { found } = await pensioner({ monthFrom: '2022-02' })
  const other = await pensioner()
  const medical = await special('resident_medical', '2022-01', '2022-12', 32_000)
  await journey.order(agent, [run(other.found, 1, 5)], 342_500)
  on.clock.beAsOf('2022-04-15')
  const good = run(found, 2, 5)
  const before = await written()
  const refused: [string, object[], number][] = [
    ['amount_changed', [good], 1],
    ['months_not_enrolled', [good, run(found, 1, 1)], 342_500],
    ['same_due_twice', [good, good], 548_000],
    ['tier_not_offered', [run(found, 2, 5, 'floor')], 1],
    ['own_order_open', [good, run(other.found, 5, 8)], 548_000],
    ['tier_locked', [good, run(other.found, 6, 7, 'p100')], 502_360],
    ['months_gap', [good, run(other.found, 7, 8)], 411_000],
    ['acknowledgement_needed', [good, { kind: 'due', due: medical.due }], 306_000],
    ['not_found', [good, { kind: 'due', due: '12345' }], 306_000],
  ]
  for (const [code, items, fen] of refused) expect((await refusalOf(journey.order(agent, items, fen)))[1]).toBe(code)
  expect(await written()).toEqual(before)
})
