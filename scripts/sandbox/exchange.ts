import type { IncomingHttpHeaders } from 'node:http'

export type Json = { readonly [name: string]: unknown }

/** One request as a vendor sees it. */
export type Call = {
  method: string
  /** The path below the vendor's prefix, as in production. */
  path: string
  query: URLSearchParams
  headers: IncomingHttpHeaders
  /** The body as it was sent: signatures are over these characters. */
  body: string
  /**
   * The path and query that a signature may cover. Below a prefix there are two honest readings: what production would see
   * (`/v3/…`), and what stands in the URL that was requested (`/wechatpay/v3/…`, `/alipay/v3/…`), which is what
   * wechatpay-axios-plugin always signs and alipay-sdk signs whenever it is given `query`.
   */
  targets: string[]
  /** The fault that strikes this request, for those faults that the work itself must know. */
  fault?: string
}

export type Answer = { status: number; headers: Record<string, string>; body: string }

export const jsonAnswer = (status: number, value: unknown): Answer => ({
  status,
  headers: { 'content-type': 'application/json; charset=utf-8' },
  body: JSON.stringify(value),
})

/** The vendor says no. The host that catches it writes it in its vendor's form. */
export class Refusal extends Error {
  readonly status: number
  readonly code: string

  constructor(status: number, code: string, message: string) {
    super(message)
    this.status = status
    this.code = code
  }
}

/** What may be wrong with the signature of an answer. */
export type SignatureFlaw = 'unsigned' | 'wrong_signature' | 'wrong_serial' | 'stale_timestamp'

/** One vendor host: what it does, how it says no, and how it signs. */
export type Host = {
  answer(call: Call): Answer | Promise<Answer>
  refuse(refusal: Refusal): Answer
  sign(answer: Answer, call: Call, flaw?: SignatureFlaw): Answer
}

type Route = readonly [method: string, path: RegExp, work: (call: Call, found: string) => Answer | Promise<Answer>]

/** The first route that fits; `found` is the decoded first group of its path. */
export function route(routes: readonly Route[], call: Call): Answer | Promise<Answer> {
  for (const [method, path, work] of routes) {
    const match = path.exec(call.path)
    if (match && call.method === method) return work(call, decodeURIComponent(match[1] ?? ''))
  }
  throw new Refusal(404, 'RESOURCE_NOT_EXISTS', `${call.method} ${call.path} is not simulated`)
}
