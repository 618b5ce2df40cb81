import { randomInt } from 'node:crypto'
import { rfc3339 } from './clock.ts'
import { jsonAnswer, Refusal } from './exchange.ts'
import type { Answer, Call, Json } from './exchange.ts'
import { canonical, Fields } from './fields.ts'
import type { Courier } from './notification.ts'
import { readNotifyUrl } from './wechatpay-order.ts'
import type { WechatOrder, WechatRefund, World } from './world.ts'

const processing = 5_000
const betweenRefunds = 60_000
const year = 365 * 86_400_000

/** The refund as the API shows it; the notification has other names for some of it. */
function shown(order: WechatOrder, refund: WechatRefund): Json {
  const success = refund.finishedAt === undefined ? {} : { success_time: rfc3339(refund.finishedAt) }
  return {
    refund_id: refund.refundId,
    out_refund_no: refund.number,
    transaction_id: order.transactionId,
    out_trade_no: order.number,
    channel: 'ORIGINAL',
    user_received_account: '支付用户零钱',
    ...(refund.status === 'SUCCESS' ? success : {}),
    create_time: rfc3339(refund.createdAt),
    status: refund.status,
    funds_account: 'AVAILABLE',
    amount: {
      total: order.total,
      refund: refund.amount,
      payer_total: order.payerTotal,
      payer_refund: Math.min(refund.amount, order.payerTotal ?? 0),
      settlement_refund: refund.amount,
      settlement_total: order.total,
      discount_refund: 0,
      currency: 'CNY',
    },
  }
}

function paidOrder(world: World, fields: Fields): WechatOrder {
  const id = fields.optionalText('transaction_id', { max: 32 })
  const number = fields.optionalText('out_trade_no', { max: 32 })
  if (id === undefined && number === undefined) throw fields.refuse('transaction_id', '与 out_trade_no 不能同时为空')
  const order = id === undefined ? world.orders.get(number ?? '') : world.orders.all().find((one) => one.transactionId === id)
  if (!order) throw new Refusal(404, 'RESOURCE_NOT_EXISTS', '订单不存在')
  const sub = order.mode === 'partner' ? order.request['sub_mchid'] : undefined
  if (fields.optionalText('sub_mchid') !== sub) throw fields.refuse('sub_mchid', '与订单不一致')
  if (order.state !== 'SUCCESS') throw new Refusal(400, 'INVALID_REQUEST', '订单未支付，不能退款')
  return order
}

function limits(world: World, order: WechatOrder, amount: number): void {
  const now = world.clock.now()
  const earlier = world.refunds.all().filter((refund) => refund.order === order.number)
  // An ABNORMAL refund still holds its money: it is to be finished by hand, not asked for again under another number.
  const refunded = earlier.reduce((sum, refund) => sum + refund.amount, 0)
  if (refunded + amount > order.total) throw new Refusal(400, 'INVALID_REQUEST', '申请退款金额超过订单可退金额')
  if (now - (order.paidAt ?? 0) > year) throw new Refusal(400, 'TRADE_OVERDUE', '订单已经超过可退款的最大期限')
  if (earlier.length >= 50) throw new Refusal(400, 'INVALID_REQUEST', '订单退款次数超过 50 次')
  const last = Math.max(0, ...earlier.map((refund) => refund.createdAt))
  if (now - last < betweenRefunds / world.clock.scale) throw new Refusal(429, 'FREQUENCY_LIMITED', '同一订单两次退款应间隔 1 分钟以上')
}

/**
 * Refund: the answer only accepts it; the same out_refund_no refunds once.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791903 (退款申请)
 */
export function refund(world: World, courier: Courier, call: Call): Answer {
  const fields = Fields.parse(call.body, 'PARAM_ERROR')
  const number = fields.text('out_refund_no', { pattern: /^[0-9a-zA-Z_\-|*@]{1,64}$/ })
  fields.optionalText('reason', { max: 80 })
  const url = fields.has('notify_url') ? readNotifyUrl(fields) : undefined
  const order = paidOrder(world, fields)
  const amount = fields.object('amount')
  const asked = amount.whole('refund', 1)
  if (amount.whole('total', 1) !== order.total) throw amount.refuse('total', '与原订单金额不一致')
  if (amount.text('currency') !== 'CNY') throw amount.refuse('currency', '只支持 CNY')
  const existing = world.refunds.get(number)
  if (existing) {
    if (canonical(existing.request) !== canonical(fields.values))
      throw new Refusal(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致')
    return jsonAnswer(200, shown(order, existing))
  }
  limits(world, order, asked)
  const made = world.refunds.put(number, {
    number,
    order: order.number,
    request: fields.values,
    refundId: `50300${Array.from({ length: 24 }, () => randomInt(10)).join('')}`,
    amount: asked,
    createdAt: world.clock.now(),
    status: 'PROCESSING',
    outcome: call.fault === 'refund_abnormal' ? 'ABNORMAL' : call.fault === 'refund_stuck' ? 'stuck' : 'SUCCESS',
    finishAt: world.clock.after(processing),
    ...(url === undefined ? {} : { notifyUrl: url }),
  })
  finishLater(world, courier, made)
  return jsonAnswer(200, shown(order, made))
}

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791904 (查询单笔退款) */
export function queryRefund(world: World, number: string): Answer {
  const found = world.refunds.get(number)
  const order = found && world.orders.get(found.order)
  if (!found || !order) throw new Refusal(404, 'RESOURCE_NOT_EXISTS', '退款单不存在')
  return jsonAnswer(200, shown(order, found))
}

function finish(world: World, courier: Courier, number: string): void {
  const found = world.refunds.get(number)
  const order = found && world.orders.get(found.order)
  if (!found || !order || found.status !== 'PROCESSING' || found.outcome === 'stuck') return
  const done = world.refunds.put(number, { ...found, status: found.outcome, finishedAt: world.clock.now() })
  if (done.notifyUrl === undefined) return
  const { mchid, sp_mchid, sub_mchid } = order.request
  courier.notify({
    host: 'wechat',
    event: 'refund',
    order: order.number,
    url: done.notifyUrl,
    signedWith: order.signedWith,
    content: {
      ...(order.mode === 'direct' ? { mchid } : { sp_mchid, sub_mchid }),
      out_trade_no: order.number,
      transaction_id: order.transactionId,
      out_refund_no: done.number,
      refund_id: done.refundId,
      refund_status: done.status,
      ...(done.status === 'SUCCESS' ? { success_time: rfc3339(done.finishedAt ?? 0) } : {}),
      user_received_account: '支付用户零钱',
      amount: {
        total: order.total,
        refund: done.amount,
        payer_total: order.payerTotal,
        payer_refund: Math.min(done.amount, order.payerTotal ?? 0),
      },
    },
  })
}

/** The bank takes a while. Called again for every unfinished refund at a restart. */
export function finishLater(world: World, courier: Courier, made: WechatRefund): void {
  world.agenda.at(made.finishAt, () => finish(world, courier, made.number))
}
