import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { api, type Body, type OrderView, type Reply } from '@shebao/shared/api'
import type { RegisteredIdentity } from '@shebao/shared/identity'
import type { Provider } from '@shebao/shared/payment'
import { Client } from './client.ts'
import { signer, type Party, type Signer } from './machine.ts'
import { Wallets } from './wallet.ts'

const PAID_WITHIN_MS = 30_000

/** A running system: its API, the wallets of its residents, the keys of its institutions. */
export interface System {
  api: Client
  wallets: Wallets
  signer: (party: Party) => Signer
}
/** `folder` is where keys are kept (.data), `name` goes into X-Client. */
export const systemAt = ({ server, sandbox, folder, name }: { server: string; sandbox: string; folder: string; name: string }): System => ({
  api: new Client(server, name),
  wallets: new Wallets(sandbox),
  signer: (party) => signer(path.resolve(folder), party),
})

/** Somebody who is logged in. */
export interface Traveller {
  host: Provider
  user: string
  api: Client
  me: Reply<typeof api.me>
}

export const logIn = async (on: System, host: Provider, user: string): Promise<Traveller> => {
  const code = await on.wallets.code(host, user)
  const { token, ...me } = await on.api.call(api.logIn, { body: { host, code } })
  return { host, user, api: on.api.as(token), me }
}

type Check = Body<typeof api.beginRealName>['method']
/** The way to a real name that this host has for this kind of document (decision 33). */
export const checkFor = (host: Provider, { documentType }: RegisteredIdentity): Check => {
  switch (documentType) {
    case 'id_card':
      return 'host'
    case 'chinese_passport': // a host's certificate does not tell one kind of passport from the other
      return 'counter_code'
    case 'foreign_passport':
    case 'foreign_permanent_resident':
      return host === 'alipay' ? 'host_shared' : 'counter_code'
    default:
      return host === 'alipay' ? 'host' : 'counter_code'
  }
}

/** Proves who the traveller is, by the way that their host and document allow; answers which way that was. */
export const proveIdentity = async (on: System, traveller: Traveller, person: RegisteredIdentity): Promise<Check> => {
  const { host, user } = traveller
  const method = checkFor(host, person)
  const begin = (body: Body<typeof api.beginRealName>) => traveller.api.call(api.beginRealName, { body })
  if (method === 'host_shared') await begin({ method, authCode: await on.wallets.code(host, user) })
  else if (method === 'counter_code') {
    const { code } = await on.api.tell(on.signer('hall'), api.issueCounterCode, { operator: 'counter-1', ...person })
    await begin({ method, code, ...person })
  } else {
    const { check, ticket } = await begin({ method, ...person })
    if (!ticket) throw new Error('a check by the host came without a ticket')
    await on.wallets.showFace(host, ticket.host === 'wechat' ? ticket.verifyId : ticket.certifyId)
    await traveller.api.call(api.confirmRealName, { params: { id: check } })
  }
  return method
}

/** Orders at the quoted price, acknowledging what has to be. The same key gives the same order. */
export const order = async (traveller: Traveller, items: Body<typeof api.quote>['items'], key: string): Promise<OrderView> => {
  const { totalFen, acknowledgements } = await traveller.api.call(api.quote, { body: { items } })
  return traveller.api.call(api.createOrder, {
    body: { items, expectedTotalFen: totalFen, acknowledgements },
    headers: { 'idempotency-key': key },
  })
}

/** Confirms an order at the cashier of the traveller's host. */
export const pay = async (on: System, traveller: Traveller, no: string): Promise<void> => {
  const { ticket } = await traveller.api.call(api.pay, { params: { no }, body: { provider: traveller.host } })
  const result = await on.wallets.pay(traveller.user, ticket)
  if (result !== 'ok') throw new Error(`the cashier said ${result}`)
}

/** Asks until the order is paid: the page does no more than this, whatever the cashier told it (decision 16). */
export const untilPaid = async (traveller: Traveller, no: string): Promise<OrderView> => {
  for (const until = performance.now() + PAID_WITHIN_MS; ; await sleep(50)) {
    const view = await traveller.api.call(api.order, { params: { no } })
    if (view.state === 'paid') return view
    if (performance.now() > until)
      throw new Error(`order ${no} is still ${view.state} after ${PAID_WITHIN_MS / 1000} s, its payment ${view.payment}`)
  }
}
