import * as v from 'valibot'
import { endOf, instantOf, startOf } from './day.ts'
import { type DueRow, DueView, dueView, feeYearsOf, FeeYearView, type FeeYearRow, heldUntil, refuseStatus, wasClosed } from './due.ts'
import type { Enrolment } from './enrolment.ts'
import type { Insurance } from './insurance.ts'
import { type Policy, windowOf } from './policy.ts'
import { jinzhou2022 } from './policy/jinzhou-2022.ts'

const SECOND = 1000
const enrolment = (insurance: Insurance, monthFrom = '2010-01', monthTo = '9999-12'): Enrolment => ({
  enrolment: '1',
  insurance,
  county: '210702',
  monthFrom,
  monthTo,
})
const row = (insurance: Insurance, kind: DueRow['kind'], monthFrom: string, monthTo: string, more: Partial<DueRow> = {}): DueRow => ({
  due: '7',
  insurance,
  kind,
  monthFrom,
  monthTo,
  year: Number(monthFrom.slice(0, 4)),
  state: 'open',
  amountFen: kind === 'regular' ? null : 100,
  ...more,
})
const special = (insurance: Insurance, monthFrom: string, monthTo: string, more: Partial<DueRow> = {}) => ({
  ...row(insurance, 'special', monthFrom, monthTo, more),
  kind: 'special' as const,
})
const pension2020 = special('flexible_pension', '2020-01', '2020-12')
const pension2021 = special('flexible_pension', '2021-01', '2021-12', { amountFen: 788_160 })
const medical2021 = special('flexible_medical', '2021-07', '2022-06')
const resident2022 = special('resident_medical', '2022-01', '2022-12', { amountFen: 32_000 })

const at = (due: DueRow & { kind: 'special' | 'top_up' }, now: string | number) =>
  dueView(jinzhou2022, typeof now === 'string' ? instantOf(now) : now, due)
const year = (
  of: Enrolment,
  now: string | number,
  rows: DueRow[] = [],
  feeYears: FeeYearRow[] = [],
  policy: Policy = jinzhou2022,
): FeeYearView => {
  const [view] = feeYearsOf(policy, typeof now === 'string' ? instantOf(now) : now, of, rows, feeYears)
  if (!view) throw new Error('the policy has no fee year for this enrolment')
  return view
}

describe('boundary triples of every special due, written from the policy', () => {
  const [before, then, after] = [-SECOND, 0, SECOND]
  for (const due of [pension2020, pension2021, medical2021, resident2022]) {
    const window = windowOf(jinzhou2022, due.insurance, due.year, 'special')
    const { opens, collectionUntil, deadline } = { ...window }
    const statuses = (boundary: number) => [before, then, after].map((step) => at(due, boundary + step).status)
    const until = collectionUntil?.value
    const ends = until !== undefined && until !== null && until !== 'unknown'

    test(`R19 ${due.insurance} ${due.year} special opens with ${opens?.value}`, () => {
      expect(statuses(startOf(opens?.value ?? ''))).toEqual(['not_open', 'payable', 'payable'])
    })
    test(`R20–R22 ${due.insurance} ${due.year} special is closed after ${deadline?.value}`, () => {
      const open = ends ? 'late' : 'payable'
      expect(statuses(endOf(deadline?.value ?? ''))).toEqual([open, 'closed', 'closed'])
    })
    if (ends)
      test(`R27 ${due.insurance} ${due.year} special is late after ${until}`, () => {
        expect(statuses(endOf(until))).toEqual(['payable', 'late', 'late'])
      })
  }
})

describe('boundary triples of every regular fee year, written from the policy', () => {
  test.each([
    ['R42', 'flexible_pension', '2022-01', 'not_open payable payable'],
    ['R43', 'resident_pension', '2022-04', 'not_open payable payable'],
    ['4.2', 'flexible_medical', '2022-07', 'not_open payable payable'],
    ['4.2', 'flexible_medical', '2022-10', 'payable late late'],
    ['decision 23', 'flexible_pension', '2023-01', 'payable awaiting_special awaiting_special'],
    ['decision 23', 'resident_pension', '2023-01', 'payable awaiting_special awaiting_special'],
    ['decision 23', 'flexible_medical', '2023-07', 'late awaiting_special awaiting_special'],
  ] as const)('%s %s around the start of %s: %s', (_ground, insurance, month, expected) => {
    const statuses = [-SECOND, 0, SECOND].map((step) => year(enrolment(insurance), startOf(month) + step).status)
    expect(statuses.join(' ')).toBe(expected)
  })
})

describe('known answers at moments', () => {
  test.each([
    ['R20', pension2021, '2022-01-20T23:59:59+08:00', 'payable'],
    ['R20', pension2021, '2022-01-21T00:00:00+08:00', 'closed'],
    ['R20', pension2020, '2022-01-20T15:59:59Z', 'payable'],
    ['R20', pension2020, '2022-01-20T16:00:00Z', 'closed'],
    ['R26', resident2022, '2022-03-31T23:59:59+08:00', 'payable'],
    ['R27', resident2022, '2022-04-01T00:00:00+08:00', 'late'],
    ['R27', resident2022, '2022-09-30T23:59:59+08:00', 'late'],
    ['R22', resident2022, '2022-10-01T00:00:00+08:00', 'closed'],
    ['R21', medical2021, '2022-06-30T23:59:59+08:00', 'payable'],
    ['R21', medical2021, '2022-07-01T00:00:00+08:00', 'closed'],
    ['R4, R19', resident2022, '2021-12-31T15:59:59Z', 'not_open'],
    ['R4, R19', resident2022, '2021-12-31T16:00:00Z', 'payable'],
  ] as const)('%s special due at %#: %s', (_ground, due, now, status) => {
    expect(at(due, now).status).toBe(status)
  })
  test('R43 resident pension at 2022-03-31 is not open and says when it opens, as written', () => {
    const view = year(enrolment('resident_pension'), '2022-03-31T12:00:00+08:00')
    expect(view.status).toBe('not_open')
    expect(refuseStatus(view)).toEqual({ code: 'not_open_yet', facts: { insurance: 'resident_pension', year: 2022, opens: '2022-04' } })
    expect(year(enrolment('resident_pension'), '2022-04-01T00:00:00+08:00').status).toBe('payable')
  })
  test('R4 flexible pension at 2021-12-31T15:59:59Z is not open, one second later it is', () => {
    expect(year(enrolment('flexible_pension'), '2021-12-31T15:59:59Z').status).toBe('not_open')
    expect(year(enrolment('flexible_pension'), '2021-12-31T16:00:00Z').status).toBe('payable')
  })
})

describe('R28 days left', () => {
  test.each([
    ['2022-02-15T10:00:00+08:00', 44],
    ['2022-03-30T23:59:59+08:00', 1],
    ['2022-03-31T00:00:00+08:00', 0],
    ['2022-03-31T23:59:59+08:00', 0],
  ])('R28 resident medical at %s: %d days left, in the window', (now, days) => {
    const view = at(resident2022, now)
    expect([view.status, view.clock.daysLeft]).toEqual(['payable', days])
  })
  test('R28 pension 2021 special counts to its deadline: 19 on 2022-01-01, 0 on 2022-01-20, nothing once closed', () => {
    expect(at(pension2021, '2022-01-01T00:00:00+08:00').clock.daysLeft).toBe(19)
    expect(at(pension2021, '2022-01-20T23:59:59+08:00').clock.daysLeft).toBe(0)
    expect(at(pension2021, '2022-01-21T00:00:00+08:00').clock.daysLeft).toBeNull()
  })
  test('R91 a deadline of which only the month is published is shown as that month and not counted in days', () => {
    const { clock } = at(medical2021, '2022-06-15T00:00:00+08:00')
    expect(clock).toEqual({ opens: '2022-01', collectionUntil: null, deadline: '2022-06', daysLeft: null })
  })
  test('decision 22: without a published deadline there is none to show and nothing to count', () => {
    const { clock } = year(enrolment('flexible_pension'), '2022-02-15T10:00:00+08:00')
    expect(clock).toEqual({ opens: '2022-01', collectionUntil: null, deadline: null, daysLeft: null })
  })
})

describe('what must be acknowledged', () => {
  test('R26 in the window nothing', () => {
    expect(at(resident2022, '2022-03-31T23:59:59+08:00').acknowledgement).toBeNull()
  })
  test('R27 after the window a waiting period, until the deadline', () => {
    expect(at(resident2022, '2022-04-01T00:00:00+08:00').acknowledgement).toBe('late_waiting')
    expect(at(resident2022, '2022-09-30T23:59:59+08:00').acknowledgement).toBe('late_waiting')
    expect(at(resident2022, '2022-10-01T00:00:00+08:00').acknowledgement).toBeNull()
    expect(year(enrolment('flexible_medical'), '2022-10-01T00:00:00+08:00').acknowledgement).toBe('late_waiting')
  })
  test('decision 14: flexible medical 2021, whose window end is unknown, has a possible waiting period on every day', () => {
    for (const now of ['2022-01-01T00:00:00+08:00', '2022-02-15T00:00:00+08:00', '2022-06-30T23:59:59+08:00'])
      expect(at(medical2021, now).acknowledgement).toBe('possible_waiting')
  })
  test('R24 pension never has one', () => {
    expect(at(pension2021, '2022-01-20T23:59:59+08:00').acknowledgement).toBeNull()
    expect(year(enrolment('flexible_pension'), '2022-12-31T23:59:59+08:00').acknowledgement).toBeNull()
  })
  test('a due that is paid or held needs none', () => {
    expect(at({ ...resident2022, state: 'paid' }, '2022-05-01T00:00:00+08:00').acknowledgement).toBeNull()
    expect(at({ ...resident2022, state: 'held' }, '2022-05-01T00:00:00+08:00').acknowledgement).toBeNull()
  })
})

describe('special and top-up dues (R41, R52)', () => {
  const february = '2022-02-15T10:00:00+08:00'
  test('R52 the amount is the one issued', () => {
    expect(at(pension2021, '2022-01-10T00:00:00+08:00').amountFen).toBe(788_160)
    expect(at(resident2022, february).amountFen).toBe(32_000)
  })
  test('the state of the row goes before the window, except for an open one', () => {
    const closed = '2022-11-01T00:00:00+08:00'
    expect(at({ ...resident2022, state: 'paid' }, closed).status).toBe('paid')
    expect(at({ ...resident2022, state: 'held' }, closed).status).toBe('held')
    expect(at({ ...resident2022, state: 'withdrawn' }, february).status).toBe('none')
    expect(at(resident2022, closed).status).toBe('closed')
  })
  test('R68 the window is that of the fee year in which the period begins: part of 2021 has the deadline of 2021', () => {
    const part = special('flexible_pension', '2021-06', '2021-12')
    expect(at(part, '2022-01-20T23:59:59+08:00').status).toBe('payable')
    expect(at(part, '2022-01-21T00:00:00+08:00').status).toBe('closed')
  })
  test('R29 a special due of a year without a published window is payable and shows no date', () => {
    const view = at(special('resident_pension', '2021-01', '2021-12'), february)
    expect(view.status).toBe('payable')
    expect(view.clock).toEqual({ opens: null, collectionUntil: null, deadline: null, daysLeft: null })
    expect(view.changesAt).toBeNull()
  })
  test('decision 28: a top-up due has no deadline, also long after its months', () => {
    const topUp = { ...row('flexible_pension', 'top_up', '2022-01', '2022-01', { amountFen: 13_480 }), kind: 'top_up' as const }
    const view = at(topUp, '2025-01-01T00:00:00+08:00')
    expect([view.kind, view.status, view.acknowledgement, view.changesAt, view.amountFen]).toEqual([
      'top_up',
      'payable',
      null,
      null,
      13_480,
    ])
  })
  test('a view is what the contract says', () => {
    for (const due of [pension2020, pension2021, medical2021, resident2022, { ...resident2022, state: 'held' as const, until: 0 }]) {
      const view = at(due, february)
      expect(v.parse(DueView, view)).toEqual(view)
    }
  })
})

describe('the moment at which a verdict turns worse (decision 10)', () => {
  test.each([
    [pension2021, '2022-01-10T00:00:00+08:00', '2022-01-21T00:00:00.000+08:00'],
    [resident2022, '2022-02-15T10:00:00+08:00', '2022-04-01T00:00:00.000+08:00'],
    [resident2022, '2022-04-01T00:00:00+08:00', '2022-10-01T00:00:00.000+08:00'],
    [medical2021, '2022-02-15T10:00:00+08:00', '2022-07-01T00:00:00.000+08:00'],
    [medical2021, '2022-07-01T00:00:00+08:00', null],
  ])('special due %#', (due, now, changesAt) => {
    expect(at(due, now).changesAt).toBe(changesAt)
  })
  test.each([
    ['flexible_pension', '2022-02-15T10:00:00+08:00', '2023-01-01T00:00:00.000+08:00'],
    ['resident_pension', '2022-05-01T00:00:00+08:00', '2023-01-01T00:00:00.000+08:00'],
    ['flexible_medical', '2022-08-01T00:00:00+08:00', '2022-10-01T00:00:00.000+08:00'],
    ['flexible_medical', '2022-10-01T00:00:00+08:00', '2023-07-01T00:00:00.000+08:00'],
    ['flexible_pension', '2023-01-01T00:00:00+08:00', null],
  ] as const)('regular %s at %s: %s', (insurance, now, changesAt) => {
    expect(year(enrolment(insurance), now).changesAt).toBe(changesAt)
  })
})

describe('fee years of an enrolment (R51)', () => {
  const february = '2022-02-15T10:00:00+08:00'
  const monthly = enrolment('flexible_pension')
  const regular = (from: string, to: string, more: Partial<DueRow>) => row('flexible_pension', 'regular', from, to, more)

  test('R51 only the enrolment is needed: the fee year, its tiers and its months follow from the policy', () => {
    const view = year(monthly, february)
    expect([view.year, view.period, view.status, view.provisional, view.lockedTier]).toEqual([
      2022,
      { from: '2022-01', to: '2022-12' },
      'payable',
      true,
      null,
    ])
    expect(view.tiers.map(({ code }) => code)).toEqual(['p60', 'p70', 'p80', 'p90', 'p100', 'p200', 'p300'])
    expect(view.months.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'open'))
  })
  test('R45 once the final wage is chargeable the view is no longer provisional and offers the floor', () => {
    const view = year(monthly, '2022-09-01T00:00:00+08:00')
    expect(view.provisional).toBe(false)
    expect(view.tiers[0]).toEqual({ code: 'floor', label: '下限档', baseYuan: 3678, unitFen: 73_560 })
  })
  test('R39 an insurance paid by the year shows no months', () => {
    expect(year(enrolment('resident_pension'), '2022-05-01T00:00:00+08:00').months).toEqual([])
    expect(year(enrolment('flexible_medical'), '2022-08-01T00:00:00+08:00').months).toEqual([])
  })
  test('R18 resident medical 2022 is special, so an enrolment alone derives nothing', () => {
    expect(feeYearsOf(jinzhou2022, instantOf(february), enrolment('resident_medical'), [], [])).toEqual([])
  })
  test('decision 26: months before the enrolment and after its termination are not owed', () => {
    const view = year(enrolment('flexible_pension', '2022-03', '2022-08'), february)
    const open = view.months.filter(({ status }) => status === 'open').map(({ month }) => month)
    expect(open).toEqual(['2022-03', '2022-04', '2022-05', '2022-06', '2022-07', '2022-08'])
    expect(view.months.filter(({ status }) => status === 'not_enrolled')).toHaveLength(6)
  })
  test('an enrolment that ended before the year, or begins after it, has no such fee year', () => {
    const years = (of: Enrolment) => feeYearsOf(jinzhou2022, instantOf(february), of, [], [])
    expect(years(enrolment('flexible_pension', '2015-01', '2021-12'))).toEqual([])
    expect(years(enrolment('flexible_pension', '2023-01'))).toEqual([])
    expect(years(enrolment('flexible_pension', '2022-12'))).toHaveLength(1)
  })
  test('R66 months paid in any channel and months held show as such, the end of the hold with them', () => {
    const until = instantOf('2022-02-15T10:15:00+08:00')
    const view = year(monthly, february, [
      regular('2022-01', '2022-02', { state: 'paid' }),
      regular('2022-03', '2022-03', { state: 'held', until }),
      regular('2022-04', '2022-04', { state: 'open' }),
    ])
    expect(view.months.slice(0, 5)).toEqual([
      { month: '2022-01', status: 'paid' },
      { month: '2022-02', status: 'paid' },
      { month: '2022-03', status: 'held', until: '2022-02-15T10:15:00.000+08:00' },
      { month: '2022-04', status: 'open' },
      { month: '2022-05', status: 'open' },
    ])
    expect(view.status).toBe('payable')
    expect(heldUntil(view.months, { from: '2022-03', to: '2022-05' })).toBe(until)
    expect(heldUntil(view.months, { from: '2022-04', to: '2022-05' })).toBeUndefined()
  })
  test('the latest end of several holds is the moment to look again', () => {
    const months = ['2022-02-15T10:05:00.000+08:00', '2022-02-15T10:12:00.000+08:00', '2022-02-15T10:08:00.000+08:00'].map((until, n) => ({
      month: `2022-0${n + 1}`,
      status: 'held' as const,
      until,
    }))
    expect(heldUntil(months, { from: '2022-01', to: '2022-03' })).toBe(instantOf('2022-02-15T10:12:00+08:00'))
  })
  test('only rows of this insurance, year and kind count', () => {
    const others = [
      row('flexible_pension', 'special', '2022-01', '2022-12', { state: 'paid' }),
      row('resident_pension', 'regular', '2022-01', '2022-12', { state: 'paid' }),
      row('flexible_pension', 'top_up', '2022-01', '2022-12', { state: 'held' }),
    ]
    expect(year(monthly, february, others)).toEqual(year(monthly, february))
  })
  test.each([
    ['all paid', [regular('2022-01', '2022-12', { state: 'paid' })], 'paid', 'due_paid'],
    ['all held', [regular('2022-01', '2022-12', { state: 'held' })], 'held', 'due_held'],
    [
      'paid and held',
      [regular('2022-01', '2022-05', { state: 'paid' }), regular('2022-06', '2022-12', { state: 'held' })],
      'held',
      'due_held',
    ],
    ['one month open', [regular('2022-01', '2022-11', { state: 'paid' })], 'payable', undefined],
  ] as const)('a year of months, %s: %#', (_what, rows, status, code) => {
    const view = year(monthly, february, [...rows])
    expect(view.status).toBe(status)
    expect(refuseStatus(view)?.code).toBe(code)
  })
  test.each([
    ['paid', 'paid', 'due_paid'],
    ['held', 'held', 'due_held'],
    ['open', 'payable', undefined],
  ] as const)('R39 a year paid at once, %s', (state, status, code) => {
    const view = year(enrolment('resident_pension'), '2022-05-01T00:00:00+08:00', [
      row('resident_pension', 'regular', '2022-01', '2022-12', { state }),
    ])
    expect(view.status).toBe(status)
    expect(refuseStatus(view)?.code).toBe(code)
  })
  test('R34 a tier binds while something of that insurance and year is held or paid', () => {
    const lock = (more: Partial<FeeYearRow>): FeeYearRow => ({ insurance: 'flexible_pension', year: 2022, tier: 'p80', units: 2, ...more })
    expect(year(monthly, february, [], [lock({})]).lockedTier).toEqual({ code: 'p80', label: '80%档' })
    expect(year(monthly, february, [], [lock({ units: 0 })]).lockedTier).toBeNull()
    expect(year(monthly, february, [], [lock({ year: 2021 })]).lockedTier).toBeNull()
    expect(year(monthly, february, [], [lock({ insurance: 'resident_pension' })]).lockedTier).toBeNull()
  })
  test('a view is what the contract says', () => {
    for (const view of [
      year(monthly, february, [regular('2022-03', '2022-03', { state: 'held', until: 0 })]),
      year(enrolment('resident_pension'), february),
      year(enrolment('flexible_medical'), '2023-08-01T00:00:00+08:00'),
    ])
      expect(v.parse(FeeYearView, view)).toEqual(view)
  })
})

describe('decision 23: rollover', () => {
  const afterYear = '2023-01-01T00:00:00+08:00'
  const monthly = enrolment('flexible_pension')
  test('unpaid months of a past year await a special due; the refusal says so', () => {
    const view = year(monthly, afterYear, [row('flexible_pension', 'regular', '2022-01', '2022-05', { state: 'paid' })])
    expect(view.status).toBe('awaiting_special')
    expect(refuseStatus(view)).toEqual({ code: 'awaiting_special', facts: { insurance: 'flexible_pension', year: 2022 } })
  })
  test('a past year that is paid stays paid', () => {
    expect(year(monthly, afterYear, [row('flexible_pension', 'regular', '2022-01', '2022-12', { state: 'paid' })]).status).toBe('paid')
  })
  test('an insurance with a published deadline rolls over as well when its fee year ends, flexible medical on 06-30', () => {
    expect(year(enrolment('flexible_medical'), '2023-06-30T23:59:59+08:00').status).toBe('late')
    expect(year(enrolment('flexible_medical'), '2023-07-01T00:00:00+08:00').status).toBe('awaiting_special')
  })
  const withDeadline = (deadline: string): Policy => ({
    ...jinzhou2022,
    feeYears: jinzhou2022.feeYears.map((rule) =>
      rule.insurance === 'flexible_pension' && rule.kind === 'regular'
        ? { ...rule, window: { ...rule.window, deadline: { ...rule.window.deadline, value: deadline } } }
        : rule,
    ),
  })
  test('between a deadline inside the fee year and its end a due is closed, not yet awaiting', () => {
    const statuses = ['2022-11-30T23:59:59+08:00', '2022-12-01T00:00:00+08:00', '2022-12-31T23:59:59+08:00', afterYear].map(
      (now) => year(monthly, now, [], [], withDeadline('2022-11-30')).status,
    )
    expect(statuses).toEqual(['payable', 'closed', 'closed', 'awaiting_special'])
  })
  test('rollover is data: a deadline deferred past the fee year keeps it payable until then', () => {
    const statuses = [afterYear, '2023-01-31T23:59:59+08:00', '2023-02-01T00:00:00+08:00'].map(
      (now) => year(monthly, now, [], [], withDeadline('2023-01')).status,
    )
    expect(statuses).toEqual(['payable', 'payable', 'awaiting_special'])
  })
})

describe('decision 13: every status that cannot be paid says why', () => {
  test.each([
    [
      'not open',
      at(resident2022, '2021-12-01T00:00:00+08:00'),
      { code: 'not_open_yet', facts: { insurance: 'resident_medical', year: 2022, opens: '2022-01' } },
    ],
    [
      'closed',
      at(medical2021, '2022-07-01T00:00:00+08:00'),
      { code: 'due_closed', facts: { insurance: 'flexible_medical', year: 2021, deadline: '2022-06' } },
    ],
    ['paid', at({ ...resident2022, state: 'paid' }, '2022-02-15T10:00:00+08:00'), { code: 'due_paid', facts: {} }],
    [
      'held',
      at({ ...resident2022, state: 'held', until: instantOf('2022-02-15T10:15:00+08:00') }, '2022-02-15T10:00:00+08:00'),
      { code: 'due_held', facts: { until: '2022-02-15T10:15:00.000+08:00' } },
    ],
    ['withdrawn', at({ ...resident2022, state: 'withdrawn' }, '2022-02-15T10:00:00+08:00'), { code: 'due_withdrawn' }],
    ['payable', at(resident2022, '2022-02-15T10:00:00+08:00'), undefined],
    ['late', at(resident2022, '2022-05-01T00:00:00+08:00'), undefined],
  ])('%s', (_what, view, refusal) => {
    expect(refuseStatus(view)).toEqual(refusal)
  })
})

describe('R4 our own channel has an opening moment, too', () => {
  const policy = { ...jinzhou2022, opens: { ...jinzhou2022.opens, value: '2022-02-01T00:00:00+08:00' } }
  const pension = { enrolment: '1', insurance: 'flexible_pension', county: '210702', monthFrom: '2010-01', monthTo: '9999-12' } as const
  test.each([
    ['2022-01-31T23:59:59+08:00', 'not_open'],
    ['2022-02-01T00:00:00+08:00', 'payable'],
  ])('at %s: %s, although the collection of the year has begun', (moment, status) => {
    expect(feeYearsOf(policy, instantOf(moment), pension, [], []).find((view) => view.year === 2022)?.status).toBe(status)
  })
})

describe('decisions 10 and 22: a late success is judged by the deadline of its due, not by its own last month', () => {
  const pension = { kind: 'regular', insurance: 'flexible_pension', year: 2022, months: { from: '2022-01', to: '2022-05' } } as const
  test.each([
    ['2022-07-15T10:00:00+08:00', false], // long after May, and payable until the year ends
    ['2022-12-31T23:59:59+08:00', false],
    ['2023-01-01T00:00:00+08:00', true],
  ])('regular months 1–5 paid at %s: closed %s', (moment, closed) => {
    expect(wasClosed(jinzhou2022, instantOf(moment), pension)).toBe(closed)
  })
  test.each([
    ['2022-01-20T23:59:59+08:00', false],
    ['2022-01-21T00:00:00+08:00', true],
  ])('R20 the special due of 2021 paid at %s: closed %s', (moment, closed) => {
    const special = { kind: 'special', insurance: 'flexible_pension', year: 2021, months: { from: '2021-01', to: '2021-12' } } as const
    expect(wasClosed(jinzhou2022, instantOf(moment), special)).toBe(closed)
  })
})
