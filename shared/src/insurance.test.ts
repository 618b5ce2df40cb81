import * as fc from 'fast-check'
import { branchOf, feeYearOf, Insurance, isMonthly, periodOf } from './insurance.ts'
import { covers, eachMonth } from './months.ts'

describe('insurances', () => {
  test('R86 exactly four insurances are collected; the three that ended are not among them', () => {
    expect([...Insurance.options].sort()).toEqual(['flexible_medical', 'flexible_pension', 'resident_medical', 'resident_pension'])
  })
  test.each([
    ['flexible_pension', 'pension'],
    ['resident_pension', 'pension'],
    ['flexible_medical', 'medical'],
    ['resident_medical', 'medical'],
  ] as const)('R2, R82 %s belongs to the %s institution', (insurance, branch) => {
    expect(branchOf(insurance)).toBe(branch)
  })
  test('R37, R39 only flexible pension is paid by the month', () => {
    expect(Insurance.options.filter(isMonthly)).toEqual(['flexible_pension'])
  })
})

describe('fee years', () => {
  test.each([
    ['flexible_pension', 2022, '2022-01', '2022-12'],
    ['resident_pension', 2022, '2022-01', '2022-12'],
    ['resident_medical', 2022, '2022-01', '2022-12'],
    ['flexible_medical', 2021, '2021-07', '2022-06'],
    ['flexible_medical', 2022, '2022-07', '2023-06'],
  ] as const)('R17, R68 fee year of %s %d is %s to %s', (insurance, year, from, to) => {
    expect(periodOf(insurance, year)).toEqual({ from, to })
  })

  test.each([
    ['2020-11', 2020],
    ['2021-06', 2020],
    ['2021-07', 2021],
    ['2021-12', 2021],
    ['2022-01', 2021],
    ['2022-06', 2021],
    ['2022-07', 2022],
  ])('R68 flexible medical of %s is found under its start year %d', (month, year) => {
    expect(feeYearOf('flexible_medical', month)).toBe(year)
  })
  test.each([
    ['2021-12', 2021],
    ['2022-01', 2022],
    ['2022-06', 2022],
    ['2022-12', 2022],
  ])('R68 flexible pension of %s is found under %d', (month, year) => {
    expect(feeYearOf('flexible_pension', month)).toBe(year)
  })

  test('a fee year has twelve months, contains exactly the months that are named after it, and the years do not overlap', () => {
    const months = fc
      .tuple(fc.integer({ min: 1990, max: 2090 }), fc.integer({ min: 1, max: 12 }))
      .map(([year, month]) => `${year}-${String(month).padStart(2, '0')}`)
    fc.assert(
      fc.property(fc.constantFrom(...Insurance.options), months, (insurance, month) => {
        const year = feeYearOf(insurance, month)
        expect(eachMonth(periodOf(insurance, year))).toHaveLength(12)
        expect(covers(periodOf(insurance, year), month)).toBe(true)
        expect(covers(periodOf(insurance, year - 1), month)).toBe(false)
        expect(covers(periodOf(insurance, year + 1), month)).toBe(false)
        expect(Number(periodOf(insurance, year).from.slice(0, 4))).toBe(year)
      }),
    )
  })
})
