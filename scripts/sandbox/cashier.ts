import { verify } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { paymentContent } from './alipay-notice.ts'
import { findTrade } from './alipay-trade.ts'
import { Refusal } from './exchange.ts'
import type { Json } from './exchange.ts'
import type { Courier } from './notification.ts'
import { orderId, transaction } from './wechatpay-order.ts'
import { userKey } from './world.ts'
import type { Trade, Wallet, WechatOrder, World } from './world.ts'

/** What the host's client tells the mini-program: wx.requestPayment's errMsg, or my.tradePay's resultCode. */
export type Outcome = { result: 'ok' | 'cancel' | 'fail'; errMsg?: string; resultCode?: string; memo?: string }

/** Why the cashier cannot take the payment. */
class Declined extends Error {}

const text = (body: Json, name: string) => (typeof body[name] === 'string' ? body[name] : '')

/**
 * wx.requestPayment: the parameters must be signed by the merchant, over appId, timeStamp, nonceStr and package.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791898 (小程序调起支付)
 */
export function wechatOrder(world: World, body: Json): WechatOrder {
  const { merchantPublicKey } = world.credentials.wechat
  const prepay = /^prepay_id=(\w+)$/.exec(text(body, 'package'))?.[1]
  const message = `${text(body, 'appId')}\n${text(body, 'timeStamp')}\n${text(body, 'nonceStr')}\n${text(body, 'package')}\n`
  const signature = Buffer.from(text(body, 'paySign'), 'base64')
  if (body['signType'] !== 'RSA' || !verify('sha256', Buffer.from(message), merchantPublicKey, signature))
    throw new Declined('支付验证签名失败')
  const order = world.orders.all().find((one) => one.prepays.some(({ id }) => id === prepay))
  const made = order?.prepays.find(({ id }) => id === prepay)?.createdAt ?? 0
  if (!order || world.clock.now() - made > 2 * 3_600_000) throw new Declined('prepay_id 无效')
  if (text(body, 'appId') !== order.appid) throw new Declined('appId 与下单时不一致')
  return order
}

export const alipayTrade = (world: World, body: Json): Trade => findTrade(world, undefined, text(body, 'tradeNO'))

function payWechat(world: World, courier: Courier, number: string, coupon: number): void {
  const order = world.orders.get(number)
  if (!order || order.state === 'CLOSED') throw new Declined('订单已关闭')
  if (order.state === 'SUCCESS') throw new Declined('订单已支付')
  if (order.expiresAt <= world.clock.now()) throw new Declined('订单已过期')
  const paid = world.orders.put(number, {
    ...order,
    state: 'SUCCESS',
    transactionId: orderId(),
    payerTotal: Math.max(order.total - coupon, 0),
    paidAt: world.clock.now(),
  })
  courier.notify({
    host: 'wechat',
    event: 'payment',
    order: number,
    url: paid.notifyUrl,
    signedWith: paid.signedWith,
    content: transaction(world, paid),
  })
}

function payAlipay(world: World, courier: Courier, number: string): void {
  const trade = findTrade(world, number, undefined)
  if (trade.status !== 'WAIT_BUYER_PAY') throw new Declined('交易已关闭或已支付')
  const paid = world.trades.put(number, { ...trade, status: 'TRADE_SUCCESS', paidAt: world.clock.now() })
  if (paid.notifyUrl === undefined) return
  courier.notify({
    host: 'alipay',
    event: 'payment',
    order: number,
    url: paid.notifyUrl,
    signedWith: 'publicKey',
    content: paymentContent(world, paid),
  })
}

const told = (host: Wallet, result: Outcome['result'], why: string): Outcome => {
  if (host === 'wechat') {
    const errMsg = { ok: 'requestPayment:ok', cancel: 'requestPayment:fail cancel', fail: `requestPayment:fail ${why}` }
    return { result, errMsg: errMsg[result] }
  }
  return { result, resultCode: { ok: '9000', cancel: '6001', fail: '4000' }[result], memo: why }
}

/**
 * The person pays. With `delayMs` the password screen stands open meanwhile, and the order can be closed, or not, under their hands;
 * with `coupon` (fen, WeChat) a part is paid by a coupon.
 */
export async function pay(world: World, courier: Courier, host: Wallet, body: Json): Promise<Outcome> {
  try {
    const order = host === 'wechat' ? wechatOrder(world, body) : alipayTrade(world, body)
    const payer = 'payer' in order ? order.payer : order.buyer
    const user = text(body, 'user') || payer
    if (!world.users.get(userKey(host, user))) throw new Refusal(404, 'NOT_FOUND', '没有这个用户')
    if (user !== payer) throw new Declined('不是下单的用户')
    if (typeof body['delayMs'] === 'number') {
      world.passwordScreens.add(order.number)
      await setTimeout(body['delayMs']).finally(() => world.passwordScreens.delete(order.number))
    }
    if (host === 'wechat') payWechat(world, courier, order.number, Number(body['coupon'] ?? 0))
    else payAlipay(world, courier, order.number)
    return told(host, 'ok', '')
  } catch (error) {
    if (error instanceof Declined) return told(host, 'fail', error.message)
    if (error instanceof Refusal && error.code.startsWith('ACQ.')) return told(host, 'fail', error.message)
    throw error
  }
}

export const cancelled = (host: Wallet): Outcome => told(host, 'cancel', '用户取消')
