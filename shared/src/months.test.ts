import * as fc from 'fast-check'
import * as v from 'valibot'
import { covers, eachMonth, Months, monthsIn, overlap, refuseMonths, unpaidBefore, type MonthState } from './months.ts'
import type { Refusal } from './refusal.ts'

type Status = MonthState['status']
const name = (month: number): string => `2022-${String(month).padStart(2, '0')}`
const run = (from: number, to: number = from): Months => ({ from: name(from), to: name(to) })
/** A year of twelve open months, except those named. */
const year = (except: Partial<Record<Exclude<Status, 'open'>, number[]>> = {}): MonthState[] =>
  Array.from({ length: 12 }, (_, n): MonthState => {
    const status = (['paid', 'held', 'not_enrolled'] as const).find((each) => except[each]?.includes(n + 1))
    return { month: name(n + 1), status: status ?? 'open' }
  })
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, n) => from + n)

describe('R40 months may not be skipped', () => {
  test('R40 {1,2,3} paid, then {5}: refused, naming 4', () => {
    expect(refuseMonths(year({ paid: [1, 2, 3] }), run(5))).toEqual({ code: 'months_gap', facts: { months: ['2022-04'] } })
  })
  test('R40 {1,2,3} paid, then {7,8}: refused, naming 4, 5 and 6', () => {
    expect(refuseMonths(year({ paid: [1, 2, 3] }), run(7, 8))).toEqual({
      code: 'months_gap',
      facts: { months: ['2022-04', '2022-05', '2022-06'] },
    })
  })
  test('R40 {1,2,3} held by an order, then {5}: refused as if they were paid', () => {
    expect(refuseMonths(year({ held: [1, 2, 3] }), run(5))).toEqual({ code: 'months_gap', facts: { months: ['2022-04'] } })
  })
  test('R40 {6..12} paid, then {1..4}: refused, naming 5', () => {
    expect(refuseMonths(year({ paid: upTo(6, 12) }), run(1, 4))).toEqual({ code: 'months_gap', facts: { months: ['2022-05'] } })
  })
  test('R40 a selection with a hole cannot be written down: {1,2,3,5} is no run', () => {
    expect(v.is(Months, { months: ['2022-01', '2022-02', '2022-03', '2022-05'] })).toBe(false)
    expect(v.is(Months, { ...run(1, 5), without: ['2022-04'] })).toBe(false)
  })
})

describe('R38 one payment or several', () => {
  test.each([
    ['the whole year', year(), run(1, 12)],
    ['1–5 first', year(), run(1, 5)],
    ['6–12 after 1–5', year({ paid: upTo(1, 5) }), run(6, 12)],
    ['6–12 first (decision 4)', year(), run(6, 12)],
    ['1–5 after 6–12', year({ paid: upTo(6, 12) }), run(1, 5)],
    ['3–5 before 6–12, leaving 1–2 in front', year({ paid: upTo(6, 12) }), run(3, 5)],
    ['a single month', year(), run(9)],
    ['4 after 1–3', year({ paid: [1, 2, 3] }), run(4)],
  ])('%s passes', (_what, states, choice) => {
    expect(refuseMonths(states, choice)).toBeUndefined()
  })
})

describe('decision 4', () => {
  test('a later start than the first unpaid month passes and the months before it are named', () => {
    expect(unpaidBefore(year(), run(6, 12))).toEqual(upTo(1, 5).map(name))
    expect(unpaidBefore(year({ paid: upTo(1, 5) }), run(6, 12))).toEqual([])
    expect(unpaidBefore(year({ not_enrolled: [1, 2] }), run(3, 12))).toEqual([])
    expect(unpaidBefore(year({ not_enrolled: [1, 2] }), run(5))).toEqual([name(3), name(4)])
    expect(unpaidBefore(year(), run(1, 12))).toEqual([])
  })
  test('holes that a bank or a refund made may be filled, whole or in part', () => {
    const states = year({ paid: [1, 5, 12] })
    expect(refuseMonths(states, run(2, 4))).toBeUndefined()
    expect(refuseMonths(states, run(2))).toBeUndefined()
    expect(refuseMonths(states, run(3))).toBeUndefined()
    expect(refuseMonths(states, run(6, 11))).toBeUndefined()
  })
  test('paid months cannot be selected: they are named, those of the selection only', () => {
    expect(refuseMonths(year({ paid: upTo(1, 5) }), run(4, 8))).toEqual({ code: 'months_taken', facts: { months: [name(4), name(5)] } })
  })
  test('held months cannot be selected: they are named', () => {
    expect(refuseMonths(year({ held: [3, 4] }), run(1, 3))).toEqual({ code: 'due_held', facts: { months: [name(3)] } })
  })
  test('an enrolment from March starts in March: 3–12 passes, 1–12 is refused, naming 1 and 2', () => {
    const states = year({ not_enrolled: [1, 2] })
    expect(refuseMonths(states, run(3, 12))).toBeUndefined()
    expect(refuseMonths(states, run(1, 12))).toEqual({ code: 'months_not_enrolled', facts: { months: [name(1), name(2)] } })
  })
  test('months of another fee year are not of this one', () => {
    expect(refuseMonths(year(), { from: '2022-12', to: '2023-01' })).toEqual({
      code: 'months_not_enrolled',
      facts: { months: ['2023-01'] },
    })
  })
  test('months outside the enrolment are no hole', () => {
    expect(refuseMonths(year({ paid: [1, 2], not_enrolled: [3, 4] }), run(5))).toBeUndefined()
  })
})

/**
 * Decision 4 said again, from the months that would be taken afterwards: walk the year once and look for an open month
 * that lies between taken ones afterwards and did not before.
 */
const bruteForce = (status: readonly Status[], from: number, to: number): { code: Refusal['code']; months: string[] } | undefined => {
  for (const [code, bad] of [
    ['months_not_enrolled', 'not_enrolled'],
    ['months_taken', 'paid'],
    ['due_held', 'held'],
  ] as const) {
    const months: string[] = []
    for (let month = from; month <= to; month++) if (status[month - 1] === bad) months.push(name(month))
    if (months.length > 0) return { code, months }
  }
  const between = (taken: boolean[]): boolean[] => {
    const [first, last] = [taken.indexOf(true), taken.lastIndexOf(true)]
    return taken.map((is, at) => !is && first !== -1 && at > first && at < last)
  }
  const before = status.map((each) => each === 'paid' || each === 'held')
  const after = before.map((is, at) => is || (at + 1 >= from && at + 1 <= to))
  const [holesBefore, holesAfter] = [between(before), between(after)]
  const months = status.flatMap((each, at) => (each === 'open' && holesAfter[at] && !holesBefore[at] ? [name(at + 1)] : []))
  return months.length > 0 ? { code: 'months_gap', months } : undefined
}
const statuses: Status[] = ['open', 'paid', 'held', 'not_enrolled']
const verdict = (states: readonly MonthState[], choice: Months): { code: string; months: unknown } | undefined => {
  const refusal = refuseMonths(states, choice)
  return refusal && { code: refusal.code, months: (refusal.facts as { months?: string[] }).months }
}

describe('refuseMonths against an independent definition of decision 4', () => {
  test('all 4⁵ states of five months and all 15 runs', () => {
    const wrong: string[] = []
    for (let number = 0; number < 4 ** 5; number++) {
      const status = Array.from({ length: 5 }, (_, n): Status => statuses[Math.floor(number / 4 ** n) % 4] ?? 'open')
      const states = status.map((each, n): MonthState => ({ month: name(n + 1), status: each }))
      for (let from = 1; from <= 5; from++)
        for (let to = from; to <= 5; to++)
          if (JSON.stringify(verdict(states, run(from, to))) !== JSON.stringify(bruteForce(status, from, to)))
            wrong.push(`${status.join()} ${from}–${to}`)
    }
    expect(wrong).toEqual([])
  })
  test('generated years of twelve months', () => {
    const generated = fc.tuple(
      fc.array(fc.constantFrom(...statuses), { minLength: 12, maxLength: 12 }),
      fc.integer({ min: 1, max: 12 }),
      fc.integer({ min: 1, max: 12 }),
    )
    fc.assert(
      fc.property(generated, ([status, a, b]) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const states = status.map((each, n): MonthState => ({ month: name(n + 1), status: each }))
        expect(verdict(states, run(from, to))).toEqual(bruteForce(status, from, to))
      }),
      { numRuns: 2000 },
    )
  })
})

describe('runs of months', () => {
  const anyMonth = fc
    .tuple(fc.integer({ min: 1990, max: 2090 }), fc.integer({ min: 1, max: 12 }))
    .map(([y, m]) => `${y}-${String(m).padStart(2, '0')}`)
  test('R17 a fee period across the year has twelve months in calendar order', () => {
    const period = { from: '2021-07', to: '2022-06' }
    expect(monthsIn(period)).toBe(12)
    expect(eachMonth(period)).toEqual([...upTo(7, 12).map((n) => name(n).replace('2022', '2021')), ...upTo(1, 6).map(name)])
  })
  test('eachMonth lists monthsIn months, each the calendar successor of the one before, both ends included', () => {
    fc.assert(
      fc.property(anyMonth, fc.integer({ min: 0, max: 30 }), (from, more) => {
        const [y = 0, m = 1] = from.split('-').map(Number)
        const expected = Array.from({ length: more + 1 }, (_, n) => new Date(Date.UTC(y, m - 1 + n)).toISOString().slice(0, 7))
        const whole = { from, to: expected.at(-1) ?? from }
        expect(eachMonth(whole)).toEqual(expected)
        expect(monthsIn(whole)).toBe(expected.length)
        expect(expected.every((month) => covers(whole, month))).toBe(true)
      }),
    )
  })
  test('covers and overlap say the same as the lists of months', () => {
    const near = fc.integer({ min: 0, max: 40 }).map((n) => new Date(Date.UTC(2020, n)).toISOString().slice(0, 7))
    const anyRun = fc.tuple(near, near).map(([a, b]) => (a <= b ? { from: a, to: b } : { from: b, to: a }))
    fc.assert(
      fc.property(anyRun, anyRun, near, (a, b, month) => {
        expect(covers(a, month)).toBe(eachMonth(a).includes(month))
        expect(overlap(a, b)).toBe(eachMonth(a).some((each) => eachMonth(b).includes(each)))
      }),
    )
  })
  test('a run that ends before it begins, or has more than twelve months, is malformed', () => {
    expect(v.is(Months, { from: '2022-05', to: '2022-04' })).toBe(false)
    expect(v.is(Months, { from: '2022-01', to: '2023-01' })).toBe(false)
    expect(v.is(Months, { from: '2021-07', to: '2022-06' })).toBe(true)
    expect(v.is(Months, run(4))).toBe(true)
    expect(eachMonth({ from: '2022-05', to: '2022-04' })).toEqual([])
  })
})
