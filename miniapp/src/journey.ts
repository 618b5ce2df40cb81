import type { Lookup } from '@shebao/shared/api'
import type { Acknowledgement, DueView, FeeYearView } from '@shebao/shared/due'
import type { RegisteredIdentity } from '@shebao/shared/identity'
import { isMonthly } from '@shebao/shared/insurance'
import type { Months } from '@shebao/shared/months'
import { quoteDue, quoteRegular, type QuoteItem, type QuoteRequestItem } from '@shebao/shared/quote'
import { refuse, type Refusal } from '@shebao/shared/refusal'
import { storage } from './platform/storage'
import { createStore } from './store'

/** Who is paid for: oneself by the verified identity, or whoever was typed (oneself with another document, too). */
export type Who = { entry: 'self' } | ({ entry: 'agent'; consent: boolean } & RegisteredIdentity)
/** What is paid. A run of regular dues is complete when it has a tier and months. */
export type Choice = { kind: 'regular'; enrolment: string; year: number; tier?: string; months?: Months } | { kind: 'due'; due: string }

/** One payment on its way: kept on the phone for a day, so that a closed page loses nothing (U30). */
export interface Journey {
  who?: Who
  lookup?: Lookup
  choice?: Choice
  acknowledged: Acknowledgement[]
  /** Makes a repeated order the same order. A new choice gets a new key. */
  key?: string
  /** The order that was made of it and not brought to an end yet. */
  order?: { no: string; totalFen: number }
}

const LIFE_MS = 24 * 3_600_000
export const fresh: Journey = { acknowledged: [] }

/** Somebody to pay for: what was chosen for another is forgotten. An order that is under way stays. */
export const begin = (journey: Journey, who: Who): Journey => ({ ...fresh, who, ...(journey.order && { order: journey.order }) })
export const found = (journey: Journey, lookup: Lookup): Journey => ({ ...journey, lookup })
export const choose = (journey: Journey, choice: Choice): Journey => {
  const { key: _, ...rest } = journey
  return { ...rest, choice, acknowledged: [] }
}
/** The same choice with another tier or other months; what was acknowledged stays. */
export const amend = (journey: Journey, change: { tier?: string; months?: Months }): Journey => {
  const { key: _, ...rest } = journey
  return journey.choice?.kind === 'regular' ? { ...rest, choice: { ...journey.choice, ...change } } : journey
}
export const acknowledge = (journey: Journey, kind: Acknowledgement): Journey => ({
  ...journey,
  acknowledged: journey.acknowledged.includes(kind) ? journey.acknowledged : [...journey.acknowledged, kind],
})
export const ordered = (journey: Journey, order: { no: string; totalFen: number }): Journey => ({
  ...journey,
  order: { no: order.no, totalFen: order.totalFen },
})
/** The order came to its end: paid, so nothing is left of the choice; given up, so the choice may be ordered anew. */
export const ended = (journey: Journey, how: 'paid' | 'given_up'): Journey => {
  if (how === 'paid') return { ...fresh, ...(journey.who && { who: journey.who }) }
  const { order: _order, key: _key, ...rest } = journey
  return rest
}

/** The enrolment or due that a choice is about, as the last look-up has it. */
export const viewOf = ({ lookup, choice }: Journey): FeeYearView | DueView | undefined => {
  if (!choice) return undefined
  if (choice.kind === 'due') return lookup?.dues.find(({ due }) => due === choice.due)
  return lookup?.enrolments.find(({ enrolment }) => enrolment === choice.enrolment)?.years.find(({ year }) => year === choice.year)
}
/** The months that a choice covers: those chosen, or the whole period of what is paid by the year. */
export const monthsOf = (view: FeeYearView, months: Months | undefined): Months | undefined =>
  isMonthly(view.insurance) ? months : { from: view.period.from, to: view.period.to }

/** What a choice costs or why it cannot be had, by the same rules as the server's. */
export const quoteOf = (journey: Journey): { item: QuoteItem } | { refusal: Refusal } => {
  const view = viewOf(journey)
  const { choice } = journey
  if (!view || !choice) return { refusal: refuse('not_found') }
  if (choice.kind === 'due') return 'due' in view ? quoteDue(view) : { refusal: refuse('not_found') }
  if ('due' in view) return { refusal: refuse('not_found') }
  const months = monthsOf(view, choice.months)
  if (!months) return quoteRegular(view, { tier: choice.tier, months: { from: view.period.from, to: view.period.from } })
  return quoteRegular(view, { tier: choice.tier, months })
}
/** The choice as it is ordered. */
export const requestOf = (journey: Journey): QuoteRequestItem | undefined => {
  const view = viewOf(journey)
  const { choice } = journey
  if (!view || !choice) return undefined
  if (choice.kind === 'due') return { kind: 'due', due: choice.due }
  const months = 'due' in view ? undefined : monthsOf(view, choice.months)
  return (
    months && {
      kind: 'regular',
      enrolment: choice.enrolment,
      year: choice.year,
      months,
      ...(choice.tier !== undefined && { tier: choice.tier }),
    }
  )
}
/** What has to be acknowledged and is not yet (R27). */
export const unacknowledged = (journey: Journey): Acknowledgement | undefined => {
  const needed = viewOf(journey)?.acknowledgement
  return needed && !journey.acknowledged.includes(needed) ? needed : undefined
}
/** The earliest month that can be chosen, and the run from it to this month, or as far as months are open. */
export const firstRun = (view: FeeYearView, thisMonth: string): Months | undefined => {
  const first = view.months.find(({ status }) => status === 'open')
  if (!first) return undefined
  let to = first.month
  for (const { month, status } of view.months) if (month > first.month && status === 'open' && month <= thisMonth) to = month
  return runWithin(view, { from: first.month, to })
}
/** A run cut where a month that cannot be paid interrupts it. */
export const runWithin = (view: FeeYearView, { from, to }: Months): Months => {
  const stop = view.months.find(({ month, status }) => month > from && month <= to && status !== 'open')
  const before = view.months.filter(
    ({ month, status }) => status === 'open' && month >= from && (!stop || month < stop.month) && month <= to,
  )
  return { from, to: before[before.length - 1]?.month ?? from }
}

const KEY = 'journey'
interface Kept {
  at: number
  journey: Journey
}
/** A draft that is older than a day is not offered again. */
export const keptJourney = (kept: Kept | undefined, now: number): Journey =>
  kept && now - kept.at < LIFE_MS && Array.isArray(kept.journey.acknowledged) ? kept.journey : fresh

const store = createStore<Journey>(keptJourney(storage.get<Kept>(KEY), Date.now()))
export const journey = {
  get: store.get,
  use: store.use,
  /** Takes a step: `journey.take(choose, choice)`. */
  take<A extends unknown[]>(step: (now: Journey, ...with_: A) => Journey, ...with_: A): void {
    const next = step(store.get(), ...with_)
    storage.set(KEY, { at: Date.now(), journey: next } satisfies Kept)
    store.set(next)
  },
}

const letters = 'abcdefghijklmnopqrstuvwxyz0123456789'
/** The key of the order that is made next; the same until the choice changes. */
export const orderKey = (): string => {
  const now = store.get()
  if (now.key !== undefined) return now.key
  let key = Date.now().toString(36)
  while (key.length < 32) key += letters.charAt(Math.floor(Math.random() * letters.length))
  journey.take((then) => ({ ...then, key }))
  return key
}
