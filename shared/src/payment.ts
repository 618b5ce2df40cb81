import * as v from 'valibot'

/** 支付机构 of our own channels. */
export const Provider = v.picklist(['wechat', 'alipay'])
export type Provider = v.InferOutput<typeof Provider>

/**
 * States of an attempt: one out-trade number at one provider. A row exists as `init` before anything is sent. `create_unknown`:
 * we asked and do not know. `succeeded` and `mismatch` are final: verified success is legal from every other state, because
 * money that came in is a fact; `mismatch` is money whose amount or identity is not the expected one, booked, not allocated.
 */
export const attemptMoves = {
  init: ['prepared', 'create_unknown', 'create_rejected', 'closing', 'closed', 'succeeded', 'mismatch'],
  create_unknown: ['prepared', 'create_rejected', 'closing', 'closed', 'succeeded', 'mismatch'],
  prepared: ['closing', 'closed', 'succeeded', 'mismatch'],
  create_rejected: ['succeeded', 'mismatch'],
  closing: ['closed', 'succeeded', 'mismatch'],
  closed: ['succeeded', 'mismatch'],
  succeeded: [],
  mismatch: [],
} as const satisfies Record<string, readonly string[]>
export type AttemptState = keyof typeof attemptMoves

/** States of a due (`data` only: not open yet, late and closed are computed from the window and the clock). */
export const dueMoves = {
  open: ['held', 'paid', 'withdrawn'],
  held: ['open', 'paid', 'withdrawn'],
  paid: ['open'],
  withdrawn: [],
} as const satisfies Record<string, readonly string[]>
export type DueState = keyof typeof dueMoves

/** The states from which `to` may be reached, for the WHERE clause of the statement that moves a row. */
export const movesInto = <S extends string>(moves: Record<S, readonly string[]>, to: S): S[] =>
  (Object.keys(moves) as S[]).filter((from) => moves[from].includes(to))
