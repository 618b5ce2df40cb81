import * as v from 'valibot'
import { Day, dayOf, type Instant, startOf } from './day.ts'
import { Insurance, periodOf, type Insurance as InsuranceCode } from './insurance.ts'
import { Months } from './months.ts'
import { Tier } from './tier.ts'
import { Point, Sourced, Window } from './window.ts'

/**
 * What the authorities published, as data: a new year, an extended window or a final wage is a new version of this, never a
 * change of code (R29). Rules take it as an argument; at run time it comes from the table `policy_version`.
 */

const Year = v.pipe(v.number(), v.integer())

/** Window of one insurance and fee year, for regular or for special dues (the kind is the issuer's, not the year's: trap 1). */
export const FeeYearRule = v.object({ insurance: Insurance, year: Year, kind: v.picklist(['regular', 'special']), window: Window })

/**
 * Prices of one insurance over a run of months. `provisional` prices are followed by a top-up when the `final` version for
 * the same months is published (R45, R46); an order made from `chargeableFrom` on pays the new price (decision 27).
 */
export const RateVersion = v.object({
  version: v.string(),
  insurance: Insurance,
  kind: v.picklist(['provisional', 'final']),
  /** Year of the average wage that the prices derive from, where they do. */
  basisYear: v.nullable(Year),
  months: Months,
  chargeableFrom: Point,
  tiers: v.array(Tier),
  clause: v.optional(v.string()),
  source: v.string(),
  certainty: v.picklist(['stated', 'inferred', 'recomputed', 'demo']),
})
export type RateVersion = v.InferOutput<typeof RateVersion>

export const Policy = v.object({
  version: v.string(),
  region: v.pipe(v.string(), v.regex(/^\d{6}$/)),
  regionName: v.string(),
  notice: v.object({ title: v.string(), issued: Day, issuers: v.array(v.string()) }),
  counties: v.array(v.object({ code: v.string(), name: v.string() })),
  /** Opening moment of our own channel (R4): no order before it. ISO 8601. */
  opens: Sourced(v.string()),
  feeYears: v.array(FeeYearRule),
  rates: v.array(RateVersion),
  /** Entitlement arrives this many calendar days after payment, by payment day (R74, R75). */
  creditDays: v.array(v.object({ from: Day, days: Sourced(v.number()) })),
  /** Whether a selection of months must start at the earliest unpaid one (decision 4). */
  mustStartAtEarliestUnpaid: Sourced(v.boolean()),
})
export type Policy = v.InferOutput<typeof Policy>
export type FeeYearRule = v.InferOutput<typeof FeeYearRule>

/** The window of a due; undefined where nothing was published for it (shown as 以开征通告为准, never guessed: R29). */
export const windowOf = (policy: Policy, insurance: InsuranceCode, year: number, kind: 'regular' | 'special'): Window | undefined =>
  policy.feeYears.find((rule) => rule.insurance === insurance && rule.year === year && rule.kind === kind)?.window

/** The prices that an order made at `now` pays for a fee year: the version chargeable last. */
export const rateOf = (policy: Policy, insurance: InsuranceCode, year: number, now: Instant): RateVersion | undefined => {
  const period = periodOf(insurance, year)
  return policy.rates
    .filter(
      (rate) =>
        rate.insurance === insurance &&
        rate.months.from <= period.from &&
        period.to <= rate.months.to &&
        startOf(rate.chargeableFrom) <= now,
    )
    .reduce<RateVersion | undefined>((last, rate) => (last && last.chargeableFrom > rate.chargeableFrom ? last : rate), undefined)
}

/** The day on which the entitlement arrives for a payment at `paidAt` (R74: the third day after payment; decision 11). */
export const creditDay = (policy: Policy, paidAt: Instant): string => {
  const day = dayOf(paidAt)
  const rule = policy.creditDays.reduce<Policy['creditDays'][number] | undefined>(
    (last, each) => (each.from <= day && (!last || last.from < each.from) ? each : last),
    undefined,
  )
  return dayOf(startOf(day) + (rule?.days.value ?? 0) * 86_400_000)
}
