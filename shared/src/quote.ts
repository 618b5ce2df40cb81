import * as v from 'valibot'
import { Acknowledgement, DueKind, refuseStatus, type DueView, type FeeYearView } from './due.ts'
import { Insurance, isMonthly } from './insurance.ts'
import { instantOf, iso, type Instant } from './day.ts'
import { heldUntil } from './due.ts'
import { eachMonth, Months, monthsIn, refuseMonths, unpaidBefore } from './months.ts'
import { CLOSING_SOON_MS, MAX_ITEMS, ORDER_LIFE_MS } from './order.ts'
import { refuse, type Refusal } from './refusal.ts'
import { refuseTier, TierCode } from './tier.ts'

const Id = v.pipe(v.string(), v.regex(/^\d{1,20}$/))

/** What a payer chose: a run of one enrolment's fee year at a tier, or one issued due. Months are always present in the first (decision of the API). */
export const QuoteRequestItem = v.variant('kind', [
  v.strictObject({
    kind: v.literal('regular'),
    enrolment: Id,
    year: v.pipe(v.number(), v.integer()),
    tier: v.optional(TierCode),
    months: Months,
  }),
  v.strictObject({
    kind: v.literal('due'),
    due: Id,
    tier: v.optional(TierCode),
    months: v.optional(Months),
    amountFen: v.optional(v.number()),
  }),
])
export type QuoteRequestItem = v.InferOutput<typeof QuoteRequestItem>
export const QuoteRequestItems = v.pipe(v.array(QuoteRequestItem), v.minLength(1), v.maxLength(300))

/** One line of a quote: indivisible, with its amount and how it came about (base × 20 % × months, or as issued). */
export const QuoteItem = v.object({
  kind: DueKind,
  insurance: Insurance,
  year: v.number(),
  months: v.object({ from: v.string(), to: v.string() }),
  tier: v.nullable(v.string()),
  tierLabel: v.nullable(v.string()),
  rateVersion: v.nullable(v.string()),
  provisional: v.boolean(),
  unitFen: v.number(),
  unitCount: v.number(),
  amountFen: v.number(),
  /** Months of the year that stay unpaid before this run (decision 4). */
  unpaidBefore: v.array(v.string()),
  acknowledgement: v.nullable(Acknowledgement),
  /** When the terms change by themselves; ISO 8601. */
  changesAt: v.nullable(v.string()),
  changesTo: v.nullable(v.picklist(['late', 'closed'])),
})
export type QuoteItem = v.InferOutput<typeof QuoteItem>

type Quoted = { item: QuoteItem } | { refusal: Refusal }

/** A run of regular dues: status, tier, then months (R31–R40). The page calls this to offer and explain, the server to decide. */
export const quoteRegular = (view: FeeYearView, choice: { tier?: string | undefined; months: Months }): Quoted => {
  const monthly = isMonthly(view.insurance)
  const blocked = refuseStatus(view)
  // a year that is paid or held in part may still have open months: those are judged month by month
  if (blocked && !(monthly && (view.status === 'paid' || view.status === 'held'))) return { refusal: blocked }
  if (!monthly && (choice.months.from !== view.period.from || choice.months.to !== view.period.to))
    return { refusal: refuse('months_not_divisible', view.period) }
  if (monthly) {
    const refusal = refuseMonths(view.months, choice.months)
    if (refusal?.code === 'due_held') {
      const until = heldUntil(view.months, choice.months)
      return { refusal: refuse('due_held', { ...refusal.facts, ...(until !== undefined && { until: iso(until) }) }) }
    }
    if (refusal) return { refusal }
    const before = view.startsAtEarliestUnpaid ? unpaidBefore(view.months, choice.months) : []
    if (before.length > 0) return { refusal: refuse('months_gap', { months: before }) }
  }
  const refusal = refuseTier(view.tiers, view.lockedTier ?? undefined, choice.tier)
  if (refusal) return { refusal }
  const unitFen = view.tiers.find(({ code }) => code === choice.tier)?.unitFen ?? 0
  const unitCount = monthly ? monthsIn(choice.months) : 1
  return {
    item: {
      kind: 'regular',
      insurance: view.insurance,
      year: view.year,
      months: choice.months,
      tier: choice.tier ?? null,
      tierLabel: view.tiers.find(({ code }) => code === choice.tier)?.label ?? null,
      rateVersion: view.rateVersion,
      provisional: view.provisional,
      unitFen,
      unitCount,
      amountFen: unitFen * unitCount,
      unpaidBefore: monthly ? unpaidBefore(view.months, choice.months) : [],
      acknowledgement: view.acknowledgement,
      changesAt: view.changesAt,
      changesTo: view.changesTo,
    },
  }
}

/** An issued due: whole, once, without a tier (R32, R41). */
export const quoteDue = (
  view: DueView,
  choice: { tier?: string | undefined; months?: Months | undefined; amountFen?: number | undefined } = {},
): Quoted => {
  const refusal =
    refuseStatus(view) ??
    (choice.tier === undefined ? undefined : refuse('tier_not_allowed')) ??
    (choice.months && (choice.months.from !== view.period.from || choice.months.to !== view.period.to)
      ? refuse('whole_only')
      : undefined) ??
    (choice.amountFen === undefined || choice.amountFen === view.amountFen ? undefined : refuse('whole_only'))
  if (refusal) return { refusal }
  return {
    item: {
      kind: view.kind,
      insurance: view.insurance,
      year: view.year,
      months: view.period,
      tier: null,
      tierLabel: null,
      rateVersion: null,
      provisional: false,
      unitFen: view.amountFen,
      unitCount: 1,
      amountFen: view.amountFen,
      unpaidBefore: [],
      acknowledgement: view.acknowledgement,
      changesAt: view.changesAt,
      changesTo: view.changesTo,
    },
  }
}

/**
 * Refuses a basket that is too large, names the same due or month twice, or leaves out a month between two runs of one fee
 * year, each of which would pass alone (R40). `owners[n]` is the enrolment or due of item n.
 */
export const refuseBasket = (items: readonly QuoteItem[], owners: readonly string[]): Refusal | undefined => {
  if (items.length > MAX_ITEMS) return refuse('too_many_items', { most: MAX_ITEMS })
  const of = (item: QuoteItem, n: number): string => `${owners[n]}|${item.kind}|${item.insurance}`
  const units = items.flatMap((item, n) => eachMonth(item.months).map((month) => `${of(item, n)}|${month}`))
  if (new Set(units).size < units.length) return refuse('same_due_twice')
  // one tier a fee year (R34): the second run of a basket is bound by the first
  for (const [n, item] of items.entries()) {
    const first = items.find((other, k) => k < n && other.kind === 'regular' && of(other, k) === of(item, n) && other.year === item.year)
    if (first && first.tier !== item.tier) return refuse('tier_locked', { tier: first.tier ?? '', label: first.tierLabel ?? '' })
  }
  const gap = items.flatMap((item, n) =>
    item.unpaidBefore.filter(
      (month) =>
        !units.includes(`${of(item, n)}|${month}`) &&
        items.some((other, k) => of(other, k) === of(item, n) && other.year === item.year && other.months.to < month),
    ),
  )
  return gap.length > 0 ? refuse('months_gap', { months: [...new Set(gap)].sort() }) : undefined
}

/** What must be acknowledged for a quote, each kind once. */
export const acknowledgementsFor = (items: readonly QuoteItem[]): Acknowledgement[] => [
  ...new Set(items.flatMap(({ acknowledgement }) => acknowledgement ?? [])),
]

/** Refuses an order whose acknowledgements are not all given (R27, decision 8). */
export const refuseUnacknowledged = (items: readonly QuoteItem[], given: readonly Acknowledgement[]): Refusal | undefined => {
  const needed = acknowledgementsFor(items).filter((kind) => !given.includes(kind))
  return needed.length > 0 ? refuse('acknowledgement_needed', { needed }) : undefined
}

/**
 * Until when an order of these items may be paid: 15 minutes, but not past the moment at which the terms of one of them
 * change; refused in the last two minutes before it (decision 10). `now` is business time.
 */
export const expiryOf = (items: readonly QuoteItem[], now: Instant): { expiresAt: Instant } | { refusal: Refusal } => {
  const boundary = Math.min(...items.map(({ changesAt }) => (changesAt === null ? Infinity : instantOf(changesAt))))
  if (boundary - now < CLOSING_SOON_MS) {
    const becomes = items.some(({ changesAt, changesTo }) => changesTo === 'closed' && changesAt === iso(boundary)) ? 'closed' : 'late'
    return { refusal: refuse('closing_soon', { at: iso(boundary), becomes }) }
  }
  return { expiresAt: Math.min(now + ORDER_LIFE_MS, boundary) }
}
