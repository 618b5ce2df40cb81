import type { CashierTicket } from '@shebao/shared/api'
import type { Instant } from '@shebao/shared/day'
import type { Provider } from '@shebao/shared/payment'

/** What an attempt asks of a provider. Times are system time. */
export interface CreateRequest {
  outTradeNo: string
  totalFen: number
  openId: string
  timeExpire: Instant
  description: string
}

/** Verified word of a provider that money came in. `isOurs` is false when it names another merchant, app or currency than ours. */
export interface PaidEvidence {
  provider: Provider
  merchant: string
  outTradeNo: string
  transactionId: string
  totalFen: number
  isOurs: boolean
  paidAt: Instant
}

/** What a create led to. `unknown`: it may exist at the provider; only a definite, understood answer is anything else. */
export type Created = { kind: 'prepared'; prepayId: string } | { kind: 'rejected'; code: string } | { kind: 'paid' } | { kind: 'unknown' }
/** What a query says. `not_exist` may be lag, so it proves nothing before the attempt has expired (C7). */
export type Queried =
  { kind: 'paid'; evidence: PaidEvidence } | { kind: 'unpaid' } | { kind: 'closed' } | { kind: 'not_exist' } | { kind: 'unknown' }
/** What a close says; only `closed` proves that nobody can pay any more. */
export type Closed = 'closed' | 'not_exist' | 'paid' | 'unknown'

/** A notification whose signature was verified on the raw bytes. `payment` is absent for one that is about something else (a refund). */
export interface Notified {
  notifyId: string
  outTradeNo: string
  payment?: PaidEvidence
}
/** The signature, the time or the form of a notification is wrong: 401, nothing is stored. */
export class NotVerified extends Error {}

/** The port to a payment provider: one implementation each for WeChat Pay and Alipay. None of these is called inside a transaction. */
export interface PaymentProvider {
  readonly merchant: string
  /** The exact bytes of the create request; stored before they are sent and sent again unchanged. */
  createBody(request: CreateRequest): string
  create(body: string): Promise<Created>
  /** What the host's cashier is opened with, signed anew each time. */
  ticket(prepayId: string): CashierTicket
  query(outTradeNo: string): Promise<Queried>
  close(outTradeNo: string): Promise<Closed>
  /** Verifies a notification on its raw bytes; throws NotVerified. */
  readNotification(headers: Readonly<Record<string, string | string[] | undefined>>, raw: Buffer): Notified
}
