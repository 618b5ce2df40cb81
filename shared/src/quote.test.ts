import * as fc from 'fast-check'
import * as v from 'valibot'
import { endOf, type Instant, instantOf, iso, startOf } from './day.ts'
import { type Acknowledgement, type DueRow, dueView, feeYearsOf, type FeeYearRow, FeeYearView, DueView } from './due.ts'
import type { Enrolment } from './enrolment.ts'
import { Insurance } from './insurance.ts'
import { eachMonth, type Months } from './months.ts'
import { ORDER_LIFE_MS } from './order.ts'
import { jinzhou2022 } from './policy/jinzhou-2022.ts'
import {
  acknowledgementsFor,
  expiryOf,
  QuoteItem,
  QuoteRequestItem,
  QuoteRequestItems,
  quoteDue,
  quoteRegular,
  refuseBasket,
  refuseUnacknowledged,
} from './quote.ts'
import type { Refusal, RefusalCode } from './refusal.ts'
import { say } from './texts.ts'

const FEBRUARY = '2022-02-15T10:00:00+08:00'
const SEPTEMBER = '2022-09-15T10:00:00+08:00'
const name = (month: number): string => `2022-${String(month).padStart(2, '0')}`
const run = (from: number, to: number = from): Months => ({ from: name(from), to: name(to) })

const enrolment = (insurance: Insurance, monthFrom = '2010-01', monthTo = '9999-12'): Enrolment => ({
  enrolment: '1',
  insurance,
  county: '210702',
  monthFrom,
  monthTo,
})
const pension = enrolment('flexible_pension')
const regular = (months: Months, state: DueRow['state'] = 'paid', more: Partial<DueRow> = {}): DueRow => ({
  due: '1',
  insurance: 'flexible_pension',
  kind: 'regular',
  monthFrom: months.from,
  monthTo: months.to,
  year: 2022,
  state,
  amountFen: null,
  ...more,
})
const lock = (tier: string, insurance: Insurance = 'flexible_pension'): FeeYearRow => ({ insurance, year: 2022, tier, units: 1 })
const special = (insurance: Insurance, monthFrom: string, monthTo: string, amountFen: number) => ({
  due: '9',
  insurance,
  kind: 'special' as const,
  monthFrom,
  monthTo,
  year: Number(monthFrom.slice(0, 4)),
  state: 'open' as const,
  amountFen,
})
type IssuedRow = DueRow & { kind: 'special' | 'top_up' }
const floor2021: IssuedRow = special('flexible_pension', '2021-01', '2021-12', 788_160)
const resident: IssuedRow = special('resident_medical', '2022-01', '2022-12', 32_000)
const medical2021: IssuedRow = special('flexible_medical', '2021-07', '2022-06', 300_000)

const yearView = (now: string | Instant, of: Enrolment = pension, rows: DueRow[] = [], feeYears: FeeYearRow[] = []): FeeYearView => {
  const [view] = feeYearsOf(jinzhou2022, typeof now === 'string' ? instantOf(now) : now, of, rows, feeYears)
  if (!view) throw new Error('the policy has no fee year for this enrolment')
  return view
}
const view = (due: IssuedRow, now: string): DueView => dueView(jinzhou2022, instantOf(now), due)
const itemOf = (quoted: { item: QuoteItem } | { refusal: Refusal }): QuoteItem => {
  if ('refusal' in quoted) throw new Error(`refused: ${quoted.refusal.code}`)
  return quoted.item
}
const refusalOf = (quoted: { item: QuoteItem } | { refusal: Refusal }): Refusal | undefined =>
  'refusal' in quoted ? quoted.refusal : undefined
const codeOf = (quoted: { item: QuoteItem } | { refusal: Refusal }): RefusalCode | undefined => refusalOf(quoted)?.code
const total = (items: readonly QuoteItem[]): number => items.reduce((sum, { amountFen }) => sum + amountFen, 0)

describe('R38, R45 amounts of flexible pension 2022', () => {
  test.each([
    ['60 %, 1–5', 'p60', 1, 5, 342_500],
    ['60 %, the whole year', 'p60', 1, 12, 822_000],
    ['60 %, nothing paid, 6–12', 'p60', 6, 12, 479_500],
    ['300 %, month 1', 'p300', 1, 1, 342_540],
    ['70 %, 1–3', 'p70', 1, 3, 239_760],
    ['90 %, the whole year, from a base rounded to whole yuan', 'p90', 1, 12, 1_233_120],
    ['100 %, the whole year', 'p100', 1, 12, 1_370_160],
    ['80 %, 3–12', 'p80', 3, 12, 913_400],
  ] as const)('%s', (_what, tier, from, to, amountFen) => {
    const item = itemOf(quoteRegular(yearView(FEBRUARY), { tier, months: run(from, to) }))
    expect(item.amountFen).toBe(amountFen)
    expect(item.unitFen * item.unitCount).toBe(amountFen)
    expect(item.unitCount).toBe(to - from + 1)
    expect([item.kind, item.provisional, item.rateVersion, item.tier]).toEqual(['regular', true, 'flexible_pension-2022-provisional', tier])
  })
  test('decision 4: 60 %, nothing paid, 6–12 passes with a warning that names 1–5', () => {
    expect(itemOf(quoteRegular(yearView(FEBRUARY), { tier: 'p60', months: run(6, 12) })).unpaidBefore).toEqual([1, 2, 3, 4, 5].map(name))
    expect(itemOf(quoteRegular(yearView(FEBRUARY), { tier: 'p60', months: run(1, 12) })).unpaidBefore).toEqual([])
  })
  test('decision 4: an enrolment from 03 at 80 % pays 3–12 = 913 400; 1–12 is refused, naming 1 and 2', () => {
    const from03 = yearView(FEBRUARY, enrolment('flexible_pension', '2022-03'))
    const item = itemOf(quoteRegular(from03, { tier: 'p80', months: run(3, 12) }))
    expect([item.amountFen, item.unpaidBefore]).toEqual([913_400, []])
    expect(refusalOf(quoteRegular(from03, { tier: 'p80', months: run(1, 12) }))).toEqual({
      code: 'months_not_enrolled',
      facts: { months: ['2022-01', '2022-02'] },
    })
  })
  test('R40 1–3 paid at 70 %, then 5: refused, naming 4', () => {
    const paid = yearView(FEBRUARY, pension, [regular(run(1, 3))], [lock('p70')])
    expect(refusalOf(quoteRegular(paid, { tier: 'p70', months: run(5) }))).toEqual({ code: 'months_gap', facts: { months: ['2022-04'] } })
    expect(itemOf(quoteRegular(paid, { tier: 'p70', months: run(4, 5) })).amountFen).toBe(159_840)
  })
  test('decision 27: ordered after the final wage is published, the final price holds', () => {
    const item = itemOf(quoteRegular(yearView(SEPTEMBER), { tier: 'p100', months: run(1, 12) }))
    expect([item.amountFen, item.provisional, item.rateVersion]).toEqual([1_531_920, false, 'flexible_pension-2022-final'])
  })
  test('100 %: 1–8 provisional + 9–12 final + top-up of eight months = 1 531 920 = 12 × 127 660', () => {
    const first = itemOf(quoteRegular(yearView(FEBRUARY), { tier: 'p100', months: run(1, 8) }))
    const second = itemOf(
      quoteRegular(yearView(SEPTEMBER, pension, [regular(run(1, 8))], [lock('p100')]), { tier: 'p100', months: run(9, 12) }),
    )
    const topUp = 8 * (second.unitFen - first.unitFen)
    expect(topUp).toBe(107_840)
    expect(first.amountFen + second.amountFen + topUp).toBe(1_531_920)
    expect(12 * second.unitFen).toBe(1_531_920)
  })
  test('decision 27: the floor is refused while provisional, offered later, and refused to one whose tier is locked', () => {
    expect(codeOf(quoteRegular(yearView(FEBRUARY), { tier: 'floor', months: run(1) }))).toBe('tier_not_offered')
    expect(itemOf(quoteRegular(yearView(SEPTEMBER), { tier: 'floor', months: run(1, 12) })).amountFen).toBe(882_720)
    const locked = yearView(SEPTEMBER, pension, [regular(run(1, 8))], [lock('p60')])
    expect(codeOf(quoteRegular(locked, { tier: 'floor', months: run(9, 12) }))).toBe('tier_locked')
  })
})

describe('R33–R35 the tier', () => {
  const afterFive = (tier: string) => yearView(FEBRUARY, pension, [regular(run(1, 5))], [lock(tier)])
  test('R33 without a tier there is no quote', () => {
    expect(codeOf(quoteRegular(yearView(FEBRUARY), { months: run(1, 5) }))).toBe('tier_required')
  })
  test('R34 after 1–5 at 60 %, 100 % for 6–12 is refused and names the tier; 60 % passes', () => {
    expect(refusalOf(quoteRegular(afterFive('p60'), { tier: 'p100', months: run(6, 12) }))).toEqual({
      code: 'tier_locked',
      facts: { tier: 'p60', label: '60%档' },
    })
    expect(itemOf(quoteRegular(afterFive('p60'), { tier: 'p60', months: run(6, 12) })).amountFen).toBe(479_500)
  })
  test('R34, R66 a bank reports 1–2 at 80 %: 100 % for 3–12 is locked here, 80 % = 913 400', () => {
    const atBank = yearView(FEBRUARY, pension, [regular(run(1, 2))], [lock('p80')])
    expect(codeOf(quoteRegular(atBank, { tier: 'p100', months: run(3, 12) }))).toBe('tier_locked')
    expect(itemOf(quoteRegular(atBank, { tier: 'p80', months: run(3, 12) })).amountFen).toBe(913_400)
  })
  test('decision 5: a held order at 60 % binds as a payment does: 4–6 at 100 % beside 1–3 at 60 % is refused', () => {
    const held = yearView(FEBRUARY, pension, [regular(run(1, 3), 'held')], [lock('p60')])
    expect(codeOf(quoteRegular(held, { tier: 'p100', months: run(4, 6) }))).toBe('tier_locked')
    expect(codeOf(quoteRegular(held, { tier: 'p60', months: run(4, 6) }))).toBeUndefined()
  })
  test('R35 the lock of another fee year does not bind', () => {
    const next = yearView(FEBRUARY, pension, [], [{ ...lock('p60'), year: 2021 }])
    expect(itemOf(quoteRegular(next, { tier: 'p100', months: run(1) })).tier).toBe('p100')
  })
  test('R31 every regular insurance has tiers to choose from, and each has its own', () => {
    const may = instantOf('2022-05-15T10:00:00+08:00')
    expect(codeOf(quoteRegular(yearView(may, enrolment('resident_pension')), { tier: 'p60', months: run(1, 12) }))).toBe('tier_not_offered')
    expect(codeOf(quoteRegular(yearView(may, enrolment('resident_pension')), { months: run(1, 12) }))).toBe('tier_required')
  })
})

describe('R39 paid by the year', () => {
  test.each([
    ['resident_pension', '2022-05-01T00:00:00+08:00', 'y200', { from: '2022-01', to: '2022-12' }, 20_000],
    ['resident_pension', '2022-05-01T00:00:00+08:00', 'y3000', { from: '2022-01', to: '2022-12' }, 300_000],
    ['flexible_medical', '2022-08-01T00:00:00+08:00', 'pooled', { from: '2022-07', to: '2023-06' }, 327_600],
    ['flexible_medical', '2022-08-01T00:00:00+08:00', 'combined', { from: '2022-07', to: '2023-06' }, 446_040],
  ] as const)('R39 %s at %s, tier %s: whole', (insurance, now, tier, months, amountFen) => {
    const item = itemOf(quoteRegular(yearView(now, enrolment(insurance)), { tier, months }))
    expect([item.amountFen, item.unitCount, item.unitFen, item.months, item.unpaidBefore]).toEqual([amountFen, 1, amountFen, months, []])
  })
  test.each([
    ['resident_pension', '2022-05-01T00:00:00+08:00', 'y200', { from: '2022-01', to: '2022-06' }],
    ['flexible_medical', '2022-08-01T00:00:00+08:00', 'pooled', { from: '2022-07', to: '2022-12' }],
    ['flexible_medical', '2022-08-01T00:00:00+08:00', 'pooled', { from: '2022-01', to: '2022-12' }],
  ] as const)('R39 %s in part is refused, naming the whole period', (insurance, now, tier, months) => {
    const whole = yearView(now, enrolment(insurance))
    expect(refusalOf(quoteRegular(whole, { tier, months }))).toEqual({ code: 'months_not_divisible', facts: whole.period })
  })
  test('R43 resident pension cannot be quoted on 2022-03-31 and can on 2022-04-01', () => {
    const choice = { tier: 'y200', months: run(1, 12) }
    const of = enrolment('resident_pension')
    expect(codeOf(quoteRegular(yearView('2022-03-31T23:59:59+08:00', of), choice))).toBe('not_open_yet')
    expect(itemOf(quoteRegular(yearView('2022-04-01T00:00:00+08:00', of), choice)).amountFen).toBe(20_000)
  })
  test('decision 26: resident pension is not prorated for one who joins in June', () => {
    const item = itemOf(
      quoteRegular(yearView('2022-07-01T00:00:00+08:00', enrolment('resident_pension', '2022-06')), { tier: 'y500', months: run(1, 12) }),
    )
    expect(item.amountFen).toBe(50_000)
  })
})

describe('months that are taken', () => {
  const until = instantOf('2022-02-15T10:15:00+08:00')
  test('paid months are named, also when the whole year is paid', () => {
    const paid = yearView(FEBRUARY, pension, [regular(run(1, 12))], [lock('p60')])
    expect(refusalOf(quoteRegular(paid, { tier: 'p60', months: run(2, 3) }))).toEqual({
      code: 'months_taken',
      facts: { months: ['2022-02', '2022-03'] },
    })
  })
  test('held months are named with the end of the hold, also when no month is open', () => {
    const held = yearView(FEBRUARY, pension, [regular(run(1, 12), 'held', { until })], [lock('p60')])
    expect(held.status).toBe('held')
    expect(refusalOf(quoteRegular(held, { tier: 'p60', months: run(2) }))).toEqual({
      code: 'due_held',
      facts: { months: ['2022-02'], until: '2022-02-15T10:15:00.000+08:00' },
    })
  })
  test('decision 23: nothing of a past fee year can be quoted', () => {
    const past = yearView('2023-01-01T00:00:00+08:00')
    expect(codeOf(quoteRegular(past, { tier: 'p60', months: run(1, 12) }))).toBe('awaiting_special')
  })
})

describe('R32, R41, R52 special dues: whole, once, without a tier', () => {
  const january = '2022-01-10T10:00:00+08:00'
  const part2021 = view(special('flexible_pension', '2021-06', '2021-12', 479_500), january)
  test('special 2021-06..12 of 479 500 is quoted whole, as issued', () => {
    const item = itemOf(quoteDue(part2021))
    expect([item.kind, item.amountFen, item.unitCount, item.tier, item.rateVersion, item.months, item.year]).toEqual([
      'special',
      479_500,
      1,
      null,
      null,
      { from: '2021-06', to: '2021-12' },
      2021,
    ])
    expect(itemOf(quoteDue(part2021, { months: { from: '2021-06', to: '2021-12' }, amountFen: 479_500 })).amountFen).toBe(479_500)
  })
  test.each([
    ['R41 months 6–9', { months: { from: '2021-06', to: '2021-09' } }, 'whole_only'],
    ['R41 a month more', { months: { from: '2021-05', to: '2021-12' } }, 'whole_only'],
    ['R41 part of the amount', { amountFen: 300_000 }, 'whole_only'],
    ['R52 one fen more', { amountFen: 479_501 }, 'whole_only'],
    ['R32 a tier', { tier: 'p60' }, 'tier_not_allowed'],
  ] as const)('%s is refused', (_what, choice, code) => {
    expect(codeOf(quoteDue(part2021, choice))).toBe(code)
  })
  test('R20 closed, held, paid and withdrawn ones are refused', () => {
    expect(codeOf(quoteDue(view(floor2021, '2022-01-20T23:59:59+08:00')))).toBeUndefined()
    expect(codeOf(quoteDue(view(floor2021, '2022-01-21T00:00:00+08:00')))).toBe('due_closed')
    expect(codeOf(quoteDue(view({ ...floor2021, state: 'held' }, january)))).toBe('due_held')
    expect(codeOf(quoteDue(view({ ...floor2021, state: 'paid' }, january)))).toBe('due_paid')
    expect(codeOf(quoteDue(view({ ...floor2021, state: 'withdrawn' }, january)))).toBe('due_withdrawn')
  })
  test('decision 28: a top-up is paid whole and takes no tier', () => {
    const topUp = view({ ...floor2021, kind: 'top_up', monthFrom: '2022-01', monthTo: '2022-01', amountFen: 13_480 }, SEPTEMBER)
    expect(itemOf(quoteDue(topUp)).amountFen).toBe(13_480)
    expect(codeOf(quoteDue(topUp, { tier: 'p100' }))).toBe('tier_not_allowed')
    expect(codeOf(quoteDue(topUp, { amountFen: 1 }))).toBe('whole_only')
  })
})

describe('decision 35: a basket', () => {
  const january = '2022-01-10T10:00:00+08:00'
  test('60 % 1–5 + special 2021 at the floor (788 160) = 1 130 660', () => {
    const items = [itemOf(quoteRegular(yearView(january), { tier: 'p60', months: run(1, 5) })), itemOf(quoteDue(view(floor2021, january)))]
    expect(refuseBasket(items, ['1', '9'])).toBeUndefined()
    expect(total(items)).toBe(1_130_660)
  })
  const quoted = (from: number, to: number = from, tier = 'p60'): QuoteItem =>
    itemOf(quoteRegular(yearView(january), { tier, months: run(from, to) }))
  test('the same months twice, in whole or in part, are refused', () => {
    expect(refuseBasket([quoted(1, 5), quoted(1, 5)], ['1', '1'])?.code).toBe('same_due_twice')
    expect(refuseBasket([quoted(1, 5), quoted(5, 8)], ['1', '1'])?.code).toBe('same_due_twice')
    const due = itemOf(quoteDue(view(floor2021, january)))
    expect(refuseBasket([due, due], ['9', '9'])?.code).toBe('same_due_twice')
  })
  test('the same months of two contributors, or of a special and a regular due, are two things', () => {
    expect(refuseBasket([quoted(1, 5), quoted(1, 5)], ['1', '2'])).toBeUndefined()
    expect(refuseBasket([quoted(1, 5), { ...quoted(1, 5), kind: 'top_up' }], ['1', '1'])).toBeUndefined()
  })
  test('R40 two runs of one fee year may not leave out a month between them: 1–2 and 5–6 is refused, naming 3 and 4', () => {
    const gap = { code: 'months_gap', facts: { months: ['2022-03', '2022-04'] } }
    expect(refuseBasket([quoted(1, 2), quoted(5, 6)], ['1', '1'])).toEqual(gap)
    expect(refuseBasket([quoted(5, 6), quoted(1, 2)], ['1', '1'])).toEqual(gap)
    expect(refuseBasket([quoted(1, 2), quoted(5, 6), quoted(3)], ['1', '1', '1'])).toEqual({
      code: 'months_gap',
      facts: { months: ['2022-04'] },
    })
  })
  test('R40 runs that join, and runs of two contributors, leave out nothing', () => {
    expect(refuseBasket([quoted(1, 2), quoted(5, 6), quoted(3, 4)], ['1', '1', '1'])).toBeUndefined()
    expect(refuseBasket([quoted(1, 5), quoted(6, 12)], ['1', '1'])).toBeUndefined()
    expect(refuseBasket([quoted(1, 2), quoted(5, 6)], ['1', '2'])).toBeUndefined()
    expect(refuseBasket([{ ...quoted(1, 2), insurance: 'resident_pension' }, quoted(5, 6)], ['1', '1'])).toBeUndefined()
    expect(
      refuseBasket([{ ...quoted(1, 2), year: 2021, months: { from: '2021-01', to: '2021-02' } }, quoted(5, 6)], ['1', '1']),
    ).toBeUndefined()
  })
  test('decision 4: months that a bank has paid between two runs are no gap', () => {
    const states = yearView(january, pension, [regular(run(3, 4))], [lock('p60')])
    const [before, after] = [run(1, 2), run(5, 6)].map((months) => itemOf(quoteRegular(states, { tier: 'p60', months })))
    expect(before && after && refuseBasket([before, after], ['1', '1'])).toBeUndefined()
  })
  test('50 items pass, 51 are refused, naming the limit', () => {
    const item = itemOf(quoteDue(view(floor2021, january)))
    const many = (count: number) => Array.from({ length: count }, () => item)
    const owners = Array.from({ length: 51 }, (_, n) => String(n))
    expect(refuseBasket(many(50), owners.slice(0, 50))).toBeUndefined()
    expect(refuseBasket(many(51), owners)).toEqual({ code: 'too_many_items', facts: { most: 50 } })
  })
})

describe('R27, decisions 8 and 14: acknowledgements', () => {
  const late = itemOf(quoteDue(view(resident, '2022-04-01T00:00:00+08:00')))
  const possible = itemOf(quoteDue(view(medical2021, FEBRUARY)))
  const plain = itemOf(quoteDue(view(resident, '2022-03-31T23:59:59+08:00')))
  test('R27 late medical is refused until the waiting period is acknowledged', () => {
    expect(refuseUnacknowledged([late], [])).toEqual({ code: 'acknowledgement_needed', facts: { needed: ['late_waiting'] } })
    expect(refuseUnacknowledged([late], ['possible_waiting'])?.code).toBe('acknowledgement_needed')
    expect(refuseUnacknowledged([late], ['late_waiting'])).toBeUndefined()
  })
  test('decision 14: flexible medical 2021 needs the possible waiting period acknowledged', () => {
    expect(refuseUnacknowledged([possible], [])).toEqual({ code: 'acknowledgement_needed', facts: { needed: ['possible_waiting'] } })
    expect(refuseUnacknowledged([possible], ['possible_waiting'])).toBeUndefined()
  })
  test('R26 in the window nothing is asked, and one acknowledged for nothing does no harm', () => {
    expect(acknowledgementsFor([plain])).toEqual([])
    expect(refuseUnacknowledged([plain], [])).toBeUndefined()
    expect(refuseUnacknowledged([plain], ['late_waiting'])).toBeUndefined()
  })
  test('in a basket each kind is asked once, and only the missing one is named', () => {
    expect(acknowledgementsFor([late, possible, plain, late]).sort()).toEqual(['late_waiting', 'possible_waiting'])
    expect(refuseUnacknowledged([late, possible, late], ['late_waiting'])).toEqual({
      code: 'acknowledgement_needed',
      facts: { needed: ['possible_waiting'] },
    })
  })
})

describe('decision 10: how long an order lives', () => {
  const pensionItem = (now: Instant) => itemOf(quoteDue(dueView(jinzhou2022, now, floor2021)))
  const residentItem = (now: Instant) => itemOf(quoteDue(dueView(jinzhou2022, now, resident)))
  const deadline = endOf('2022-01-20')
  const minute = 60_000

  test('15 minutes, when nothing changes before', () => {
    const now = instantOf('2022-01-10T10:00:00+08:00')
    expect(expiryOf([pensionItem(now)], now)).toEqual({ expiresAt: instantOf('2022-01-10T10:15:00+08:00') })
  })
  test.each([
    [16, 15],
    [15, 15],
    [14, 14],
    [3, 3],
    [2, 2],
  ])('%d minutes before the deadline it lives %d minutes', (before, lives) => {
    const now = deadline - before * minute
    expect(expiryOf([pensionItem(now)], now)).toEqual({ expiresAt: now + lives * minute })
  })
  test.each([2 * minute - 1, 2 * minute - 1000, minute, 1000, 1])('%d ms before the deadline there is no new order', (before) => {
    const now = deadline - before
    expect(expiryOf([pensionItem(now)], now)).toEqual({
      refusal: { code: 'closing_soon', facts: { at: iso(deadline), becomes: 'closed' } },
    })
  })
  test('an order does not outlive the collection window, so nobody pays late without having acknowledged it', () => {
    const now = endOf('2022-03-31') - 10 * minute
    expect(expiryOf([residentItem(now)], now)).toEqual({ expiresAt: endOf('2022-03-31') })
    const later = endOf('2022-03-31')
    expect(expiryOf([residentItem(later)], later)).toEqual({ expiresAt: later + ORDER_LIFE_MS })
  })
  test('an order does not outlive the fee year (decision 22)', () => {
    const now = endOf('2022-12') - 5 * minute
    const item = itemOf(quoteRegular(yearView(now), { tier: 'p60', months: run(1, 12) }))
    expect(expiryOf([item], now)).toEqual({ expiresAt: endOf('2022-12') })
  })
  test('the nearest boundary of a basket counts', () => {
    const now = deadline - 5 * minute
    const year = itemOf(quoteRegular(yearView(now), { tier: 'p60', months: run(1) }))
    expect(expiryOf([year, residentItem(now), pensionItem(now)], now)).toEqual({ expiresAt: deadline })
    expect(expiryOf([year, residentItem(now)], now)).toEqual({ expiresAt: now + ORDER_LIFE_MS })
  })
  test('a due without a published window lives the whole 15 minutes', () => {
    const now = instantOf(FEBRUARY)
    const item = itemOf(quoteDue(view(special('resident_pension', '2021-01', '2021-12', 20_000), FEBRUARY)))
    expect(expiryOf([item], now)).toEqual({ expiresAt: now + ORDER_LIFE_MS })
  })
  test('an order ends after it begins, within 15 minutes, and never after a boundary', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: startOf('2022-01'), max: endOf('2022-09') - 1 }),
        fc.integer({ min: 0, max: 20 * minute }),
        (random, near) => {
          for (const now of [random, endOf('2022-03-31') - near, endOf('2022-09') - 1 - near]) {
            const boundary = now < endOf('2022-03-31') ? endOf('2022-03-31') : endOf('2022-09')
            const soon = {
              refusal: { code: 'closing_soon', facts: { at: iso(boundary), becomes: now < endOf('2022-03-31') ? 'late' : 'closed' } },
            }
            const life = { expiresAt: Math.min(now + 15 * minute, boundary) }
            expect(expiryOf([residentItem(now)], now)).toEqual(boundary - now < 2 * minute ? soon : life)
          }
        },
      ),
    )
  })
})

describe('R38 any split into consecutive runs', () => {
  /** Twelve months cut at any places: bit n of `cuts` cuts after month n + 1. */
  const pieces = (first: number, last: number, cuts: number): Months[] => {
    const runs: Months[] = []
    let from = first
    for (let month = first; month <= last; month++)
      if (month === last || (cuts >> (month - 1)) & 1) {
        runs.push(run(from, month))
        from = month + 1
      }
    return runs
  }
  const choice = fc.record({
    tier: fc.constantFrom('p60', 'p70', 'p80', 'p90', 'p100', 'p200', 'p300'),
    a: fc.integer({ min: 1, max: 12 }),
    b: fc.integer({ min: 1, max: 12 }),
    cuts: fc.integer({ min: 0, max: 2 ** 11 - 1 }),
    now: fc.constantFrom(FEBRUARY, SEPTEMBER),
  })
  const price = (now: string, tier: string, months: Months, paid: readonly Months[]) =>
    quoteRegular(
      yearView(
        now,
        pension,
        paid.map((each) => regular(each)),
        paid.length > 0 ? [lock(tier)] : [],
      ),
      { tier, months },
    )

  test('costs the same as the whole, each quoted alone or one after the other in any order that leaves no hole', () => {
    fc.assert(
      fc.property(choice, fc.infiniteStream(fc.nat()), ({ tier, a, b, cuts, now }, random) => {
        const [first, last] = [Math.min(a, b), Math.max(a, b)]
        const whole = itemOf(price(now, tier, run(first, last), [])).amountFen
        const runs = pieces(first, last, cuts)
        expect(total(runs.map((months) => itemOf(price(now, tier, months, []))))).toBe(whole)

        let sum = 0
        const paid: Months[] = []
        const waiting = [...runs]
        while (waiting.length > 0) {
          const payable = waiting.filter((months) => 'item' in price(now, tier, months, paid))
          // whatever was paid before, some run can always be paid next: nobody gets stuck
          expect(payable.length).toBeGreaterThan(0)
          const next = payable[Number(random.next().value) % payable.length] ?? run(1)
          sum += itemOf(price(now, tier, next, paid)).amountFen
          paid.push(next)
          waiting.splice(waiting.indexOf(next), 1)
        }
        expect(sum).toBe(whole)
      }),
    )
  })
})

describe('the rules never throw', () => {
  const month = fc
    .tuple(fc.integer({ min: 2019, max: 2024 }), fc.integer({ min: 1, max: 12 }))
    .map(([year, each]) => `${year}-${String(each).padStart(2, '0')}`)
  const months = fc.tuple(month, fc.integer({ min: 0, max: 11 })).map(([from, more]) => {
    const [y = 0, m = 1] = from.split('-').map(Number)
    return { from, to: new Date(Date.UTC(y, m - 1 + more)).toISOString().slice(0, 7) }
  })
  const insurance = fc.constantFrom(...Insurance.options)
  const instant = fc.integer({ min: startOf('2018-01'), max: endOf('2026-12') })
  const tier = fc.option(fc.constantFrom('p60', 'p100', 'p300', 'floor', 'y200', 'pooled', 'nothing'), { nil: undefined })
  const row: fc.Arbitrary<DueRow> = fc
    .record({
      insurance,
      kind: fc.constantFrom('regular' as const, 'special' as const, 'top_up' as const),
      run: months,
      state: fc.constantFrom('open' as const, 'held' as const, 'paid' as const, 'withdrawn' as const),
      amountFen: fc.option(fc.nat()),
      until: fc.option(instant, { nil: undefined }),
    })
    .map(({ run: { from, to }, until, ...rest }) => ({
      due: '1',
      monthFrom: from,
      monthTo: to,
      year: Number(from.slice(0, 4)),
      ...rest,
      ...(until !== undefined && { until }),
    }))
  const world = fc.record({
    now: instant,
    of: fc.tuple(insurance, month, fc.option(month)).map(([which, from, to]) => enrolment(which, from, to ?? '9999-12')),
    rows: fc.array(row, { maxLength: 6 }),
    locks: fc.array(
      fc.record({
        insurance,
        year: fc.integer({ min: 2020, max: 2023 }),
        tier: fc.constantFrom('p60', 'floor', 'gone'),
        units: fc.nat({ max: 2 }),
      }),
      { maxLength: 3 },
    ),
    choice: fc.record({ tier, months }),
    partly: fc.record({ tier, months: fc.option(months, { nil: undefined }), amountFen: fc.option(fc.nat(), { nil: undefined }) }),
    given: fc.subarray<Acknowledgement>(['late_waiting', 'possible_waiting']),
  })
  const sound = (refusal: Refusal | undefined): void => {
    if (refusal) expect(say(refusal)).not.toMatch(/undefined|NaN|null|\[object|^$/)
  }

  test('views, quotes, baskets and lives of orders exist for any world, agree with the contract and can be said', () => {
    fc.assert(
      fc.property(world, ({ now, of, rows, locks, choice, partly, given }) => {
        const years = feeYearsOf(jinzhou2022, now, of, rows, locks)
        const dues = rows.flatMap((each) => (each.kind === 'regular' ? [] : [dueView(jinzhou2022, now, { ...each, kind: each.kind })]))
        for (const each of years) expect(v.is(FeeYearView, each)).toBe(true)
        for (const each of dues) expect(v.is(DueView, each)).toBe(true)
        const quotes = [...years.map((each) => quoteRegular(each, choice)), ...dues.map((each) => quoteDue(each, partly))]
        const items = quotes.flatMap((quoted) => ('item' in quoted ? [quoted.item] : []))
        for (const quoted of quotes) sound(refusalOf(quoted))
        for (const item of items) {
          expect(v.is(QuoteItem, item)).toBe(true)
          expect(item.amountFen).toBe(item.unitFen * item.unitCount)
        }
        sound(
          refuseBasket(
            items,
            items.map((_, n) => String(n % 2)),
          ),
        )
        sound(refuseUnacknowledged(items, given))
        const life = expiryOf(items, now)
        sound('refusal' in life ? life.refusal : undefined)
        expect('refusal' in life || life.expiresAt > now).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})

describe('R32, R39 what a request may say at all', () => {
  const whole = { kind: 'regular', enrolment: '12', year: 2022, tier: 'p60', months: run(1, 5) }
  test('a run with its months; without months, with a hole, or with another amount it is malformed', () => {
    expect(v.parse(QuoteRequestItem, whole)).toEqual(whole)
    const { months: _months, ...without } = whole
    expect(v.is(QuoteRequestItem, without)).toBe(false)
    expect(v.is(QuoteRequestItem, { ...whole, months: ['2022-01', '2022-03'] })).toBe(false)
    expect(v.is(QuoteRequestItem, { ...whole, amountFen: 1 })).toBe(false)
    expect(v.is(QuoteRequestItem, { ...whole, enrolment: 'abc' })).toBe(false)
  })
  test('R32, R41 a tier, months or an amount on an issued due are well formed, so that the rule can refuse them in its own words', () => {
    expect(v.is(QuoteRequestItem, { kind: 'due', due: '9' })).toBe(true)
    expect(v.is(QuoteRequestItem, { kind: 'due', due: '9', tier: 'p60', months: run(1, 5), amountFen: 1 })).toBe(true)
  })
  test('a request names at least one thing', () => {
    expect(v.is(QuoteRequestItems, [])).toBe(false)
    expect(v.is(QuoteRequestItems, [whole])).toBe(true)
  })
  test('every month of a run is in the year that a page shows', () => {
    expect(eachMonth(run(1, 12))).toEqual(yearView(FEBRUARY).months.map(({ month: each }) => each))
  })
})

describe('one tier a fee year, also inside one basket', () => {
  test('R34 two runs of one year at two tiers are refused together', () => {
    const year = yearView(FEBRUARY)
    const first = itemOf(quoteRegular(year, { tier: 'p60', months: run(1, 3) }))
    const second = itemOf(quoteRegular(year, { tier: 'p100', months: run(4, 6) }))
    expect(refuseBasket([first, second], ['1', '1'])).toEqual({ code: 'tier_locked', facts: { tier: 'p60', label: '60%档' } })
    expect(refuseBasket([first, second], ['1', '2'])).toBeUndefined()
  })
})
