import type { Credentials } from './credentials.ts'
import type { Json } from './exchange.ts'
import type { Fault } from './fault.ts'
import type { Agenda, Clock } from './clock.ts'
import type { Journal, Table } from './journal.ts'

export type Wallet = 'wechat' | 'alipay'

/** A person's wallet account: `id` is the openid (WeChat) or open_id (Alipay). */
export type User = {
  host: Wallet
  id: string
  name?: string
  documentType?: string
  documentNumber?: string
  certified: boolean
}

export type LoginCode = { code: string; host: Wallet; user: string; scope: string; expiresAt: number; used: boolean }

/** `stable` and `plain` are WeChat's two kinds of application token; `user` is Alipay's token of one person. */
export type Token = { token: string; kind: 'stable' | 'plain' | 'user'; user?: string; scope?: string; expiresAt: number }

export type Face = {
  host: Wallet
  id: string
  /** out_seq_no or outer_order_no: the merchant's number of the check. */
  number: string
  type: string
  name: string
  document: string
  user?: string
  expiresAt: number
  passed?: boolean
}

export type WechatOrder = {
  number: string
  mode: 'direct' | 'partner'
  /** The create request without time_expire: a repeated create must be the same. */
  request: Json
  appid: string
  payer: string
  description: string
  total: number
  notifyUrl: string
  createdAt: number
  expiresAt: number
  prepays: { id: string; createdAt: number }[]
  state: 'NOTPAY' | 'SUCCESS' | 'CLOSED'
  transactionId?: string
  payerTotal?: number
  paidAt?: number
  /** Whether the merchant, when it ordered, asked for answers signed with the platform public key. */
  signedWith: 'certificate' | 'publicKey'
}

export type WechatRefund = {
  number: string
  order: string
  request: Json
  refundId: string
  amount: number
  createdAt: number
  status: 'PROCESSING' | 'SUCCESS' | 'ABNORMAL'
  /** What it will become and when; a stuck refund stays PROCESSING. */
  outcome: 'SUCCESS' | 'ABNORMAL' | 'stuck'
  finishAt: number
  finishedAt?: number
  notifyUrl?: string
}

export type Trade = {
  number: string
  tradeNo: string
  request: Json
  buyer: string
  subject: string
  total: number
  notifyUrl?: string
  createdAt: number
  expiresAt: number
  status: 'WAIT_BUYER_PAY' | 'TRADE_SUCCESS' | 'TRADE_CLOSED'
  paidAt?: number
  closedAt?: number
  refunds: { number: string; amount: number; reason?: string; at: number }[]
}

export type Notification = {
  id: string
  host: Wallet
  event: 'payment' | 'refund'
  order: string
  url: string
  content: Json
  signedWith: 'certificate' | 'publicKey'
  createdAt: number
  /** Attempts of the schedule that were made, and requests that really left. */
  attempts: number
  sent: number
  answers: string[]
  state: 'waiting' | 'accepted' | 'abandoned'
  nextAt: number
}

export type World = {
  credentials: Credentials
  clock: Clock
  agenda: Agenda
  users: Table<User>
  codes: Table<LoginCode>
  tokens: Table<Token>
  faces: Table<Face>
  orders: Table<WechatOrder>
  refunds: Table<WechatRefund>
  trades: Table<Trade>
  notifications: Table<Notification>
  faults: Table<Fault>
  /** WeChat Pay refuses to close these: orders whose payer is on the password screen right now; gone after a restart, as the screen would be. */
  passwordScreens: Set<string>
}

/** All that the vendors remember. */
export function openWorld(journal: Journal, credentials: Credentials, clock: Clock, agenda: Agenda): World {
  return {
    credentials,
    clock,
    agenda,
    users: journal.table('user'),
    codes: journal.table('code'),
    tokens: journal.table('token'),
    faces: journal.table('face'),
    orders: journal.table('wechat-order'),
    refunds: journal.table('wechat-refund'),
    trades: journal.table('alipay-trade'),
    notifications: journal.table('notification'),
    faults: journal.table('fault'),
    passwordScreens: new Set(),
  }
}

export const userKey = (host: Wallet, id: string) => `${host}:${id}`
