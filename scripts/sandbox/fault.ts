import { randomUUID } from 'node:crypto'
import { Refusal } from './exchange.ts'
import type { Json, SignatureFlaw } from './exchange.ts'
import type { World } from './world.ts'

/** What may go wrong with a request to a vendor. */
export const requestFaults = [
  // The connection is reset before any work is done.
  'drop',
  // The vendor refuses: `status` and `code` as given; nothing is done unless `work` is true.
  'error',
  // From here on the work IS done unless `work` is false: the caller cannot know, which is the point of them.
  'no_reply',
  'drop_after',
  'late',
  'status_500',
  'html_502',
  'empty_200',
  'unsigned',
  'wrong_signature',
  'wrong_serial',
  'stale_timestamp',
  // For WeChat Pay refund requests: what becomes of the accepted refund.
  'refund_abnormal',
  'refund_stuck',
] as const

/** What may go wrong with a notification to the merchant. */
export const notifyFaults = [
  'none',
  'duplicate',
  'late',
  'reordered',
  'wrong_amount',
  'wrong_currency',
  'wrong_signature',
  'wrong_serial',
  'wrong_appid',
  'wrong_mchid',
  'stale_timestamp',
  // WeChat: the ciphertext is altered and then signed, so only its GCM tag can tell. Alipay: a value is altered after signing.
  'tampered_ciphertext',
  // Alipay: a true signature by SHA-1 with sign_type=RSA, which a merchant that chose RSA2 must not accept.
  'rsa_sha1',
] as const

export type RequestFault = (typeof requestFaults)[number]
export type NotifyFault = (typeof notifyFaults)[number]

export type Fault = {
  id: string
  on: { method?: string; path?: string } | 'notify'
  /** `wechat` means both WeChat hosts; `wechatpay` only the payment one. */
  host?: 'wechat' | 'wechatpay' | 'alipay'
  /** For notifications: only those of payments, or of refunds. */
  event?: 'payment' | 'refund'
  times: number | 'always'
  fault: RequestFault | NotifyFault
  ms?: number
  status?: number
  code?: string
  /** How many requests a `duplicate` notification makes, and whether all at once. */
  copies?: number
  concurrent?: boolean
  work?: boolean
  used: number
}

export const isSignatureFlaw = (fault: string): fault is SignatureFlaw =>
  ['unsigned', 'wrong_signature', 'wrong_serial', 'stale_timestamp'].includes(fault)

const bad = (message: string) => new Refusal(400, 'BAD_FAULT', message)

const hosts: readonly unknown[] = ['wechat', 'wechatpay', 'alipay', undefined]
const events: readonly unknown[] = ['payment', 'refund', undefined]

function target(on: unknown): Fault['on'] {
  if (on === 'notify') return on
  if (typeof on !== 'object' || on === null) throw bad("on: 'notify' or { method?, path? }")
  const { method, path } = on as { method?: unknown; path?: unknown }
  if (path !== undefined && (typeof path !== 'string' || !isPattern(path))) throw bad('on.path: a regular expression')
  return { ...(typeof method === 'string' ? { method } : {}), ...(path === undefined ? {} : { path }) }
}

function isPattern(text: string): boolean {
  try {
    void new RegExp(text)
    return true
  } catch {
    return false
  }
}

/** Adds a fault to the list, checked: a misspelt fault that never strikes would make a test pass for nothing. */
export function addFault(world: World, given: Json): Fault {
  const { fault, times = 1, host, event } = given
  const on = target(given['on'])
  const known: readonly unknown[] = on === 'notify' ? notifyFaults : requestFaults
  if (!known.includes(fault)) throw bad(`fault: one of ${known.join(', ')}`)
  if (times !== 'always' && !(Number.isSafeInteger(times) && Number(times) > 0)) throw bad("times: a positive number or 'always'")
  if (!hosts.includes(host)) throw bad('host: wechat, wechatpay or alipay')
  if (!events.includes(event)) throw bad('event: payment or refund')
  const id = typeof given['id'] === 'string' ? given['id'] : randomUUID()
  return world.faults.put(id, { ...given, on, id, times, used: 0 } as Fault)
}

function use(world: World, fault: Fault): Fault {
  return world.faults.put(fault.id, { ...fault, used: fault.used + 1 })
}

const live = (fault: Fault) => fault.times === 'always' || fault.times > fault.used

const fits = (pattern: string | undefined, paths: string[]) => pattern === undefined || paths.some((path) => new RegExp(pattern).test(path))

/** The first fault of the list that fits this request; taking it uses it up by one. */
export function requestFault(world: World, host: string, method: string, paths: string[]): Fault | undefined {
  const fault = world.faults.all().find((one) => {
    if (one.on === 'notify' || !live(one)) return false
    const here = one.host === undefined || host.startsWith(one.host)
    return here && (one.on.method ?? method).toUpperCase() === method && fits(one.on.path, paths)
  })
  return fault && use(world, fault)
}

/** Likewise for one attempt to deliver a notification. */
export function notifyFault(world: World, host: string, event: string): Fault | undefined {
  const fault = world.faults.all().find((one) => {
    if (one.on !== 'notify' || !live(one)) return false
    return (one.host === undefined || one.host.startsWith(host)) && (one.event ?? event) === event
  })
  return fault && use(world, fault)
}

/** The fault of one request, from its `x-sandbox-fault` header: `late; ms=500`, `error; status=429; code=FREQUENCY_LIMITED`. */
export function headerFault(header: string): Fault {
  const [name = '', ...parameters] = header.split(';').map((part) => part.trim())
  if (!(requestFaults as readonly string[]).includes(name)) throw bad(`x-sandbox-fault: one of ${requestFaults.join(', ')}`)
  const given = new Map(parameters.map((part) => part.split('=', 2) as [string, string]))
  const fault: Fault = { id: 'header', on: {}, times: 1, used: 0, fault: name as RequestFault }
  if (given.has('ms')) fault.ms = Number(given.get('ms'))
  if (given.has('status')) fault.status = Number(given.get('status'))
  if (given.has('code')) fault.code = String(given.get('code'))
  if (given.has('work')) fault.work = given.get('work') === 'true'
  return fault
}
