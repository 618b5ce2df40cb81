import { randomInt } from 'node:crypto'
import { beijing } from './clock.ts'
import { jsonAnswer, Refusal } from './exchange.ts'
import type { Answer, Call, Json } from './exchange.ts'
import { canonical, Fields } from './fields.ts'
import { userKey } from './world.ts'
import type { Trade, World } from './world.ts'
import { fen, yuan } from './yuan.ts'

export const invalid = 'ACQ.INVALID_PARAMETER'
export const acq = (code: string, message: string) => new Refusal(400, `ACQ.${code}`, message)
const units: Record<string, number> = { m: 60_000, h: 3_600_000, d: 86_400_000 }
const day = 86_400_000

/** The buyer's account is shown masked, as in every answer of Alipay. */
export const logonId = '159****5620'

/** The trade as it is now: an unpaid one is closed by the passing of its time, without a request and without a notification. */
export function current(world: World, trade: Trade): Trade {
  if (trade.status !== 'WAIT_BUYER_PAY' || trade.expiresAt > world.clock.now()) return trade
  return world.trades.put(trade.number, { ...trade, status: 'TRADE_CLOSED', closedAt: trade.expiresAt })
}

export function findTrade(world: World, number: string | undefined, tradeNo: string | undefined): Trade {
  // When both numbers are given, Alipay goes by trade_no.
  const found = tradeNo === undefined ? world.trades.get(number ?? '') : world.trades.all().find((trade) => trade.tradeNo === tradeNo)
  if (!found) throw acq('TRADE_NOT_EXIST', '交易不存在')
  return current(world, found)
}

/** By the fields of a JSON body. */
export function namedTrade(world: World, fields: Fields): Trade {
  const number = fields.optionalText('out_trade_no', { max: 64 })
  const tradeNo = fields.optionalText('trade_no', { max: 64 })
  if (number === undefined && tradeNo === undefined) throw fields.refuse('out_trade_no', '与 trade_no 不能同时为空')
  return findTrade(world, number, tradeNo)
}

function expiry(world: World, fields: Fields): number {
  const now = world.clock.now()
  const at = fields.optionalText('time_expire', { pattern: /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/ })
  if (at !== undefined) {
    const time = Date.parse(`${at.replace(' ', 'T')}+08:00`)
    if (!(time > now && time <= now + 15 * day)) throw fields.refuse('time_expire', '不在 1 分钟至 15 天之内')
    return time
  }
  const span = fields.optionalText('timeout_express', { pattern: /^([1-9]\d*[mhd]|1c)$/ })
  if (span === undefined) return now + 15 * day
  // 1c: until midnight in Beijing.
  if (span === '1c') return Math.ceil((now + 8 * units['h']!) / day) * day - 8 * units['h']!
  const time = Number(span.slice(0, -1)) * (units[span.slice(-1)] ?? 0)
  if (time > 15 * day) throw fields.refuse('timeout_express', '超过 15 天')
  return now + time
}

function notifyUrl(fields: Fields): string | undefined {
  const url = fields.optionalText('notify_url', { max: 256 })
  if (url !== undefined && !/^https?:\/\//.test(url)) throw fields.refuse('notify_url', '格式不正确')
  return url
}

function readBuyer(world: World, fields: Fields): string {
  const buyer = fields.optionalText('op_buyer_open_id') ?? fields.optionalText('buyer_open_id') ?? fields.text('buyer_id')
  if (fields.has('op_buyer_open_id') && fields.text('op_app_id') !== world.credentials.alipay.appId)
    throw fields.refuse('op_app_id', '与应用不一致')
  if (!world.users.get(userKey('alipay', buyer))) throw acq('BUYER_NOT_EXIST', '买家不存在')
  return buyer
}

/**
 * Create a trade to be paid with my.tradePay. The same number with the same content gives the same trade_no.
 * @see https://opendocs.alipay.com/open-v3/09d1et_alipay.trade.create
 */
export function create(world: World, call: Call): Answer {
  const fields = Fields.parse(call.body, invalid)
  const number = fields.text('out_trade_no', { pattern: /^\w{1,64}$/ })
  const subject = fields.text('subject', { max: 256, pattern: /^[^/=&]+$/ })
  const total = fen(fields.values['total_amount'])
  if (total === undefined || total < 1 || total > 10_000_000_000)
    throw fields.refuse('total_amount', '应在 0.01 与 100000000 之间，精确到分')
  const seller = fields.optionalText('seller_id')
  if (seller !== undefined && seller !== world.credentials.alipay.sellerId) throw acq('ACCESS_FORBIDDEN', '无权限使用接口')
  fields.optionalText('passback_params', { max: 512 })
  if (fields.has('op_buyer_open_id') && fields.text('product_code') !== 'JSAPI_PAY') throw fields.refuse('product_code', '应为 JSAPI_PAY')
  const url = notifyUrl(fields)
  const buyer = readBuyer(world, fields)
  const expiresAt = expiry(world, fields)
  const { time_expire: _, timeout_express: __, ...request } = fields.values
  const existing = world.trades.get(number)
  if (existing) return again(current(world, existing), buyer, request)
  const tradeNo = `${beijing(world.clock.now()).slice(0, 10).replaceAll('-', '')}22001${Array.from({ length: 15 }, () => randomInt(10)).join('')}`
  world.trades.put(number, {
    number,
    tradeNo,
    request,
    buyer,
    subject,
    total,
    createdAt: world.clock.now(),
    expiresAt,
    status: 'WAIT_BUYER_PAY',
    refunds: [],
    ...(url === undefined ? {} : { notifyUrl: url }),
  })
  return jsonAnswer(200, { out_trade_no: number, trade_no: tradeNo })
}

function again(trade: Trade, buyer: string, request: Json): Answer {
  if (trade.status === 'TRADE_SUCCESS') throw acq('TRADE_HAS_SUCCESS', '交易已被支付')
  if (trade.status === 'TRADE_CLOSED') throw acq('TRADE_HAS_CLOSE', '交易已经关闭')
  if (trade.buyer !== buyer) throw acq('TRADE_BUYER_NOT_MATCH', '交易买家不匹配')
  if (canonical(trade.request) !== canonical(request)) throw acq('CONTEXT_INCONSISTENT', '交易信息被篡改')
  return jsonAnswer(200, { out_trade_no: trade.number, trade_no: trade.tradeNo })
}

/** POST today, GET in older Java SDKs. @see https://opendocs.alipay.com/open-v3/09d1ex_alipay.trade.query */
export function query(world: World, call: Call): Answer {
  const values = call.method === 'GET' ? new Fields(Object.fromEntries(call.query), invalid) : Fields.parse(call.body, invalid)
  const trade = namedTrade(world, values)
  const paid =
    trade.paidAt === undefined
      ? {}
      : { send_pay_date: beijing(trade.paidAt), receipt_amount: yuan(trade.total), buyer_pay_amount: yuan(trade.total) }
  return jsonAnswer(200, {
    trade_no: trade.tradeNo,
    out_trade_no: trade.number,
    buyer_logon_id: logonId,
    buyer_open_id: trade.buyer,
    trade_status: trade.status,
    total_amount: yuan(trade.total),
    ...paid,
  })
}

/** Only an unpaid trade can be closed. @see https://opendocs.alipay.com/open-v3/09d1ez_alipay.trade.close */
export function close(world: World, call: Call): Answer {
  const trade = namedTrade(world, Fields.parse(call.body, invalid))
  if (trade.status !== 'WAIT_BUYER_PAY') throw acq('REASON_TRADE_STATUS_INVALID', '交易状态不合法')
  world.trades.put(trade.number, { ...trade, status: 'TRADE_CLOSED', closedAt: world.clock.now() })
  return jsonAnswer(200, { trade_no: trade.tradeNo, out_trade_no: trade.number })
}
