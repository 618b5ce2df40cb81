import type { Body, Endpoint, Params, Query, Reply } from '@shebao/shared/api'
import { signed, type Signer } from './machine.ts'

/** An answer other than 2xx: the refusal as the server spoke it. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    readonly facts: unknown,
    /** The sentence that a person reads. */
    readonly sentence: string,
    at: string,
  ) {
    super(`${at} answered ${status} ${code}: ${sentence}`)
  }
}

interface Sent<E extends Endpoint> {
  params?: Params<E>
  query?: Query<E>
  body?: Body<E>
  headers?: Record<string, string>
}

/** The API as its users see it: over HTTP only, typed by the contract. */
export class Client {
  constructor(
    private readonly base: string,
    private readonly name: string,
    private readonly token?: string,
  ) {}

  /** The same API for somebody who is logged in. */
  as(token: string): Client {
    return new Client(this.base, this.name, token)
  }

  call<E extends Endpoint>(endpoint: E, { params, query, body, headers }: Sent<E> = {}): Promise<Reply<E>> {
    const to = endpoint.path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String((params as Record<string, string>)[name])))
    const search = query ? `?${new URLSearchParams(query as Record<string, string>).toString()}` : ''
    return this.send(endpoint, to + search, body === undefined && endpoint.method === 'POST' ? {} : body, headers)
  }

  /** A signed message of an institution, a hall or a channel. */
  async tell<E extends Endpoint>(from: Signer, endpoint: E, body: Body<E>): Promise<Reply<E>> {
    const text = JSON.stringify(body)
    return this.send(endpoint, endpoint.path, text, signed(from, endpoint.method, endpoint.path, text))
  }

  private async send<E extends Endpoint>(
    { method }: E,
    to: string,
    body: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply<E>> {
    const answer = await fetch(this.base + to, {
      method,
      headers: {
        'x-client': this.name,
        ...(this.token && { authorization: `Bearer ${this.token}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
      signal: AbortSignal.timeout(20_000),
    })
    const text = await answer.text()
    if (answer.ok) return JSON.parse(text) as Reply<E>
    const { code = 'no_refusal', facts, message = text.slice(0, 200) } = text.startsWith('{') ? (JSON.parse(text) as Partial<Spoken>) : {}
    throw new Refused(answer.status, code, facts, message, `${method} ${to}`)
  }
}
interface Spoken {
  code: string
  facts: unknown
  message: string
}
