import { api, type OrderView } from '@shebao/shared/api'
import { refuse } from '@shebao/shared/refusal'
import { speak } from '@shebao/shared/texts'
import { call, codeOf, NotDone } from './call'
import { address } from './routes'
import { replace } from './go'
import { ended, journey, ordered, orderKey, quoteOf, requestOf } from './journey'
import { openCashier } from './platform/cashier'
import { host } from './platform/host'

/** Holds what was chosen. The same choice gets the same order, unless that one was given up meanwhile. */
export const makeOrder = async (): Promise<OrderView> => {
  const now = journey.get()
  const item = requestOf(now)
  const quoted = quoteOf(now)
  if (!item || 'refusal' in quoted) throw new NotDone(speak('refusal' in quoted ? quoted.refusal : refuse('not_found')))
  const make = (): Promise<OrderView> =>
    call(api.createOrder, {
      body: { items: [item], expectedTotalFen: quoted.item.amountFen, acknowledgements: now.acknowledged },
      key: orderKey(),
    })
  let order = await make()
  if (order.state === 'cancelled') {
    journey.take(ended, 'given_up')
    order = await make()
  }
  journey.take(ordered, order)
  return order
}

/** Opens the cashier for an order and goes on to the page that asks what came of it. */
export const payOrder = async ({ no, state }: Pick<OrderView, 'no' | 'state'>): Promise<void> => {
  if (state !== 'held') return replace('confirming', { no })
  try {
    const { ticket } = await call(api.pay, { params: { no }, body: { provider: host.code } })
    const said = await openCashier(ticket, address('confirming', { no, said: 'back' }))
    replace('confirming', { no, said })
  } catch (error) {
    if (codeOf(error) !== 'payment_checking') throw error
    replace('confirming', { no })
  }
}
