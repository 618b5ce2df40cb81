import type { OpenCashier, Told } from './types'
import { brought, visit } from './visit.h5'

export const openCashier: OpenCashier = (ticket, back) => {
  const { provider, ...order } = ticket
  return visit('/cashier', { ...(order as Record<string, string>), host: provider }, back)
}

/** What the cashier said when the browser came back from it, once. */
export const returned = (): Told | undefined => {
  const result = brought('result')
  return result === 'ok' || result === 'cancel' || result === 'fail' ? result : undefined
}
