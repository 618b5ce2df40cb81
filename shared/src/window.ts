import * as v from 'valibot'
import { Day, endOf, type Instant, Month, startOf } from './day.ts'

/** Where a value comes from. `demo` is invented for demonstration and never shown to a resident as fact. */
export const Certainty = v.picklist(['stated', 'inferred', 'recomputed', 'demo'])
/** A point in time with the precision of its source: a day or a month (R91). */
export const Point = v.union([Day, Month])
/** A value of policy with its ground. */
export const Sourced = <V extends v.GenericSchema>(value: V) =>
  v.object({ value, clause: v.optional(v.string()), source: v.string(), certainty: Certainty })

/**
 * When a due may be paid. `collectionUntil` is the end of 集中缴费期: null where there is none (pension) and 'unknown' where
 * there is one whose end was not published (decision 14). `deadline` is null where none was published (decision 22).
 */
export const Window = v.object({
  opens: Sourced(Point),
  /** The first end that was announced, if the present one is an extension (R23). */
  collectionUntilBefore: v.optional(v.nullable(Sourced(Point))),
  collectionUntil: Sourced(v.nullable(v.union([Point, v.literal('unknown')]))),
  deadline: Sourced(v.nullable(Point)),
})
export type Window = v.InferOutput<typeof Window>

/**
 * Phase of a window at a moment. `open`: payable, no collection window applies. `in_window`: benefits unaffected (R26).
 * `window_unknown`: payable, a waiting period is possible. `late`: payable, a waiting period follows (R27).
 */
export type Phase = 'not_open' | 'open' | 'in_window' | 'window_unknown' | 'late' | 'closed'

/** The phase at `now`, for a period that ends with month `lastMonth`: without a deadline it stays payable until then (decision 22). */
export const phaseAt = (window: Window, now: Instant, lastMonth: string): Phase => {
  if (now < startOf(window.opens.value)) return 'not_open'
  if (now >= endOf(window.deadline.value ?? lastMonth)) return 'closed'
  const until = window.collectionUntil.value
  if (until === null) return 'open'
  if (until === 'unknown') return 'window_unknown'
  return now < endOf(until) ? 'in_window' : 'late'
}

/** The next moment at which the phase changes for the worse: the end of the collection window, the deadline, or the fee year's end. */
export const nextBoundary = (window: Window, now: Instant, lastMonth: string): Instant => {
  const until = window.collectionUntil.value
  const ends = [endOf(window.deadline.value ?? lastMonth), ...(until === null || until === 'unknown' ? [] : [endOf(until)])]
  return Math.min(...ends.filter((end) => end > now))
}
