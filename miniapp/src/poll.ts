import type { OrderView } from '@shebao/shared/api'
import type { Told } from './platform/types'

/** Pauses between questions for the outcome, in seconds: 32 in all, then the page says honestly that it does not know (U34). */
export const PAUSES_S = [1, 2, 3, 5, 8, 13] as const

/** What the page does with an order as the server sees it, and with what the cashier said. */
export type Next = 'ask_again' | 'result' | 'pending' | 'cancelled' | 'returned'
/**
 * The server's word counts. Only where it says that nothing has come in does the cashier's word matter: a person who cancelled
 * is told so at once, one who paid is asked to wait (decision 16, U35).
 */
export const nextFor = ({ state, payment }: Pick<OrderView, 'state' | 'payment'>, said: Told | undefined): Next => {
  switch (state) {
    case 'paid':
      return 'result'
    case 'returned':
      return 'returned'
    case 'cancelled':
      return 'cancelled'
    case 'closing':
      return 'ask_again'
    case 'held':
      if (payment === 'checking' || payment === 'taken') return 'ask_again'
      return said === 'ok' ? 'ask_again' : 'pending'
  }
}
