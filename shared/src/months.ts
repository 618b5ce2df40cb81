import * as v from 'valibot'
import { Month } from './day.ts'
import { refuse, type Refusal } from './refusal.ts'

/**
 * A run of months, both ends included (费款所属期). Only the two ends exist, so a selection with a hole cannot be written
 * down (R40). Ends are year-months because a fee period may cross the year (2021-07..2022-06, R17).
 */
export interface Months {
  from: string
  to: string
}
export const Months = v.pipe(
  v.strictObject({ from: Month, to: Month }),
  v.check(({ from, to }) => from <= to, '起始月份不能晚于终止月份'),
  v.check((run) => monthsIn(run) <= 12, '一次最多选12个月'),
)

const index = (month: string): number => Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1
const monthAt = (number: number): string =>
  `${String(Math.floor(number / 12)).padStart(4, '0')}-${String((number % 12) + 1).padStart(2, '0')}`

/** How many months a run has. */
export const monthsIn = ({ from, to }: Months): number => index(to) - index(from) + 1
/** Every month of a run, in order. */
export const eachMonth = (run: Months): string[] =>
  Array.from({ length: Math.max(0, monthsIn(run)) }, (_, n) => monthAt(index(run.from) + n))
/** Whether `month` lies in the run. */
export const covers = ({ from, to }: Months, month: string): boolean => from <= month && month <= to
/** Whether two runs share a month. */
export const overlap = (a: Months, b: Months): boolean => a.from <= b.to && b.from <= a.to

/** What is known of one month of a fee year: open, paid (in any channel), held by an order, or outside the enrolment. */
export interface MonthState {
  month: string
  status: 'open' | 'paid' | 'held' | 'not_enrolled'
}

/** Open months that lie between months of `members`. */
const holes = (states: readonly MonthState[], members: readonly string[]): string[] =>
  states
    .filter(
      ({ month, status }) =>
        status === 'open' && !members.includes(month) && members.some((m) => m < month) && members.some((m) => m > month),
    )
    .map(({ month }) => month)

/**
 * Whether a run may be paid, given the months of its fee year (R37, R38, R40; decision 4). Refused: months paid or held
 * or outside the enrolment, and a hole that this selection itself would open. Holes that a bank or a refund made may be filled.
 */
export const refuseMonths = (states: readonly MonthState[], run: Months): Refusal | undefined => {
  const at = new Map(states.map(({ month, status }) => [month, status]))
  const chosen = eachMonth(run)
  const outside = chosen.filter((month) => (at.get(month) ?? 'not_enrolled') === 'not_enrolled')
  if (outside.length > 0) return refuse('months_not_enrolled', { months: outside })
  const paid = chosen.filter((month) => at.get(month) === 'paid')
  if (paid.length > 0) return refuse('months_taken', { months: paid })
  const held = chosen.filter((month) => at.get(month) === 'held')
  if (held.length > 0) return refuse('due_held', { months: held })
  const taken = states.filter(({ status }) => status === 'paid' || status === 'held').map(({ month }) => month)
  const had = holes(states, taken)
  const gap = holes(states, [...taken, ...chosen]).filter((month) => !had.includes(month))
  return gap.length > 0 ? refuse('months_gap', { months: gap }) : undefined
}

/** Months of the year that stay unpaid before the run: allowed, but said before paying (decision 4). */
export const unpaidBefore = (states: readonly MonthState[], run: Months): string[] =>
  states.filter(({ month, status }) => month < run.from && status === 'open').map(({ month }) => month)
