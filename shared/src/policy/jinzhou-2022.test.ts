import * as v from 'valibot'
import { startOf } from '../day.ts'
import { periodOf } from '../insurance.ts'
import { monthsIn } from '../months.ts'
import { Policy } from '../policy.ts'
import { TierCode } from '../tier.ts'
import { jinzhou2022 } from './jinzhou-2022.ts'

const tiersOf = (version: string) => jinzhou2022.rates.find((rate) => rate.version === version)?.tiers ?? []
const provisional = tiersOf('flexible_pension-2022-provisional')
const final = tiersOf('flexible_pension-2022-final')

/** Everything in a value, however deep, with the path to it. */
const walk = (value: unknown, path = 'policy'): { path: string; node: Record<string, unknown> }[] =>
  typeof value === 'object' && value !== null
    ? [{ path, node: value as Record<string, unknown> }, ...Object.entries(value).flatMap(([key, each]) => walk(each, `${path}.${key}`))]
    : []

describe('the constant as data', () => {
  test('satisfies its own schema and has no field that the schema does not know', () => {
    expect(v.parse(Policy, jinzhou2022)).toEqual(jinzhou2022)
  })
  test('survives being stored as JSON', () => {
    expect(v.parse(Policy, JSON.parse(JSON.stringify(jinzhou2022)))).toEqual(jinzhou2022)
  })
  test('every value has a source, a certainty, and a clause where the notice is the source', () => {
    const grounded = walk(jinzhou2022).filter(({ node }) => 'certainty' in node || 'source' in node)
    // opens, 7 fee years × 3 points, 4 rate versions, credit days, the switch for months
    expect(grounded).toHaveLength(1 + 7 * 3 + 4 + 1 + 1)
    const bad = grounded.filter(
      ({ node: { source, certainty, clause } }) =>
        typeof source !== 'string' ||
        source.trim() === '' ||
        !['stated', 'inferred', 'recomputed', 'demo'].includes(String(certainty)) ||
        (source === 'notice of 2022-01-02' && !/^[一二]\([一二三四五六七八九十]+\)\d?$/.test(String(clause))),
    )
    expect(bad.map(({ path }) => path)).toEqual([])
  })
  test('what is published nowhere is null or unknown and never called stated (decisions 14, 22)', () => {
    const guesses = walk(jinzhou2022).filter(
      ({ node }) => 'certainty' in node && 'value' in node && [null, 'unknown'].includes(node['value'] as never),
    )
    expect(guesses.length).toBeGreaterThan(0)
    expect(guesses.filter(({ node }) => node['certainty'] === 'stated').map(({ path }) => path)).toEqual([])
  })
  test('prices not found for Jinzhou 2022 are demonstration data (4.3, 4.4)', () => {
    expect(jinzhou2022.rates.filter(({ certainty }) => certainty === 'demo').map(({ version }) => version)).toEqual([
      'flexible_pension-2022-final',
      'resident_pension-2022',
    ])
  })
})

describe('R1, R3 who and where', () => {
  test('region, issuers and date of the notice', () => {
    expect(jinzhou2022.region).toBe('210700')
    expect(jinzhou2022.notice.issued).toBe('2022-01-02')
    expect(jinzhou2022.notice.issuers).toEqual(['国家税务总局锦州市税务局', '锦州市人力资源和社会保障局', '锦州市医疗保障局'])
  })
  test('section 5: the seven counties of Jinzhou with their codes', () => {
    expect(jinzhou2022.counties.map(({ code, name }) => `${code} ${name}`)).toEqual([
      '210702 古塔区',
      '210703 凌河区',
      '210711 太和区',
      '210726 黑山县',
      '210727 义县',
      '210781 凌海市',
      '210782 北镇市',
    ])
  })
})

describe('4.1 flexible pension', () => {
  test.each([
    ['p60', 3425, 68_500, 822_000],
    ['p70', 3996, 79_920, 959_040],
    ['p80', 4567, 91_340, 1_096_080],
    ['p90', 5138, 102_760, 1_233_120],
    ['p100', 5709, 114_180, 1_370_160],
    ['p200', 11_418, 228_360, 2_740_320],
    ['p300', 17_127, 342_540, 4_110_480],
  ])('R45 provisional %s: base %d yuan, %d fen a month, %d fen a year', (code, baseYuan, month, year) => {
    const tier = provisional.find((each) => each.code === code)
    expect([tier?.baseYuan, tier?.unitFen, (tier?.unitFen ?? 0) * 12]).toEqual([baseYuan, month, year])
  })
  test.each([
    ['floor', 3678, 73_560, 882_720],
    ['p60', 3830, 76_600, 919_200],
    ['p70', 4468, 89_360, 1_072_320],
    ['p80', 5106, 102_120, 1_225_440],
    ['p90', 5745, 114_900, 1_378_800],
    ['p100', 6383, 127_660, 1_531_920],
    ['p200', 12_766, 255_320, 3_063_840],
    ['p300', 19_149, 382_980, 4_595_760],
  ])('R46 final %s: base %d yuan, %d fen a month, %d fen a year', (code, baseYuan, month, year) => {
    const tier = final.find((each) => each.code === code)
    expect([tier?.baseYuan, tier?.unitFen, (tier?.unitFen ?? 0) * 12]).toEqual([baseYuan, month, year])
  })
  test.each([
    ['p60', 8_100],
    ['p70', 9_440],
    ['p80', 10_780],
    ['p90', 12_140],
    ['p100', 13_480],
    ['p200', 26_960],
    ['p300', 40_440],
  ])('R46 the two versions of %s differ by %d fen a month', (code, difference) => {
    const of = (tiers: typeof final) => tiers.find((each) => each.code === code)?.unitFen ?? Number.NaN
    expect(of(final) - of(provisional)).toBe(difference)
  })
  test('R46 eight months at 100 % differ by 107 840 fen, twelve at 60 % by 97 200', () => {
    const difference = (code: string) =>
      (final.find((each) => each.code === code)?.unitFen ?? 0) - (provisional.find((each) => each.code === code)?.unitFen ?? 0)
    expect(8 * difference('p100')).toBe(107_840)
    expect(12 * difference('p60')).toBe(97_200)
  })
  test('R45 the floor is not offered while the wage is provisional: seven tiers, then eight', () => {
    expect(provisional.map(({ code }) => code)).toEqual(['p60', 'p70', 'p80', 'p90', 'p100', 'p200', 'p300'])
    expect(final.map(({ code }) => code)).toEqual(['floor', 'p60', 'p70', 'p80', 'p90', 'p100', 'p200', 'p300'])
  })
  test('the rule of 4.1: base = wage × percent rounded half up to whole yuan, a month is 20 % of it, exact in fen', () => {
    for (const [wage, tiers] of [
      [5709, provisional],
      [6383, final],
    ] as const)
      for (const { code, baseYuan = 0, unitFen } of tiers.filter((tier) => tier.code !== 'floor')) {
        expect(baseYuan).toBe(Math.round((wage * Number(code.slice(1))) / 100))
        expect(unitFen * 100).toBe(baseYuan * 100 * 20)
      }
  })
  test('basis years: the provisional version stands on the wage of 2020, the final one on that of 2021', () => {
    const pension = jinzhou2022.rates.filter(({ insurance }) => insurance === 'flexible_pension')
    expect(pension.map(({ kind, basisYear }) => [kind, basisYear])).toEqual([
      ['provisional', 2020],
      ['final', 2021],
    ])
  })
})

describe('4.2–4.4 the others', () => {
  test('4.2 flexible medical 2022: 3 276.0 pooled (63 720 × 5 % + 90), 4 460.4 combined (63 720 × 7 %)', () => {
    const tiers = tiersOf('flexible_medical-2022')
    expect(tiers.map(({ unitFen }) => unitFen)).toEqual([327_600, 446_040])
    expect(tiers[0]?.unitFen).toBe(63_720 * 5 + 9_000)
    expect(tiers[1]?.unitFen).toBe(63_720 * 7)
  })
  test('4.4 resident pension: seven tiers a year, the subsidised 100 is not among them', () => {
    expect(tiersOf('resident_pension-2022').map(({ unitFen }) => unitFen / 100)).toEqual([200, 300, 500, 800, 1000, 2000, 3000])
  })
  test('4.3 resident medical has no price of ours: its due comes with an amount (R52)', () => {
    expect(jinzhou2022.rates.filter(({ insurance }) => insurance === 'resident_medical')).toEqual([])
  })
})

describe('consistency', () => {
  test('every version covers exactly one fee year, has unique plain tier codes and rising whole amounts', () => {
    for (const { insurance, months, tiers, version } of jinzhou2022.rates) {
      expect(months).toEqual(periodOf(insurance, Number(months.from.slice(0, 4))))
      expect(monthsIn(months)).toBe(12)
      expect(tiers.filter(({ code }) => !v.is(TierCode, code)).map(({ code }) => `${version} ${code}`)).toEqual([])
      expect(new Set(tiers.map(({ code }) => code)).size).toBe(tiers.length)
      expect(tiers.every(({ unitFen }) => Number.isSafeInteger(unitFen) && unitFen > 0)).toBe(true)
      expect(tiers.map(({ unitFen }) => unitFen)).toEqual(tiers.map(({ unitFen }) => unitFen).sort((a, b) => a - b))
    }
  })
  test('every regular fee year has a price from the moment it opens', () => {
    const priceless = jinzhou2022.feeYears
      .filter(({ kind }) => kind === 'regular')
      .filter(
        ({ insurance, year, window }) =>
          !jinzhou2022.rates.some(
            (rate) =>
              rate.insurance === insurance &&
              rate.months.from === periodOf(insurance, year).from &&
              startOf(rate.chargeableFrom) <= startOf(window.opens.value),
          ),
      )
    expect(priceless).toEqual([])
  })
  test('insurance, year and kind name one window', () => {
    const keys = jinzhou2022.feeYears.map(({ insurance, year, kind }) => `${insurance} ${year} ${kind}`)
    expect(keys.sort()).toEqual([
      'flexible_medical 2021 special',
      'flexible_medical 2022 regular',
      'flexible_pension 2020 special',
      'flexible_pension 2021 special',
      'flexible_pension 2022 regular',
      'resident_medical 2022 special',
      'resident_pension 2022 regular',
    ])
  })
})

describe('R16–R23, R42–R43 the windows as published', () => {
  test.each([
    ['flexible_pension', 2020, 'special', '2022-01', null, '2022-01-20'],
    ['flexible_pension', 2021, 'special', '2022-01', null, '2022-01-20'],
    ['flexible_medical', 2021, 'special', '2022-01', 'unknown', '2022-06'],
    ['resident_medical', 2022, 'special', '2022-01', '2022-03-31', '2022-09'],
    ['flexible_pension', 2022, 'regular', '2022-01', null, null],
    ['resident_pension', 2022, 'regular', '2022-04', null, null],
    ['flexible_medical', 2022, 'regular', '2022-07', '2022-09-30', '2023-06-30'],
  ])('%s %d %s: opens %s, collected until %s, deadline %s', (insurance, year, kind, opens, until, deadline) => {
    const rule = jinzhou2022.feeYears.find((each) => each.insurance === insurance && each.year === year && each.kind === kind)
    expect([rule?.window.opens.value, rule?.window.collectionUntil.value, rule?.window.deadline.value]).toEqual([opens, until, deadline])
  })
  test('R23 only resident medical is said to be extended; its first end was not published', () => {
    const extended = jinzhou2022.feeYears.filter(({ window }) => window.collectionUntilBefore !== undefined)
    expect(extended.map(({ insurance, window }) => [insurance, window.collectionUntilBefore])).toEqual([['resident_medical', null]])
  })
})
