import { Injectable } from '@nestjs/common'
import type { CashierTicket } from '@shebao/shared/api'
import { instantOf, iso } from '@shebao/shared/day'
import * as v from 'valibot'
import { Clock } from '../clock.ts'
import { Config } from '../config.ts'
import {
  NotVerified,
  type Closed,
  type Created,
  type CreateRequest,
  type Notified,
  type PaidEvidence,
  type PaymentProvider,
  type Queried,
} from './provider.ts'
import { WechatSignature, type HeaderBag } from './wechat-signature.ts'

const TIMEOUT_MS = 3000

const Prepaid = v.object({ prepay_id: v.pipe(v.string(), v.minLength(1)) })
const Transaction = v.object({
  appid: v.string(),
  mchid: v.string(),
  out_trade_no: v.string(),
  trade_state: v.string(),
  transaction_id: v.optional(v.string()),
  success_time: v.optional(v.string()),
  amount: v.optional(v.object({ total: v.number(), currency: v.optional(v.string(), 'CNY') })),
})
const Envelope = v.object({
  id: v.pipe(v.string(), v.minLength(1), v.maxLength(64)),
  event_type: v.string(),
  resource: v.object({
    algorithm: v.literal('AEAD_AES_256_GCM'),
    ciphertext: v.string(),
    nonce: v.string(),
    associated_data: v.optional(v.string(), ''),
  }),
})
const ErrorWord = v.looseObject({ code: v.optional(v.string(), '') })
const NamedOrder = v.object({ out_trade_no: v.string() })

/** A verified answer; `code` is WeChat's error word without underscores, because both spellings occur. */
interface Answer {
  /** Whether this is the first host that was asked: after one that broke off, nobody knows what that one did. */
  first: boolean
  status: number
  code: string
  body: unknown
}

const parsed = <S extends v.GenericSchema>(schema: S, text: string): v.InferOutput<S> => {
  try {
    return v.parse(schema, JSON.parse(text))
  } catch {
    throw new NotVerified('form')
  }
}

/** WeChat Pay API v3, JSAPI, direct merchant (pay.weixin.qq.com/doc/v3/merchant). Own client: every answer is verified on its bytes. */
@Injectable()
export class WechatPay implements PaymentProvider {
  readonly merchant: string
  private readonly signature: WechatSignature

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {
    const { mchid, merchantSerial, merchantKey, apiV3Key, platformKeys } = config.wechat
    this.merchant = mchid
    this.signature = new WechatSignature(mchid, merchantSerial, merchantKey, apiV3Key, platformKeys)
  }

  createBody({ outTradeNo, totalFen, openId, timeExpire, description }: CreateRequest): string {
    return JSON.stringify({
      appid: this.config.wechat.appid,
      mchid: this.merchant,
      description,
      out_trade_no: outTradeNo,
      time_expire: iso(timeExpire).replace(/\.\d{3}/, ''),
      notify_url: `${this.config.publicUrl}/notify/wechat`,
      amount: { total: totalFen, currency: 'CNY' },
      payer: { openid: openId },
    })
  }

  async create(body: string): Promise<Created> {
    const answer = await this.ask('POST', '/v3/pay/transactions/jsapi', body)
    if (!answer) return { kind: 'unknown' }
    const prepaid = answer.status === 200 ? v.safeParse(Prepaid, answer.body) : undefined
    if (prepaid?.success) return { kind: 'prepared', prepayId: prepaid.output.prepay_id }
    if (answer.code === 'ORDERPAID') return { kind: 'paid' }
    // OUT_TRADE_NO_USED says that the number exists there, perhaps by our own earlier call: the query decides (C4)
    if (
      answer.first &&
      answer.status >= 400 &&
      answer.status < 500 &&
      ['PARAMERROR', 'NOAUTH', 'APPIDMCHIDNOTMATCH', 'MCHNOTEXISTS', 'INVALIDREQUEST'].includes(answer.code)
    )
      return { kind: 'rejected', code: answer.code }
    return { kind: 'unknown' }
  }

  ticket(prepayId: string): CashierTicket {
    return { provider: 'wechat', ...this.signature.cashier(this.config.wechat.appid, prepayId, this.clock.system()) }
  }

  async query(outTradeNo: string): Promise<Queried> {
    const answer = await this.ask('GET', `/v3/pay/transactions/out-trade-no/${outTradeNo}?mchid=${this.merchant}`)
    if (!answer) return { kind: 'unknown' }
    if (answer.status === 404 && answer.code === 'ORDERNOTEXIST') return { kind: 'not_exist' }
    const transaction = answer.status === 200 ? v.safeParse(Transaction, answer.body) : undefined
    // an answer that names another payment was signed for another question
    if (!transaction?.success || transaction.output.out_trade_no !== outTradeNo) return { kind: 'unknown' }
    switch (transaction.output.trade_state) {
      case 'SUCCESS':
      case 'REFUND': {
        const evidence = this.evidence(transaction.output)
        return evidence ? { kind: 'paid', evidence } : { kind: 'unknown' }
      }
      case 'CLOSED':
      case 'REVOKED':
        return { kind: 'closed' }
      default:
        return { kind: 'unpaid' } // NOTPAY, USERPAYING, PAYERROR: may still be paid (C9)
    }
  }

  async close(outTradeNo: string): Promise<Closed> {
    const answer = await this.ask('POST', `/v3/pay/transactions/out-trade-no/${outTradeNo}/close`, JSON.stringify({ mchid: this.merchant }))
    if (!answer) return 'unknown'
    if (answer.status === 204 || answer.code === 'ORDERCLOSED') return 'closed'
    if (answer.code === 'ORDERPAID') return 'paid'
    return answer.status === 404 && answer.code === 'ORDERNOTEXIST' ? 'not_exist' : 'unknown'
  }

  readNotification(headers: HeaderBag, raw: Buffer): Notified {
    this.signature.verify(headers, raw, this.clock.system())
    const envelope = parsed(Envelope, raw.toString('utf8'))
    const text = this.signature.open(envelope.resource)
    if (envelope.event_type !== 'TRANSACTION.SUCCESS') return { notifyId: envelope.id, outTradeNo: parsed(NamedOrder, text).out_trade_no }
    const transaction = parsed(Transaction, text)
    const payment = transaction.trade_state === 'SUCCESS' ? this.evidence(transaction) : undefined
    return { notifyId: envelope.id, outTradeNo: transaction.out_trade_no, ...(payment && { payment }) }
  }

  private evidence({
    appid,
    mchid,
    out_trade_no,
    transaction_id,
    success_time,
    amount,
  }: v.InferOutput<typeof Transaction>): PaidEvidence | undefined {
    if (!transaction_id || !success_time || !amount) return undefined
    return {
      provider: 'wechat',
      merchant: this.merchant,
      outTradeNo: out_trade_no,
      transactionId: transaction_id,
      totalFen: amount.total, // not payer_total: a coupon pays part of it (N6)
      isOurs: appid === this.config.wechat.appid && mchid === this.merchant && amount.currency === 'CNY',
      paidAt: instantOf(success_time),
    }
  }

  /** One call; undefined when nothing is known: no answer, not verified, or a server error. The second host is tried when the first cannot be reached (C11). */
  private async ask(method: 'GET' | 'POST', path: string, body = ''): Promise<Answer | undefined> {
    for (const base of this.config.wechat.payBases) {
      try {
        const response = await fetch(base + path, {
          method,
          signal: AbortSignal.timeout(TIMEOUT_MS),
          headers: {
            accept: 'application/json',
            authorization: this.signature.authorization(method, path, body, this.clock.system()),
            'wechatpay-serial': this.signature.preferredSerial,
            ...(body && { 'content-type': 'application/json' }),
          },
          ...(body && { body }),
        })
        const text = Buffer.from(await response.arrayBuffer())
        if (response.status >= 500 || response.status === 429) return undefined
        this.signature.verify(Object.fromEntries(response.headers), text, this.clock.system())
        const content: unknown = text.length === 0 ? {} : JSON.parse(text.toString('utf8'))
        const { code } = v.parse(ErrorWord, content)
        return { first: base === this.config.wechat.payBases[0], status: response.status, code: code.replaceAll('_', ''), body: content }
      } catch (error) {
        if (error instanceof NotVerified || error instanceof SyntaxError || error instanceof v.ValiError) return undefined
        // not reached or no answer in time: what was sent may have arrived, and is the same at the other host
      }
    }
    return undefined
  }
}
