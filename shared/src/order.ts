/**
 * States of an order. `held`: its dues are held for it. `closing`: it is being given up, but the provider has not yet
 * confirmed that nothing can be paid. `cancelled`: nothing was paid and the dues are free. `returned`: money came too late
 * and all of it goes back.
 */
export const orderMoves = {
  held: ['closing', 'cancelled', 'paid', 'returned'],
  closing: ['cancelled', 'paid', 'returned'],
  cancelled: ['paid', 'returned'],
  paid: [],
  returned: [],
} as const satisfies Record<string, readonly string[]>
export type OrderState = keyof typeof orderMoves

/** How long dues are held for an order that nobody pays (decision 10), in milliseconds. */
export const ORDER_LIFE_MS = 15 * 60_000
/** No order is made this close to a boundary: the shortest life that a provider accepts is one minute (decision 10). */
export const CLOSING_SOON_MS = 2 * 60_000
/** Items in one order: WeChat Pay allows 50 partial refunds of one payment. */
export const MAX_ITEMS = 50
