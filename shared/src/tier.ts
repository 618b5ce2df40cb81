import * as v from 'valibot'
import { refuse, type Refusal } from './refusal.ts'

/** 缴费档次: a code of the policy, unique within its insurance ("p60" is 60 % of the average wage, "y200" 200 yuan a year). */
export const TierCode = v.pipe(v.string(), v.regex(/^[a-z][a-z0-9_]{0,11}$/))

/** One level that may be chosen. `unitFen` is the price of one unit: a month of flexible pension, else the whole period. */
export const Tier = v.object({
  code: TierCode,
  label: v.string(),
  /** Contribution base in whole yuan a month, where the amount is derived from one. */
  baseYuan: v.optional(v.number()),
  unitFen: v.number(),
})
export type Tier = v.InferOutput<typeof Tier>

/**
 * The tier of a regular due (R31, R33, R34): must be chosen, must be on offer, and must be the one that a payment or a
 * held order already fixed for the fee year. `locked` is that tier, if any.
 */
export const refuseTier = (
  offered: readonly Tier[],
  locked: { code: string; label: string } | undefined,
  chosen: string | undefined,
): Refusal | undefined => {
  if (chosen === undefined) return refuse('tier_required')
  const tier = offered.find(({ code }) => code === chosen)
  if (!tier) return refuse('tier_not_offered', { offered: offered.map(({ label }) => label) })
  if (locked === undefined || locked.code === chosen) return undefined
  return refuse('tier_locked', { tier: locked.code, label: locked.label })
}
