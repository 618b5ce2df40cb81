import { randomBytes, randomInt } from 'node:crypto'
import { rfc3339 } from './clock.ts'
import { jsonAnswer, Refusal } from './exchange.ts'
import type { Answer, Call, Json } from './exchange.ts'
import { canonical, Fields } from './fields.ts'
import { askedKey } from './wechatpay-signature.ts'
import { userKey } from './world.ts'
import type { WechatOrder, World } from './world.ts'

const day = 86_400_000
const param = 'PARAM_ERROR'
export const outTradeNo = /^[0-9a-zA-Z_\-|*]{6,32}$/

type Mode = WechatOrder['mode']

export const orderId = () => `42000${Array.from({ length: 23 }, () => randomInt(10)).join('')}`

export function readNotifyUrl(fields: Fields): string {
  const url = fields.text('notify_url', { max: 255 })
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  // Production demands HTTPS; the stand-in also calls plain HTTP, but only on this machine.
  const local = parsed?.protocol === 'http:' && ['127.0.0.1', 'localhost'].includes(parsed.hostname)
  if (!parsed || !(parsed.protocol === 'https:' || local)) throw fields.refuse('notify_url', '应为 https 地址')
  if (parsed.search !== '' || url.includes('?')) throw fields.refuse('notify_url', '不能携带参数')
  return url
}

function expiry(world: World, fields: Fields): number {
  const text = fields.optionalText('time_expire', { pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(Z|[+-]\d\d:\d\d)$/ })
  const now = world.clock.now()
  if (text === undefined) return now + 7 * day
  const time = Date.parse(text)
  if (!(time <= now + 90 * day)) throw fields.refuse('time_expire', '超过 90 天')
  if (time <= now) throw fields.refuse('time_expire', '早于当前时间')
  return Math.max(time, now + 60_000)
}

type Party = { appid: string; payer: string }

function readDirect(world: World, fields: Fields): Party {
  const { appid, mchid } = world.credentials.wechat
  if (fields.text('mchid') !== mchid) throw new Refusal(400, param, '商户号与签名商户号不一致')
  if (fields.text('appid') !== appid) throw new Refusal(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配')
  return { appid, payer: fields.object('payer').text('openid', { max: 128 }) }
}

function readPartner(world: World, fields: Fields): Party {
  const { appid, mchid } = world.credentials.wechat
  if (fields.text('sp_mchid') !== mchid) throw new Refusal(400, param, '服务商户号与签名商户号不一致')
  if (fields.text('sp_appid') !== appid) throw new Refusal(400, 'APPID_MCHID_NOT_MATCH', 'sp_appid和sp_mchid不匹配')
  fields.text('sub_mchid', { pattern: /^\d{1,32}$/ })
  const payer = fields.object('payer')
  const subOpenid = payer.optionalText('sub_openid', { max: 128 })
  if (subOpenid === undefined) return { appid, payer: payer.text('sp_openid', { max: 128 }) }
  return { appid: fields.text('sub_appid'), payer: subOpenid }
}

function prepay(world: World, order: WechatOrder): Answer {
  const id = `wx${rfc3339(world.clock.now()).replace(/\D/g, '').slice(0, 14)}${randomBytes(11).toString('hex')}`
  world.orders.put(order.number, { ...order, prepays: [...order.prepays, { id, createdAt: world.clock.now() }] })
  return jsonAnswer(200, { prepay_id: id })
}

function again(world: World, order: WechatOrder, request: Json, mode: Mode): Answer {
  if (order.state === 'SUCCESS') throw new Refusal(400, 'ORDER_PAID', '该订单已支付')
  if (order.state === 'CLOSED') throw new Refusal(400, 'ORDER_CLOSED', '该订单已关闭')
  if (order.mode !== mode) throw new Refusal(403, 'OUT_TRADE_NO_USED', '商户订单号重复')
  if (canonical(request) !== canonical(order.request)) throw new Refusal(400, 'INVALID_REQUEST', '请求重入时，参数与首次请求时不一致')
  if (order.expiresAt <= world.clock.now()) throw new Refusal(400, 'INVALID_REQUEST', '订单已过支付截止时间，请更换商户订单号')
  return prepay(world, order)
}

/**
 * JSAPI create. The same number with the same parameters gives a new prepay_id for the same order; time_expire counts only the first time.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791897 and, for partners, https://pay.weixin.qq.com/doc/v3/partner/4012759974
 */
export function create(world: World, call: Call, mode: Mode): Answer {
  const fields = Fields.parse(call.body, param)
  const party = mode === 'direct' ? readDirect(world, fields) : readPartner(world, fields)
  const number = fields.text('out_trade_no', { pattern: outTradeNo })
  const description = fields.text('description', { max: 127 })
  fields.optionalText('attach', { max: 128 })
  const url = readNotifyUrl(fields)
  const amount = fields.object('amount')
  const total = amount.whole('total', 1)
  if ((amount.optionalText('currency') ?? 'CNY') !== 'CNY') throw amount.refuse('currency', '只支持 CNY')
  const expiresAt = expiry(world, fields)
  const { time_expire: _, ...request } = fields.values
  const existing = world.orders.get(number)
  if (existing) return again(world, existing, request, mode)
  if (!world.users.get(userKey('wechat', party.payer))) throw new Refusal(400, param, '无效的openid')
  return prepay(world, {
    ...party,
    number,
    mode,
    request,
    description,
    total,
    notifyUrl: url,
    createdAt: world.clock.now(),
    expiresAt,
    prepays: [],
    state: 'NOTPAY',
    signedWith: askedKey(world, call),
  })
}

const descriptions = { SUCCESS: '支付成功', REFUND: '转入退款', NOTPAY: '订单未支付', CLOSED: '订单已关闭' }

/** The order as queries and payment notifications show it: amounts in fen, `payer_total` less than `total` when a coupon was used. */
export function transaction(world: World, order: WechatOrder): Json {
  const { request } = order
  const refunded = world.refunds.all().some((refund) => refund.order === order.number)
  const state = order.state === 'SUCCESS' && refunded ? 'REFUND' : order.state
  const ids =
    order.mode === 'direct'
      ? { appid: request['appid'], mchid: request['mchid'] }
      : { sp_appid: request['sp_appid'], sp_mchid: request['sp_mchid'], sub_appid: request['sub_appid'], sub_mchid: request['sub_mchid'] }
  const common = { ...ids, out_trade_no: order.number, trade_state: state, trade_state_desc: descriptions[state] }
  if (order.state !== 'SUCCESS') return { ...common, amount: { total: order.total, currency: 'CNY' } }
  return {
    ...common,
    transaction_id: order.transactionId,
    trade_type: 'JSAPI',
    bank_type: 'OTHERS',
    attach: request['attach'] ?? '',
    success_time: rfc3339(order.paidAt ?? 0),
    payer: request['payer'],
    amount: { total: order.total, payer_total: order.payerTotal, currency: 'CNY', payer_currency: 'CNY' },
  }
}

function own(world: World, call: Call, mode: Mode): void {
  const name = mode === 'direct' ? 'mchid' : 'sp_mchid'
  if (call.query.get(name) !== world.credentials.wechat.mchid) throw new Refusal(400, param, `${name} 不能为空或与签名商户号不一致`)
  if (mode === 'partner' && !call.query.get('sub_mchid')) throw new Refusal(400, param, 'sub_mchid 不能为空')
}

function shown(world: World, call: Call, mode: Mode, order: WechatOrder | undefined): Answer {
  const other = order?.mode === 'partner' && order.request['sub_mchid'] !== call.query.get('sub_mchid')
  if (!order || order.mode !== mode || other) throw new Refusal(404, 'ORDER_NOT_EXIST', '订单不存在')
  return jsonAnswer(200, transaction(world, order))
}

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012791900 (商户订单号查询订单) */
export function queryByNumber(world: World, call: Call, number: string, mode: Mode): Answer {
  own(world, call, mode)
  return shown(world, call, mode, world.orders.get(number))
}

/** Only paid orders have a transaction_id. @see https://pay.weixin.qq.com/doc/v3/merchant/4012791899 (微信支付订单号查询订单) */
export function queryById(world: World, call: Call, id: string, mode: Mode): Answer {
  own(world, call, mode)
  return shown(
    world,
    call,
    mode,
    world.orders.all().find((order) => order.transactionId === id),
  )
}

/**
 * Close. While the payer is on the password screen the answer is FREQUENCY_LIMITED and the order stays payable.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791901 (关闭订单)
 */
export function close(world: World, call: Call, number: string, mode: Mode): Answer {
  const fields = Fields.parse(call.body, param)
  const name = mode === 'direct' ? 'mchid' : 'sp_mchid'
  if (fields.text(name) !== world.credentials.wechat.mchid) throw new Refusal(400, param, '商户号与签名商户号不一致')
  const order = world.orders.get(number)
  if (!order || order.mode !== mode) throw new Refusal(404, 'ORDER_NOT_EXIST', '订单不存在')
  if (order.state === 'SUCCESS') throw new Refusal(400, 'ORDER_PAID', '该订单已支付')
  if (order.state === 'CLOSED') throw new Refusal(400, 'ORDER_CLOSED', '订单已关闭，无法重复关闭')
  if (world.passwordScreens.has(number)) throw new Refusal(429, 'FREQUENCY_LIMITED', '用户支付中，请稍后再试')
  world.orders.put(number, { ...order, state: 'CLOSED' })
  return { status: 204, headers: {}, body: '' }
}
