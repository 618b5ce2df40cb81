import { createPublicKey, verify, type KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { CashierTicket } from '@shebao/shared/api'
import { instantOf, iso } from '@shebao/shared/day'
import * as v from 'valibot'
import { Clock } from '../clock.ts'
import { Config } from '../config.ts'
import { AlipayHost } from '../host/alipay.ts'
import { HostRefused, HostUnreachable } from '../host/wechat.ts'
import {
  NotVerified,
  type Closed,
  type Created,
  type CreateRequest,
  type Notified,
  type PaymentProvider,
  type Queried,
} from './provider.ts'

const CreateAnswer = v.object({ out_trade_no: v.string(), trade_no: v.pipe(v.string(), v.minLength(1)) })
const QueryAnswer = v.object({
  trade_no: v.string(),
  out_trade_no: v.string(),
  trade_status: v.string(),
  total_amount: v.optional(v.string()),
  send_pay_date: v.optional(v.string()),
})

/** Fen as Alipay writes yuan, and back, by string arithmetic: no float ever holds money. */
export const toYuan = (fen: number): string => `${Math.trunc(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
export const fromYuan = (text: string): number | undefined => {
  const [, whole, fraction = ''] = /^(\d{1,9})(?:\.(\d{1,2}))?$/.exec(text) ?? []
  return whole === undefined ? undefined : Number(whole) * 100 + Number(fraction.padEnd(2, '0'))
}
/** "2022-02-15 10:00:00" in Asia/Shanghai, whatever the zone of this machine (T2). */
const shanghai = (text: string): number => instantOf(`${text.replace(' ', 'T')}+08:00`)

/** Alipay trade, v3, for mini-programs (opendocs.alipay.com/open-v3). Never `cancel`: it refunds what was paid. */
@Injectable()
export class AlipayPay implements PaymentProvider {
  readonly merchant: string
  private readonly publicKey: KeyObject

  constructor(
    private readonly config: Config,
    private readonly host: AlipayHost,
    private readonly clock: Clock,
  ) {
    this.merchant = config.alipay.sellerId
    this.publicKey = createPublicKey(config.alipay.publicKey)
  }

  createBody({ outTradeNo, totalFen, openId, timeExpire, description }: CreateRequest): string {
    return JSON.stringify({
      out_trade_no: outTradeNo,
      total_amount: toYuan(totalFen),
      subject: description.replace(/[/=&]/g, ' '),
      product_code: 'JSAPI_PAY',
      op_app_id: this.config.alipay.appId,
      op_buyer_open_id: openId,
      seller_id: this.merchant,
      time_expire: iso(timeExpire).slice(0, 19).replace('T', ' '),
      notify_url: `${this.config.publicUrl}/notify/alipay`,
    })
  }

  async create(body: string): Promise<Created> {
    const asked = JSON.parse(body) as Record<string, unknown>
    try {
      const { out_trade_no, trade_no } = await this.host.call('/v3/alipay/trade/create', asked, CreateAnswer)
      // the SDK verifies who signed an answer, not when: one that names another payment is an old one, brought again
      return out_trade_no === asked['out_trade_no'] ? { kind: 'prepared', prepayId: trade_no } : { kind: 'unknown' }
    } catch (error) {
      if (!(error instanceof HostRefused)) return this.unknown(error)
      if (error.code === 'ACQ.TRADE_HAS_SUCCESS') return { kind: 'paid' }
      if (['ACQ.INVALID_PARAMETER', 'ACQ.ACCESS_FORBIDDEN', 'ACQ.BUYER_SELLER_EQUAL'].includes(error.code))
        return { kind: 'rejected', code: error.code }
      return { kind: 'unknown' } // CONTEXT_INCONSISTENT, SYSTEM_ERROR, TRADE_HAS_CLOSE: the query decides (C4)
    }
  }

  ticket(prepayId: string): CashierTicket {
    return { provider: 'alipay', tradeNO: prepayId }
  }

  async query(outTradeNo: string): Promise<Queried> {
    try {
      const answer = await this.host.call('/v3/alipay/trade/query', { out_trade_no: outTradeNo }, QueryAnswer)
      if (answer.out_trade_no !== outTradeNo) return { kind: 'unknown' }
      switch (answer.trade_status) {
        case 'TRADE_SUCCESS':
        case 'TRADE_FINISHED': {
          const totalFen = fromYuan(answer.total_amount ?? '')
          // a success without amount or time is not one that can be booked: ask again
          if (totalFen === undefined || !answer.send_pay_date) return { kind: 'unknown' }
          return {
            kind: 'paid',
            evidence: {
              provider: 'alipay',
              merchant: this.merchant,
              outTradeNo: answer.out_trade_no,
              transactionId: answer.trade_no,
              totalFen,
              isOurs: true,
              paidAt: shanghai(answer.send_pay_date),
            },
          }
        }
        case 'TRADE_CLOSED':
          return { kind: 'closed' }
        default:
          return { kind: 'unpaid' }
      }
    } catch (error) {
      if (error instanceof HostRefused && error.code === 'ACQ.TRADE_NOT_EXIST') return { kind: 'not_exist' }
      return this.unknown(error)
    }
  }

  async close(outTradeNo: string): Promise<Closed> {
    try {
      await this.host.call('/v3/alipay/trade/close', { out_trade_no: outTradeNo }, v.unknown())
      return 'closed'
    } catch (error) {
      if (!(error instanceof HostRefused)) return this.unknown(error).kind
      if (error.code === 'ACQ.TRADE_NOT_EXIST') return 'not_exist'
      // "the state does not allow it" is said of a trade that was paid and of one that is closed already: the query tells which
      const found = await this.query(outTradeNo)
      return found.kind === 'paid' || found.kind === 'closed' ? found.kind : 'unknown'
    }
  }

  readNotification(_headers: unknown, raw: Buffer): Notified {
    const form = new URLSearchParams(raw.toString('utf8'))
    const field = (name: string): string => form.get(name) ?? ''
    // the sender chooses sign_type: only RSA2 is accepted, never the SHA-1 of "RSA" (N11)
    if (field('sign_type') !== 'RSA2') throw new NotVerified('sign_type')
    const signature = Buffer.from(field('sign'), 'base64')
    const text = (without: readonly string[]): Buffer =>
      Buffer.from(
        [...form]
          .filter(([key, value]) => !without.includes(key) && value !== '')
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, value]) => `${key}=${value}`)
          .join('&'),
      )
    // form V1 leaves sign_type out of what is signed, form V2 of some applications keeps it
    if (![['sign', 'sign_type'], ['sign']].some((without) => verify('sha256', text(without), this.publicKey, signature)))
      throw new NotVerified('signature')
    const [notifyId, outTradeNo] = [field('notify_id'), field('out_trade_no')]
    if (!notifyId || notifyId.length > 64 || !outTradeNo || outTradeNo.length > 64) throw new NotVerified('form')
    // a partial refund comes to the same address with TRADE_SUCCESS: these three fields tell it apart (N12)
    const isRefund = ['refund_fee', 'gmt_refund', 'out_biz_no'].some((name) => form.has(name))
    const totalFen = fromYuan(field('total_amount'))
    if (isRefund || !['TRADE_SUCCESS', 'TRADE_FINISHED'].includes(field('trade_status')) || totalFen === undefined)
      return { notifyId, outTradeNo }
    return {
      notifyId,
      outTradeNo,
      payment: {
        provider: 'alipay',
        merchant: this.merchant,
        outTradeNo,
        transactionId: field('trade_no'),
        totalFen,
        isOurs:
          field('app_id') === this.config.alipay.appId &&
          field('seller_id') === this.merchant &&
          ['', 'CNY'].includes(field('trans_currency')), // absent from payments in yuan
        paidAt: field('gmt_payment') ? shanghai(field('gmt_payment')) : this.clock.system(),
      },
    }
  }

  private unknown(error: unknown): { kind: 'unknown' } {
    if (error instanceof HostUnreachable || error instanceof HostRefused || error instanceof v.ValiError) return { kind: 'unknown' }
    throw error
  }
}
