import * as v from 'valibot'
import { Acknowledgement, DueView, FeeYearView } from './due.ts'
import { Moment } from './day.ts'
import { EnrolmentFact, Serial } from './enrolment.ts'
import { DocumentNumber, DocumentType, Name, RegisteredIdentity } from './identity.ts'
import { Insurance } from './insurance.ts'
import { Fen } from './money.ts'
import { Months } from './months.ts'
import { Provider } from './payment.ts'
import { QuoteItem, QuoteRequestItems } from './quote.ts'
import { Receipt } from './receipt.ts'
import { TierCode } from './tier.ts'

/**
 * The whole contract: everything that goes over the wire between the parties. A new endpoint begins here; the server binds
 * its controllers to these objects, the mini-program's `call` is typed by them, OpenAPI is made from them.
 *
 * `access`: public; account (session of a logged-in person); realNamed (that person is verified); machine (a signed message
 * of an institution or of the tax office). Money is in fen, times are ISO 8601, months 'YYYY-MM', ids strings.
 */
export interface Endpoint {
  method: 'GET' | 'POST' | 'DELETE'
  path: string
  summary: string
  access: 'public' | 'account' | 'realNamed' | 'machine'
  params?: v.GenericSchema
  query?: v.GenericSchema
  body?: v.GenericSchema
  reply: v.GenericSchema
}
const endpoint = <const E extends Endpoint>(contract: E) => contract

/** A host in which the mini-program runs. */
export const Host = Provider

const Id = v.pipe(v.string(), v.regex(/^\d{1,20}$/))
const Key = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{8,64}$/))
const OrderParams = v.strictObject({ no: Id })

/** Who is logged in, as far as the page needs it. `documentType` decides between the two entries (R78). */
const Me = v.object({
  account: v.string(),
  host: Host,
  realName: v.nullable(v.object({ maskedName: v.string(), lastFour: v.string(), documentType: DocumentType })),
  asOf: v.string(),
})

const OrderItemView = v.object({
  ...QuoteItem.entries,
  contributor: v.object({ ref: v.string(), maskedName: v.string(), lastFour: v.string() }),
  outcome: v.picklist(['due', 'surplus', 'refunded']),
  receipt: v.nullable(v.string()),
})

/**
 * `payment` is what is known of the money: `none` nothing asked for yet, `started` the cashier can be opened, `checking` the
 * outcome is being asked for (decision 16), `taken` it came in, `not_taken` the provider confirmed that nothing can come any more.
 */
export const OrderView = v.object({
  no: v.string(),
  state: v.picklist(['held', 'closing', 'cancelled', 'paid', 'returned']),
  payment: v.picklist(['none', 'started', 'checking', 'taken', 'not_taken']),
  provider: v.nullable(Provider),
  totalFen: v.number(),
  expiresAt: v.string(),
  /** Seconds left by the server's clock, so that a phone with a wrong clock counts right. */
  secondsLeft: v.number(),
  paidAt: v.nullable(v.string()),
  creditDay: v.nullable(v.string()),
  items: v.array(OrderItemView),
})
export type OrderView = v.InferOutput<typeof OrderView>

/** What the host's cashier needs: wx.requestPayment's parameters, or my.tradePay's trade number. */
export const CashierTicket = v.variant('provider', [
  v.object({
    provider: v.literal('wechat'),
    appId: v.string(),
    timeStamp: v.string(),
    nonceStr: v.string(),
    package: v.string(),
    signType: v.literal('RSA'),
    paySign: v.string(),
  }),
  v.object({ provider: v.literal('alipay'), tradeNO: v.string() }),
])
export type CashierTicket = v.InferOutput<typeof CashierTicket>

/** One enrolment found by a look-up, with the fee years that the policy knows. */
const EnrolmentView = v.object({
  enrolment: v.string(),
  insurance: Insurance,
  institution: v.string(),
  county: v.string(),
  countyName: v.string(),
  years: v.array(FeeYearView),
})
const Lookup = v.object({
  asOf: v.string(),
  contributor: v.object({ ref: v.string(), maskedName: v.string(), lastFour: v.string(), isSelf: v.boolean() }),
  enrolments: v.array(EnrolmentView),
  dues: v.array(DueView),
})
export type Lookup = v.InferOutput<typeof Lookup>

const Accepted = v.object({
  received: v.number(),
  applied: v.number(),
  repeated: v.number(),
  notes: v.array(v.object({ line: v.number(), field: v.string(), note: v.string() })),
})

export const api = {
  logIn: endpoint({
    method: 'POST',
    path: '/api/sessions',
    summary: 'Log in with the single-use code of the host (wx.login, my.getAuthCode)',
    access: 'public',
    body: v.strictObject({ host: Host, code: v.pipe(v.string(), v.minLength(1), v.maxLength(128)) }),
    reply: v.object({ token: v.string(), ...Me.entries }),
  }),
  logOut: endpoint({
    method: 'DELETE',
    path: '/api/sessions/current',
    summary: 'End this session',
    access: 'account',
    reply: v.object({ ended: v.literal(true) }),
  }),
  me: endpoint({ method: 'GET', path: '/api/me', summary: 'Who is logged in', access: 'account', reply: Me }),

  beginRealName: endpoint({
    method: 'POST',
    path: '/api/real-name',
    summary: 'Begin a real-name check: by the host, by the identity certified at the host, or by a counter code',
    access: 'account',
    body: v.variant('method', [
      v.strictObject({ method: v.literal('host'), documentType: DocumentType, documentNumber: DocumentNumber, name: Name }),
      v.strictObject({ method: v.literal('host_shared'), authCode: v.pipe(v.string(), v.minLength(1), v.maxLength(128)) }),
      v.strictObject({
        method: v.literal('counter_code'),
        documentType: DocumentType,
        documentNumber: DocumentNumber,
        name: Name,
        code: v.pipe(v.string(), v.trim(), v.toUpperCase(), v.regex(/^[A-Z0-9]{6}$/, '实名码是6位字母和数字')),
      }),
    ]),
    reply: v.object({
      check: v.string(),
      state: v.picklist(['begun', 'passed']),
      /** What the host's face check is opened with: WeChat verifyId, Alipay certifyId and url. */
      ticket: v.nullable(
        v.variant('host', [
          v.object({ host: v.literal('wechat'), verifyId: v.string() }),
          v.object({ host: v.literal('alipay'), certifyId: v.string(), url: v.string() }),
        ]),
      ),
      me: Me,
    }),
  }),
  confirmRealName: endpoint({
    method: 'POST',
    path: '/api/real-name/:id/confirm',
    summary: "Ask the host's server whether the check passed; what the phone says is not believed",
    access: 'account',
    params: v.strictObject({ id: Id }),
    reply: Me,
  }),

  lookUp: endpoint({
    method: 'POST',
    path: '/api/lookups',
    summary: 'Find what is owed, by the verified identity (self) or by a registered identity (agent)',
    access: 'realNamed',
    body: v.variant('entry', [
      v.strictObject({ entry: v.literal('self') }),
      v.strictObject({ entry: v.literal('agent'), consent: v.boolean(), ...RegisteredIdentity.entries }),
    ]),
    reply: Lookup,
  }),
  quote: endpoint({
    method: 'POST',
    path: '/api/quotes',
    summary: 'Price a selection without holding anything',
    access: 'realNamed',
    body: v.strictObject({ items: QuoteRequestItems }),
    reply: v.object({ items: v.array(QuoteItem), totalFen: v.number(), acknowledgements: v.array(Acknowledgement), asOf: v.string() }),
  }),
  createOrder: endpoint({
    method: 'POST',
    path: '/api/orders',
    summary: 'Hold the dues of a quote for 15 minutes; header Idempotency-Key, a repeat gets the first answer',
    access: 'realNamed',
    body: v.strictObject({ items: QuoteRequestItems, expectedTotalFen: Fen, acknowledgements: v.array(Acknowledgement) }),
    reply: OrderView,
  }),
  order: endpoint({
    method: 'GET',
    path: '/api/orders/:no',
    summary: 'One own order; asks the provider when the outcome is not known',
    access: 'realNamed',
    params: OrderParams,
    reply: OrderView,
  }),
  orders: endpoint({
    method: 'GET',
    path: '/api/orders',
    summary: 'Own orders that can still be paid or given up',
    access: 'realNamed',
    query: v.strictObject({ open: v.literal('true') }),
    reply: v.object({ orders: v.array(OrderView) }),
  }),
  pay: endpoint({
    method: 'POST',
    path: '/api/orders/:no/pay',
    summary: "Make the order payable at the provider of the session's host",
    access: 'realNamed',
    params: OrderParams,
    body: v.strictObject({ provider: Provider }),
    reply: v.object({ ticket: CashierTicket, expiresAt: v.string(), secondsLeft: v.number() }),
  }),
  cancelOrder: endpoint({
    method: 'POST',
    path: '/api/orders/:no/cancel',
    summary: 'Give an order up: closed at the provider first, then the dues are free',
    access: 'realNamed',
    params: OrderParams,
    reply: OrderView,
  }),
  records: endpoint({
    method: 'GET',
    path: '/api/records',
    summary: 'Payments of the contributor in every channel since 2022, and what this account paid for others',
    access: 'realNamed',
    query: v.strictObject({ before: v.optional(Id), year: v.optional(v.pipe(v.string(), v.regex(/^\d{4}$/))) }),
    reply: v.object({ receipts: v.array(Receipt), next: v.nullable(v.string()) }),
  }),
  receipt: endpoint({
    method: 'GET',
    path: '/api/receipts/:no',
    summary: 'One receipt of the payer or of the contributor',
    access: 'realNamed',
    params: v.strictObject({ no: v.pipe(v.string(), v.regex(/^[0-9a-z-]{3,40}$/)) }),
    reply: Receipt,
  }),

  sendEnrolments: endpoint({
    method: 'POST',
    path: '/institution/enrolments',
    summary: 'Enrolments from the institution of the insurance (R51)',
    access: 'machine',
    body: v.strictObject({ enrolments: v.pipe(v.array(EnrolmentFact), v.minLength(1), v.maxLength(500)) }),
    reply: Accepted,
  }),
  sendSpecialDues: endpoint({
    method: 'POST',
    path: '/institution/special-dues',
    summary: 'Special dues: the amount is the institution’s, never recomputed (R52)',
    access: 'machine',
    body: v.strictObject({
      dues: v.pipe(
        v.array(
          v.strictObject({
            serial: Serial,
            enrolmentSerial: Serial,
            insurance: Insurance,
            months: Months,
            amountFen: Fen,
            supersedes: v.optional(Serial),
          }),
        ),
        v.minLength(1),
        v.maxLength(500),
      ),
    }),
    reply: Accepted,
  }),
  issueCounterCode: endpoint({
    method: 'POST',
    path: '/office/counter-codes',
    summary: 'A hall checked a document and issues a real-name code: 6 characters, 7 days, used once (decision 33)',
    access: 'machine',
    body: v.strictObject({ operator: Serial, ...RegisteredIdentity.entries }),
    reply: v.object({ code: v.string(), until: v.string() }),
  }),
  reportPayment: endpoint({
    method: 'POST',
    path: '/channel/payments',
    summary: 'A bank or a hall reports a payment made there; a fact is never refused (decision 32)',
    access: 'machine',
    body: v.strictObject({
      channel: v.picklist(['bank', 'hall', 'liaoshitong']),
      serial: v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,64}$/)),
      enrolmentSerial: Serial,
      insurance: Insurance,
      year: v.pipe(v.number(), v.integer()),
      tier: TierCode,
      months: Months,
      amountFen: Fen,
      paidAt: Moment,
    }),
    reply: v.object({ state: v.picklist(['applied', 'conflict', 'again']) }),
  }),
}

export type Api = typeof api
export type Body<E extends Endpoint> = E['body'] extends v.GenericSchema ? v.InferInput<E['body']> : undefined
export type Parsed<E extends Endpoint> = E['body'] extends v.GenericSchema ? v.InferOutput<E['body']> : undefined
export type Params<E extends Endpoint> = E['params'] extends v.GenericSchema ? v.InferOutput<E['params']> : undefined
export type Query<E extends Endpoint> = E['query'] extends v.GenericSchema ? v.InferOutput<E['query']> : undefined
export type Reply<E extends Endpoint> = v.InferOutput<E['reply']>

/** The header that makes a repeated order the same order. */
export const IdempotencyKey = Key
