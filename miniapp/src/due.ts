import type { Lookup } from '@shebao/shared/api'
import { instantOf, monthOf } from '@shebao/shared/day'
import { refuseStatus, type DueView, type FeeYearView } from '@shebao/shared/due'
import { isMonthly } from '@shebao/shared/insurance'
import { branchOf } from '@shebao/shared/insurance'
import { shortly, words, writtenMonths } from '@shebao/shared/words'
import { clockTime } from '@shebao/shared/day'
import { backTo, go } from './go'
import { amend, choose, firstRun, journey, quoteOf, unacknowledged, viewOf, type Choice } from './journey'
import type { StatusName } from './ui/Status'

/** Whether anything of it can be paid now: a year that is paid in part still has months. */
export const isPayable = (view: FeeYearView | DueView): boolean =>
  refuseStatus(view) === undefined ||
  ('months' in view && view.months.some(({ status }) => status === 'open') && (view.status === 'paid' || view.status === 'held'))

/** One line of the list of dues. */
export interface Line {
  id: string
  choice: Choice
  view: FeeYearView | DueView
  /** Where the person is enrolled, if in more than one place (decision 15). */
  county?: string
}
/** The two groups of a look-up: regular dues by enrolment and year, then those that were issued, oldest first. */
export const linesOf = ({ enrolments, dues }: Lookup): { regular: Line[]; issued: Line[] } => ({
  regular: enrolments.flatMap(({ enrolment, years, countyName }) =>
    years.map((view) => ({
      id: `year-${enrolment}-${view.year}`,
      choice: { kind: 'regular' as const, enrolment, year: view.year },
      view,
      ...(enrolments.length > 1 && { county: countyName }),
    })),
  ),
  issued: dues.map((view) => ({ id: `due-${view.due}`, choice: { kind: 'due' as const, due: view.due }, view })),
})
export const payableLines = (lookup: Lookup): Line[] => {
  const { regular, issued } = linesOf(lookup)
  return [...issued, ...regular].filter(({ view }) => isPayable(view))
}
/** What the door to one's own dues says of them. */
export const summaryOf = (lookup: Lookup, elder: boolean): string => {
  const { home } = words
  const payable = payableLines(lookup)
  const nearest = nearestLine(lookup)?.view
  const until = nearest && (nearest.status === 'late' ? null : nearest.clock.collectionUntil) // the window is past: what is left is the deadline
  const deadline = nearest?.clock.deadline
  if (payable.length > 0) {
    const year = lookup.asOf.slice(0, 4)
    if (elder && until) return home.selfDeadline(shortly(until, year))
    return elder && deadline ? home.selfEnds(shortly(deadline, year)) : home.selfCount(payable.length)
  }
  const { regular, issued } = linesOf(lookup)
  const any = (status: FeeYearView['status']): boolean => [...regular, ...issued].some(({ view }) => view.status === status)
  return any('held') ? home.selfHeld : any('not_open') ? home.selfLater : any('paid') ? home.selfNone : home.selfNothing
}
/** The line whose clock runs out first; without a counted day, the first that has a deadline at all. */
export const nearestLine = (lookup: Lookup): Line | undefined => {
  const lines = payableLines(lookup)
  const counted = lines.reduce<Line | undefined>((nearest, line) => {
    const days = line.view.clock.daysLeft
    return days !== null && (nearest === undefined || (nearest.view.clock.daysLeft ?? Infinity) > days) ? line : nearest
  }, undefined)
  return counted ?? lines.find(({ view }) => view.clock.deadline !== null)
}

/** The tag of a line. */
export const statusOf = (view: FeeYearView | DueView): StatusName =>
  isPayable(view) ? (view.status === 'late' ? 'late' : view.acknowledgement === 'possible_waiting' ? 'possible' : 'payable') : view.status

/** What stands beside the tag: the reason and the clock. */
export const reasonOf = (view: FeeYearView | DueView, asOf: string): string => {
  const year = asOf.slice(0, 4)
  const { opens, collectionUntil, deadline, daysLeft } = view.clock
  const short = (point: string): string => shortly(point, year)
  if (isPayable(view)) {
    if (view.status === 'late') return words.dues.lateWhy(deadline === null ? '' : short(deadline))
    if (view.acknowledgement === 'possible_waiting') return words.dues.possible
    if ('months' in view) {
      const paid = view.months.filter(({ status }) => status === 'paid').map(({ month }) => month)
      const parts = [
        ...(paid.length > 0
          ? [words.dues.paidSome(writtenMonths(paid))]
          : [isMonthly(view.insurance) ? words.dues.monthly : words.dues.yearly]),
        ...(view.provisional ? [words.dues.provisional] : []),
      ]
      return parts.join('，')
    }
    const left = daysLeft === null ? [] : [daysLeft === 0 ? words.dues.lastDay : words.dues.left(daysLeft)]
    return collectionUntil === null
      ? [...(deadline === null ? [] : [words.dues.deadline(short(deadline))]), ...left].join('，')
      : [...left, words.dues.unaffected].join('，')
  }
  switch (view.status) {
    case 'not_open':
      return opens === null ? words.dues.unknown : words.dues.opens(short(opens))
    case 'closed':
      return [...(deadline === null ? [] : [words.dues.deadline(short(deadline))]), words.dues.closed].join('。')
    case 'held': {
      const until = 'until' in view ? view.until : undefined
      return until === undefined ? words.dues.heldNow : words.dues.held(clockTime(instantOf(until)))
    }
    case 'paid':
      return words.dues.seeReceipt
    case 'awaiting_special':
      return words.dues.awaiting
    default:
      return ''
  }
}
/** Who answers for amounts and tiers of an insurance (R82). */
export const officeOf = (view: FeeYearView | DueView): string =>
  'kind' in view && view.kind === 'top_up'
    ? words.special.tax
    : branchOf(view.insurance) === 'pension'
      ? words.special.pension
      : words.special.medical

/** Opens the page that the choice needs next: its tier, or the facts of what was issued. */
export const openLine = ({ choice, view }: Line): void => {
  journey.take(choose, choice)
  if (choice.kind === 'due') go('special')
  else {
    const locked = 'lockedTier' in view ? view.lockedTier : null
    if (locked && 'tiers' in view && view.tiers.some(({ code }) => code === locked.code)) journey.take(amend, { tier: locked.code })
    go('tier')
  }
}
/** After the tier: months where the insurance is paid by the month, else straight on. */
export const afterTier = (asOf: string): void => {
  const view = viewOf(journey.get())
  if (!view || 'due' in view || !isMonthly(view.insurance)) return toCheck()
  const { choice } = journey.get()
  const run = choice?.kind === 'regular' && choice.months ? undefined : firstRun(view, monthOf(instantOf(asOf)))
  if (run) journey.take(amend, { months: run })
  go('months')
}
/** To the check page, by way of the interruption where something has to be acknowledged first (R27). */
export const toCheck = (): void => go(unacknowledged(journey.get()) ? 'late' : 'check')
/** To where a choice that is not complete yet left off. */
export const resumeChoice = (): void => {
  const now = journey.get()
  const quoted = quoteOf(now)
  if ('item' in quoted) return toCheck()
  if (now.choice?.kind === 'regular' && viewOf(now))
    return go(now.choice.tier !== undefined && quoted.refusal.code !== 'tier_required' ? 'months' : 'tier')
  backTo('dues')
}
