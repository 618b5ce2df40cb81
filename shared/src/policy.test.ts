import * as fc from 'fast-check'
import { addDays, dayOf, endOf, instantOf, startOf } from './day.ts'
import { creditDay, type Policy, rateOf, windowOf } from './policy.ts'
import { jinzhou2022 } from './policy/jinzhou-2022.ts'

const SECOND = 1000

describe('R74 the third day after payment (decision 11)', () => {
  test.each([
    ['2022-01-30T10:00:00+08:00', '2022-02-02'],
    ['2022-02-26T10:00:00+08:00', '2022-03-01'],
    ['2022-12-30T10:00:00+08:00', '2023-01-02'],
    ['2022-01-29T16:30:00Z', '2022-02-02'],
    ['2022-01-29T15:59:59Z', '2022-02-01'],
    ['2022-02-15T00:00:00+08:00', '2022-02-18'],
    ['2022-02-15T23:59:59+08:00', '2022-02-18'],
  ])('R74 paid at %s arrives on %s', (paidAt, day) => {
    expect(creditDay(jinzhou2022, instantOf(paidAt))).toBe(day)
  })
  test('R74 every payment of 2022 and 2023 arrives three calendar days after its day in Asia/Shanghai', () => {
    fc.assert(
      fc.property(fc.integer({ min: startOf('2022-01'), max: endOf('2023-12') - 1 }), (paidAt) => {
        const shanghai = new Date(paidAt + 8 * 3_600_000)
        shanghai.setUTCDate(shanghai.getUTCDate() + 3)
        expect(creditDay(jinzhou2022, paidAt)).toBe(shanghai.toISOString().slice(0, 10))
      }),
    )
  })
  test('R75 the days are data with a first day: a change applies to payments from that day on, in any order of the list', () => {
    const change = { from: '2022-07-01', days: { value: 1, source: 'made up for this test', certainty: 'demo' as const } }
    for (const creditDays of [
      [...jinzhou2022.creditDays, change],
      [change, ...jinzhou2022.creditDays],
    ]) {
      const changed: Policy = { ...jinzhou2022, creditDays }
      expect(creditDay(changed, startOf('2022-07-01') - SECOND)).toBe('2022-07-03')
      expect(creditDay(changed, startOf('2022-07-01'))).toBe('2022-07-02')
    }
  })
})

describe('prices by the moment of the order (R45, decision 27)', () => {
  const final = jinzhou2022.rates.find(({ version }) => version === 'flexible_pension-2022-final')
  const from = startOf(final?.chargeableFrom ?? '')
  test.each([
    ['one second before the final version is chargeable', from - SECOND, 'provisional'],
    ['at that moment', from, 'final'],
    ['one second after', from + SECOND, 'final'],
    ['at the opening of 2022', startOf('2022-01'), 'provisional'],
    ['at the end of 2022', endOf('2022-12') - SECOND, 'final'],
  ] as const)('R45 flexible pension 2022 ordered %s', (_when, now, kind) => {
    expect(rateOf(jinzhou2022, 'flexible_pension', 2022, now)?.kind).toBe(kind)
  })
  test('no price before any version is chargeable, and none for a year that has no version', () => {
    expect(rateOf(jinzhou2022, 'flexible_pension', 2022, startOf('2022-01') - SECOND)).toBeUndefined()
    expect(rateOf(jinzhou2022, 'resident_pension', 2022, startOf('2022-04') - SECOND)).toBeUndefined()
    expect(rateOf(jinzhou2022, 'flexible_pension', 2021, startOf('2022-02'))).toBeUndefined()
    expect(rateOf(jinzhou2022, 'flexible_pension', 2023, startOf('2023-02'))).toBeUndefined()
    expect(rateOf(jinzhou2022, 'resident_medical', 2022, startOf('2022-02'))).toBeUndefined()
  })
  test('R17 flexible medical 2022 has one price for its whole period across the year', () => {
    for (const month of ['2022-07', '2022-12', '2023-01', '2023-06'])
      expect(rateOf(jinzhou2022, 'flexible_medical', 2022, startOf(month))?.version).toBe('flexible_medical-2022')
  })
  test('the order of the versions in the data does not matter', () => {
    const reversed: Policy = { ...jinzhou2022, rates: [...jinzhou2022.rates].reverse() }
    fc.assert(
      fc.property(
        fc.constantFrom('flexible_pension', 'flexible_medical', 'resident_pension'),
        fc.integer({ min: startOf('2021-06'), max: endOf('2023-12') }),
        (insurance, now) => {
          expect(rateOf(reversed, insurance, 2022, now)?.version).toBe(rateOf(jinzhou2022, insurance, 2022, now)?.version)
        },
      ),
    )
  })
})

describe('R29 windows are data by insurance, year and kind', () => {
  test('trap 1: the kind decides, not the year: resident medical 2022 is special, flexible pension 2022 regular', () => {
    expect(windowOf(jinzhou2022, 'resident_medical', 2022, 'special')?.deadline.value).toBe('2022-09')
    expect(windowOf(jinzhou2022, 'resident_medical', 2022, 'regular')).toBeUndefined()
    expect(windowOf(jinzhou2022, 'flexible_pension', 2022, 'regular')?.opens.value).toBe('2022-01')
    expect(windowOf(jinzhou2022, 'flexible_pension', 2022, 'special')).toBeUndefined()
  })
  test('R29 a year of which nothing was published has no window: 2022 is not carried over', () => {
    for (const { insurance, kind } of jinzhou2022.feeYears) expect(windowOf(jinzhou2022, insurance, 2023, kind)).toBeUndefined()
  })
  test('R29 a new year is data alone: the window that is added is found', () => {
    const rule = jinzhou2022.feeYears[0]
    const next: Policy = { ...jinzhou2022, feeYears: rule ? [...jinzhou2022.feeYears, { ...rule, year: 2023 }] : [] }
    expect(windowOf(next, 'flexible_pension', 2023, 'regular')).toEqual(rule?.window)
  })
  test('R23 an extension is data alone: the window that replaces it is used from then on', () => {
    const extended: Policy = {
      ...jinzhou2022,
      feeYears: jinzhou2022.feeYears.map((rule) => {
        if (rule.insurance !== 'resident_medical') return rule
        const { collectionUntil } = rule.window
        const value = addDays(String(collectionUntil.value), 30)
        return { ...rule, window: { ...rule.window, collectionUntilBefore: null, collectionUntil: { ...collectionUntil, value } } }
      }),
    }
    expect(windowOf(extended, 'resident_medical', 2022, 'special')?.collectionUntil.value).toBe('2022-04-30')
  })
})

test('R4 our channel opens at 00:00 of 2022-01-01 in Asia/Shanghai, the second before is not open', () => {
  const opens = instantOf(jinzhou2022.opens.value)
  expect(opens).toBe(Date.parse('2021-12-31T16:00:00Z'))
  expect(dayOf(opens - SECOND)).toBe('2021-12-31')
})
