import { startOf, type Instant } from '@shebao/shared/day'
import { dueView, feeYearsOf, type DueRow, type DueView, type FeeYearRow, type FeeYearView } from '@shebao/shared/due'
import { feeYearOf, isMonthly } from '@shebao/shared/insurance'
import { eachMonth, type Months } from '@shebao/shared/months'
import { jinzhou2022 } from '@shebao/shared/policy/jinzhou-2022'
import { people, type SeedEnrolment, type SeedPerson } from './people.ts'

/** The days that the table compares: in the collection window, after it, and when most is closed. */
export const days = ['2022-02-15', '2022-05-10', '2022-10-08'] as const

/** One line: one thing that a person owes, or does not, and its status on each day. */
export interface Line {
  person: SeedPerson
  what: string
  statuses: string[]
}

type State = DueRow['state']
const row = (enrolment: SeedEnrolment, kind: DueRow['kind'], months: Months, state: State, amountFen: number | null = null): DueRow => ({
  due: `${kind} ${months.from}`,
  insurance: enrolment.insurance,
  kind,
  monthFrom: months.from,
  monthTo: months.to,
  year: feeYearOf(enrolment.insurance, months.from),
  state,
  amountFen,
})

/** What is paid or held of regular dues. An order in progress is that on the day of the demonstration only. */
const regularRows = (enrolment: SeedEnrolment, isToday: boolean): DueRow[] => {
  const runs: { months: Months; state: State }[] = (enrolment.reports ?? []).map(({ months }) => ({ months, state: 'paid' }))
  const { order } = enrolment
  if (order && (order.until === 'paid' || isToday)) runs.push({ months: order.months, state: order.until })
  return runs.flatMap(({ months, state }) =>
    isMonthly(enrolment.insurance)
      ? eachMonth(months).map((month) => row(enrolment, 'regular', { from: month, to: month }, state))
      : [row(enrolment, 'regular', months, state)],
  )
}
const locks = (enrolment: SeedEnrolment): FeeYearRow[] =>
  [...(enrolment.reports ?? []), ...(enrolment.order ? [enrolment.order] : [])].map(({ tier }) => ({
    insurance: enrolment.insurance,
    year: 2022,
    tier,
    units: 1,
  }))

const words = (view: FeeYearView | DueView): string => {
  const months = 'months' in view ? view.months : []
  const count = (wanted: string): number => months.filter(({ status }) => status === wanted).length
  const all = months.filter(({ status }) => status !== 'not_enrolled').length
  const opens = view.status === 'not_open' && view.clock.opens ? ` (${view.clock.opens})` : ''
  const waits = view.acknowledgement === 'possible_waiting' ? ', may wait' : ''
  const part = view.status === 'payable' ? (['paid', 'held'] as const).filter((some) => count(some) > 0) : []
  return view.status + opens + waits + part.map((some) => `, ${count(some)} of ${all} ${some}`).join('')
}

const linesOf = (person: SeedPerson, enrolment: SeedEnrolment, asOf: string): Line[] => {
  const { insurance, county, monthFrom, monthTo = '9999-12', specials = [] } = enrolment
  const facts = { enrolment: '1', insurance, county, monthFrom, monthTo }
  const years = (now: Instant, day: string): FeeYearView[] =>
    feeYearsOf(jinzhou2022, now, facts, regularRows(enrolment, day === asOf), locks(enrolment))
  const regular = years(startOf(days[0]), days[0]).map(({ year }) => ({
    what: `${insurance} ${year}`,
    statuses: days.map((day) => words(years(startOf(day), day).find((view) => view.year === year)!)),
  }))
  const special = specials.map(({ months, amountFen, order }) => ({
    what: `${insurance} special ${months.from}..${months.to}`,
    statuses: days.map((day) => {
      const state = order && (order.until === 'paid' || day === asOf) ? order.until : 'open'
      return words(dueView(jinzhou2022, startOf(day), { ...row(enrolment, 'special', months, state, amountFen), kind: 'special' }))
    }),
  }))
  const lines = [...special, ...regular]
  return (lines.length > 0 ? lines : [{ what: insurance, statuses: days.map(() => 'none') }]).map((line) => ({ person, ...line }))
}

/** Everything that the invented people owe, judged by the rules of the product. `unpaid`: whose order could not be made. */
export const lines = (asOf: string, unpaid: readonly SeedPerson[] = []): Line[] =>
  people.flatMap((person) =>
    person.enrolments.flatMap((enrolment) => linesOf(person, unpaid.includes(person) ? withoutOrders(enrolment) : enrolment, asOf)),
  )
const withoutOrders = ({ order: _order, specials = [], ...rest }: SeedEnrolment): SeedEnrolment => ({
  ...rest,
  specials: specials.map(({ order: _made, ...special }) => special),
})

const width = (text: string): number =>
  Array.from(text).reduce((sum, letter) => sum + (/[\u2e80-\u9fff\uff00-\uffef]/.test(letter) ? 2 : 1), 0)
const pad = (text: string, to: number): string => text + ' '.repeat(Math.max(0, to - width(text)))

/** The lines as a table for a terminal; a person's number, name and purpose stand on their first line only. */
export const table = (of: readonly Line[]): string => {
  const cells = of.map(({ person, what, statuses }, at) => {
    const first = of[at - 1]?.person !== person
    const { documentNumber, name } = person.registered
    return [...(first ? [name, documentNumber] : ['', '']), what, ...statuses, first ? person.shows : '']
  })
  const rows = [['name', 'registered number', 'due', ...days, 'shows'], ...cells]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((each) => width(each[column] ?? ''))))
  return rows
    .map((each) =>
      each
        .map((cell, column) => pad(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
