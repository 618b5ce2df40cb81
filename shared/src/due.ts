import * as v from 'valibot'
import { dayOf, daysBetween, endOf, type Instant, instantOf, iso } from './day.ts'
import type { Enrolment } from './enrolment.ts'
import { feeYearOf, Insurance, isMonthly, periodOf, type Insurance as InsuranceCode } from './insurance.ts'
import { covers, eachMonth, overlap, type Months } from './months.ts'
import { type Policy, rateOf, windowOf } from './policy.ts'
import type { DueState } from './payment.ts'
import { refuse, type Refusal } from './refusal.ts'
import { Tier } from './tier.ts'
import { nextBoundary, phaseAt, type Phase, type Window } from './window.ts'

/** 正常缴费 / 特殊缴费 / 补差. The issuer sets it; it does not follow from the year (trap 1). */
export const DueKind = v.picklist(['regular', 'special', 'top_up'])
export type DueKind = v.InferOutput<typeof DueKind>

/**
 * What a resident sees of a due (decision 13: every result says why). `late` and `payable` can be paid; the rest cannot.
 * `none`: nothing is left to pay. `awaiting_special`: the fee year ended unpaid, the institution must issue it again.
 */
export const DueStatus = v.picklist(['payable', 'late', 'not_open', 'closed', 'paid', 'held', 'awaiting_special', 'none'])
export type DueStatus = v.InferOutput<typeof DueStatus>

/** What must be acknowledged before such a due is ordered (R27, decision 14). */
export const Acknowledgement = v.picklist(['late_waiting', 'possible_waiting'])
export type Acknowledgement = v.InferOutput<typeof Acknowledgement>

const Clock = v.object({
  /** Days and months as published: "2022-03-31" or "2022-09"; null where nothing was published. */
  opens: v.nullable(v.string()),
  collectionUntil: v.nullable(v.string()),
  deadline: v.nullable(v.string()),
  /** Whole days left until the collection window or else the deadline ends; 0 on the last day. */
  daysLeft: v.nullable(v.number()),
})
const Verdict = {
  status: DueStatus,
  acknowledgement: v.nullable(Acknowledgement),
  clock: Clock,
  /** The moment at which this verdict turns worse by itself; an order does not outlive it (decision 10). ISO 8601. */
  changesAt: v.nullable(v.string()),
  /** What it turns into at that moment. */
  changesTo: v.nullable(v.picklist(['late', 'closed'])),
}

/** One month of a fee year that is paid by the month. */
export const MonthView = v.object({
  month: v.string(),
  status: v.picklist(['open', 'paid', 'held', 'not_enrolled']),
  until: v.optional(v.string()),
})

/** A fee year of an enrolment: regular dues, derived from the enrolment and the policy (R51). */
export const FeeYearView = v.object({
  insurance: Insurance,
  year: v.number(),
  period: v.object({ from: v.string(), to: v.string() }),
  ...Verdict,
  rateVersion: v.nullable(v.string()),
  provisional: v.boolean(),
  tiers: v.array(Tier),
  /** The tier that a payment or a held order fixed for this fee year (R34). */
  lockedTier: v.nullable(v.object({ code: v.string(), label: v.string() })),
  /** Whether a run must begin with the earliest unpaid month (a switch of the policy, decision 4). */
  startsAtEarliestUnpaid: v.boolean(),
  /** Empty where the insurance is paid by the year (R39). */
  months: v.array(MonthView),
})
export type FeeYearView = v.InferOutput<typeof FeeYearView>

/** A special or top-up due: issued as a row, paid whole (R41, R52). */
export const DueView = v.object({
  due: v.string(),
  kind: v.picklist(['special', 'top_up']),
  insurance: Insurance,
  year: v.number(),
  period: v.object({ from: v.string(), to: v.string() }),
  amountFen: v.number(),
  ...Verdict,
  until: v.optional(v.string()),
})
export type DueView = v.InferOutput<typeof DueView>

/** A row of the table `due`, as the rules need it. `until` is the end of the order that holds it. */
export interface DueRow {
  due: string
  insurance: InsuranceCode
  kind: DueKind
  monthFrom: string
  monthTo: string
  year: number
  state: DueState
  amountFen: number | null
  until?: Instant
}
/** A row of `fee_year`: the tier binds while something is held or paid (decision 5). */
export interface FeeYearRow {
  insurance: InsuranceCode
  year: number
  tier: string
  units: number
}

interface Judged {
  status: 'payable' | 'late' | 'not_open' | 'closed'
  acknowledgement: Acknowledgement | null
}
const byPhase: Record<Phase, Judged> = {
  not_open: { status: 'not_open', acknowledgement: null },
  open: { status: 'payable', acknowledgement: null },
  in_window: { status: 'payable', acknowledgement: null },
  window_unknown: { status: 'payable', acknowledgement: 'possible_waiting' },
  late: { status: 'late', acknowledgement: 'late_waiting' },
  closed: { status: 'closed', acknowledgement: null },
}
/** The phase of a window for our own channel, which itself has an opening moment (R4, decision 9: the later of the two counts). */
const phaseHere = (policy: Policy, window: Window | undefined, now: Instant, lastMonth: string): Phase => {
  if (now < instantOf(policy.opens.value)) return 'not_open'
  return window ? phaseAt(window, now, lastMonth) : 'open'
}
const change = (
  window: Window | undefined,
  phase: Phase,
  now: Instant,
  lastMonth: string,
): Pick<FeeYearView, 'changesAt' | 'changesTo'> => {
  if (!window || phase === 'closed') return { changesAt: null, changesTo: null }
  const at = nextBoundary(window, now, lastMonth)
  if (at >= endOf(NEVER)) return { changesAt: null, changesTo: null }
  return { changesAt: iso(at), changesTo: phaseAt(window, at, lastMonth) === 'closed' ? 'closed' : 'late' }
}
/** The end of a special due without a published deadline: none (R29). */
const NEVER = '9999-12'
/**
 * The last month in which a due may be paid when no deadline was published: a regular one until its fee year ends (decision
 * 22), an issued one without end. The look-up, the order and a late settlement judge by this one.
 */
const lastMonthOf = (kind: DueKind, insurance: InsuranceCode, year: number, window: Window | undefined, monthTo: string): string =>
  kind === 'regular' ? periodOf(insurance, year).to : window?.deadline.value ? monthTo : NEVER
/** Whether a due was past its deadline at `at`, by the provider's time of payment (decision 10). */
export const wasClosed = (
  policy: Policy,
  at: Instant,
  { kind, insurance, year, months }: { kind: DueKind; insurance: InsuranceCode; year: number; months: Months },
): boolean => {
  const window = kind === 'top_up' ? undefined : windowOf(policy, insurance, feeYearOf(insurance, months.from), kind)
  return phaseHere(policy, window, at, lastMonthOf(kind, insurance, year, window, months.to)) === 'closed'
}
const clockOf = (window: Window | undefined, now: Instant): v.InferOutput<typeof Clock> => {
  const until = window?.collectionUntil.value ?? null
  const collectionUntil = until === 'unknown' ? null : until
  const deadline = window?.deadline.value ?? null
  const end = [collectionUntil, deadline].find((point) => point !== null && point.length === 10 && dayOf(now) <= point)
  return { opens: window?.opens.value ?? null, collectionUntil, deadline, daysLeft: end ? daysBetween(dayOf(now), end) : null }
}

/** The years of an enrolment for which the policy has a regular window, newest first. `rows` and `feeYears` are the contributor's. */
export const feeYearsOf = (
  policy: Policy,
  now: Instant,
  enrolment: Enrolment,
  rows: readonly DueRow[],
  feeYears: readonly FeeYearRow[],
): FeeYearView[] =>
  policy.feeYears
    .filter((rule) => rule.kind === 'regular' && rule.insurance === enrolment.insurance)
    .filter((rule) => overlap(periodOf(rule.insurance, rule.year), { from: enrolment.monthFrom, to: enrolment.monthTo }))
    .map((rule) => feeYearView(policy, now, enrolment, rule.year, rule.window, rows, feeYears))
    .sort((a, b) => b.year - a.year)

const feeYearView = (
  policy: Policy,
  now: Instant,
  { insurance, monthFrom, monthTo }: Enrolment,
  year: number,
  window: Window,
  rows: readonly DueRow[],
  feeYears: readonly FeeYearRow[],
): FeeYearView => {
  const period = periodOf(insurance, year)
  const own = rows.filter((row) => row.kind === 'regular' && row.insurance === insurance && row.year === year)
  const rowOf = (month: string): DueRow | undefined => own.find((row) => covers({ from: row.monthFrom, to: row.monthTo }, month))
  const enrolled: Months = { from: monthFrom > period.from ? monthFrom : period.from, to: monthTo < period.to ? monthTo : period.to }
  const months = eachMonth(period).map((month): v.InferOutput<typeof MonthView> => {
    const row = rowOf(month)
    if (row?.state === 'paid') return { month, status: 'paid' }
    if (row?.state === 'held') return { month, status: 'held', ...(row.until !== undefined && { until: iso(row.until) }) }
    return { month, status: covers(enrolled, month) ? 'open' : 'not_enrolled' }
  })
  const phase = phaseHere(policy, window, now, period.to)
  const judged = byPhase[phase]
  const any = (status: 'open' | 'held' | 'paid'): boolean => months.some((month) => month.status === status)
  const left: DueStatus = isMonthly(insurance)
    ? any('open')
      ? judged.status
      : any('held')
        ? 'held'
        : any('paid')
          ? 'paid'
          : 'none'
    : any('paid')
      ? 'paid'
      : any('held')
        ? 'held'
        : judged.status
  const rolledOver = left === 'closed' && now >= endOf(period.to)
  const rate = rateOf(policy, insurance, year, now)
  const lock = feeYears.find((row) => row.insurance === insurance && row.year === year && row.units > 0)
  // a bank may have locked a tier that is not on offer here now: its name is still known
  const labels = policy.rates.filter((each) => each.insurance === insurance).flatMap(({ tiers }) => tiers)
  return {
    insurance,
    year,
    period,
    status: rolledOver ? 'awaiting_special' : (left === 'payable' || left === 'late') && !rate ? 'not_open' : left,
    acknowledgement: left === judged.status ? judged.acknowledgement : null,
    clock: clockOf(window, now),
    ...change(window, phase, now, period.to),
    rateVersion: rate?.version ?? null,
    provisional: rate?.kind === 'provisional',
    tiers: rate?.tiers ?? [],
    lockedTier: lock ? { code: lock.tier, label: labels.find(({ code }) => code === lock.tier)?.label ?? lock.tier } : null,
    startsAtEarliestUnpaid: policy.mustStartAtEarliestUnpaid.value,
    months: isMonthly(insurance) ? months : [],
  }
}

/** A special or top-up due at a moment. Without a published window it is payable and has no clock (R29). */
export const dueView = (policy: Policy, now: Instant, row: DueRow & { kind: 'special' | 'top_up' }): DueView => {
  const window = row.kind === 'special' ? windowOf(policy, row.insurance, feeYearOf(row.insurance, row.monthFrom), 'special') : undefined
  const lastMonth = lastMonthOf(row.kind, row.insurance, row.year, window, row.monthTo)
  const phase = phaseHere(policy, window, now, lastMonth)
  const judged = byPhase[phase]
  return {
    due: row.due,
    kind: row.kind,
    insurance: row.insurance,
    year: row.year,
    period: { from: row.monthFrom, to: row.monthTo },
    amountFen: row.amountFen ?? 0,
    status: row.state === 'open' ? judged.status : row.state === 'withdrawn' ? 'none' : row.state,
    acknowledgement: row.state === 'open' ? judged.acknowledgement : null,
    clock: clockOf(window, now),
    ...change(window, phase, now, lastMonth),
    ...(row.until !== undefined && { until: iso(row.until) }),
  }
}

/** Why a due or fee year cannot be paid at all; undefined when it can. */
export const refuseStatus = (view: FeeYearView | DueView): Refusal | undefined => {
  const { insurance, year } = view
  switch (view.status) {
    case 'payable':
    case 'late':
      return undefined
    case 'not_open':
      return refuse('not_open_yet', { insurance, year, opens: view.clock.opens })
    case 'closed':
      return refuse('due_closed', { insurance, year, deadline: view.clock.deadline })
    case 'awaiting_special':
      return refuse('awaiting_special', { insurance, year })
    case 'held':
      return refuse('due_held', 'until' in view && view.until ? { until: view.until } : {})
    case 'paid':
      return refuse('due_paid', {})
    case 'none':
      return 'due' in view ? refuse('due_withdrawn') : refuse('months_not_enrolled', { months: view.months.map(({ month }) => month) })
  }
}

/** The end of the wait named in a view's months, latest first: when a run that is held may be looked at again. */
export const heldUntil = (months: readonly v.InferOutput<typeof MonthView>[], run: Months): Instant | undefined => {
  const ends = months.filter(({ month, until }) => until !== undefined && covers(run, month)).map(({ until }) => instantOf(until ?? ''))
  return ends.length > 0 ? Math.max(...ends) : undefined
}
