import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import vm from 'node:vm'
import { addDays, dayOf, endOf, instantOf, iso, startOf } from './day.ts'
import { dueView, feeYearsOf } from './due.ts'
import { Insurance } from './insurance.ts'
import { creditDay } from './policy.ts'
import { jinzhou2022 } from './policy/jinzhou-2022.ts'
import { expiryOf, quoteDue, quoteRegular } from './quote.ts'
import { say } from './texts.ts'

/** The process's own environment: the one that a test sees is a copy, and changing that would not move Date. */
const live = vm.runInThisContext('process.env') as NodeJS.ProcessEnv
const before = live['TZ']
afterAll(() => {
  if (before === undefined) delete live['TZ']
  else live['TZ'] = before
})

const zones: [zone: string, midnight: string][] = [
  ['UTC', '2022-01-20T00:00:00.000Z'],
  ['Asia/Shanghai', '2022-01-19T16:00:00.000Z'],
  ['America/New_York', '2022-01-20T05:00:00.000Z'],
]

/** What the rules say around every boundary of the policy, as text. */
const verdicts = (): string => {
  const points = jinzhou2022.feeYears.flatMap(({ window }) => [
    startOf(window.opens.value),
    ...(window.deadline.value ? [endOf(window.deadline.value)] : []),
  ])
  const moments = [...points, endOf('2022-03-31'), endOf('2022-12'), endOf('2023-06'), instantOf('2022-01-29T16:30:00Z')].flatMap((each) =>
    [-180_000, -1000, 0, 1000].map((step) => each + step),
  )
  return JSON.stringify(
    moments.map((now) => {
      const years = Insurance.options.flatMap((insurance) =>
        feeYearsOf(jinzhou2022, now, { enrolment: '1', insurance, county: '210702', monthFrom: '2010-01', monthTo: '9999-12' }, [], []),
      )
      const dues = jinzhou2022.feeYears
        .filter(({ kind }) => kind === 'special')
        .map(({ insurance, year }) =>
          dueView(jinzhou2022, now, {
            due: '1',
            insurance,
            kind: 'special',
            monthFrom: insurance === 'flexible_medical' ? `${year}-07` : `${year}-01`,
            monthTo: insurance === 'flexible_medical' ? `${year + 1}-06` : `${year}-12`,
            year,
            state: 'open',
            amountFen: 100,
          }),
        )
      const quotes = [
        ...years.map((each) => quoteRegular(each, { tier: each.tiers[0]?.code, months: each.period })),
        ...dues.map((each) => quoteDue(each)),
      ]
      const said = quotes.map((quoted) => ('refusal' in quoted ? say(quoted.refusal) : expiryOf([quoted.item], now)))
      return [iso(now), dayOf(now), addDays(dayOf(now), 3), creditDay(jinzhou2022, now), years, dues, quotes, said]
    }),
  )
}

describe('a host in any time zone gives the same answers (section 8)', () => {
  const answers = new Map<string, string>()
  test.each(zones)('%s: the zone is really in force, and the boundaries are those of Asia/Shanghai', (zone, midnight) => {
    live['TZ'] = zone
    expect(new Date(2022, 0, 20).toISOString()).toBe(midnight)
    answers.set(zone, verdicts())
    expect(iso(endOf('2022-01-20'))).toBe('2022-01-21T00:00:00.000+08:00')
    expect(endOf('2022-01-20')).toBe(Date.parse('2022-01-20T16:00:00Z'))
    expect(creditDay(jinzhou2022, instantOf('2022-01-29T16:30:00Z'))).toBe('2022-02-02')
  })
  test('all verdicts, quotes and sentences are the same text in the three zones', () => {
    expect([...answers.keys()]).toEqual(zones.map(([zone]) => zone))
    expect(new Set(answers.values()).size).toBe(1)
    for (const status of ['not_open', 'payable', 'late', 'closed', 'awaiting_special'])
      expect(answers.get('UTC')).toContain(`"status":"${status}"`)
  })
  test('decision 21: no rule reads a clock, a zone or a locale', () => {
    const sources = readdirSync(import.meta.dirname, { recursive: true, encoding: 'utf8' }).filter(
      (file) => file.endsWith('.ts') && !file.endsWith('.test.ts'),
    )
    expect(sources).toContain('day.ts')
    const reads = sources.filter((file) =>
      /\bDate\b|\bIntl\b|toLocale|performance\.|Math\.random|process\./.test(readFileSync(path.join(import.meta.dirname, file), 'utf8')),
    )
    expect(reads).toEqual([])
  })
})
