import { beijing } from './clock.ts'
import { jsonAnswer } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { paymentContent } from './alipay-notice.ts'
import { acq, findTrade, invalid, logonId, namedTrade } from './alipay-trade.ts'
import { Fields } from './fields.ts'
import type { Courier } from './notification.ts'
import type { Trade, World } from './world.ts'
import { fen, yuan } from './yuan.ts'

const year = 365 * 86_400_000
const sum = (trade: Trade) => trade.refunds.reduce((total, refund) => total + refund.amount, 0)

/** Puts the refund down; a part of the money is announced to the payment's own notify_url, the whole of it is not announced at all. */
function give(world: World, courier: Courier, trade: Trade, number: string, amount: number, reason?: string): Trade {
  const now = world.clock.now()
  const refunds = [...trade.refunds, { number, amount, at: now, ...(reason === undefined ? {} : { reason }) }]
  const whole = sum(trade) + amount === trade.total
  const after = world.trades.put(trade.number, { ...trade, refunds, ...(whole ? { status: 'TRADE_CLOSED' as const, closedAt: now } : {}) })
  if (!whole && trade.notifyUrl !== undefined) {
    courier.notify({
      host: 'alipay',
      event: 'refund',
      order: trade.number,
      url: trade.notifyUrl,
      signedWith: 'publicKey',
      content: {
        ...paymentContent(world, after),
        refund_fee: yuan(sum(after)),
        gmt_refund: `${beijing(now)}.${now % 1000}`,
        out_biz_no: number,
      },
    })
  }
  return after
}

function shown(trade: Trade, fundChange: 'Y' | 'N'): Answer {
  // refund_fee is what has been refunded of the trade so far, not by this request.
  return jsonAnswer(200, {
    trade_no: trade.tradeNo,
    out_trade_no: trade.number,
    buyer_logon_id: logonId,
    buyer_open_id: trade.buyer,
    refund_fee: yuan(sum(trade)),
    fund_change: fundChange,
  })
}

/**
 * Refund. out_request_no makes it repeatable: the second time fund_change is N, and that is no failure.
 * @see https://opendocs.alipay.com/open-v3/09d1ey_alipay.trade.refund
 */
export function refund(world: World, courier: Courier, call: Call): Answer {
  const fields = Fields.parse(call.body, invalid)
  const trade = namedTrade(world, fields)
  const amount = fen(fields.values['refund_amount'])
  if (amount === undefined || amount < 1) throw acq('REASON_TRADE_REFUND_FEE_ERR', '退款金额无效')
  const number =
    fields.optionalText('out_request_no', { max: 64 }) ?? (amount === trade.total ? trade.number : fields.text('out_request_no'))
  const earlier = trade.refunds.find((one) => one.number === number)
  if (earlier) {
    if (earlier.amount !== amount) throw acq('DISCORDANT_REPEAT_REQUEST', '请求信息不一致')
    return shown(trade, 'N')
  }
  if (trade.paidAt === undefined) throw acq('TRADE_STATUS_ERROR', '交易状态不合法')
  if (sum(trade) + amount > trade.total) throw acq('REFUND_AMT_NOT_EQUAL_TOTAL', '退款金额超限')
  if (world.clock.now() - trade.paidAt > year) throw acq('TRADE_HAS_FINISHED', '交易已结束')
  return shown(give(world, courier, trade, number, amount, fields.optionalText('refund_reason', { max: 256 })), 'Y')
}

/** A refund that is not known gives an answer without refund_status. @see https://opendocs.alipay.com/open-v3/09d1ew_alipay.trade.fastpay.refund.query */
export function queryRefund(world: World, call: Call): Answer {
  const fields = call.method === 'GET' ? new Fields(Object.fromEntries(call.query), invalid) : Fields.parse(call.body, invalid)
  const number = fields.text('out_request_no', { max: 64 })
  const trade = namedTrade(world, fields)
  const found = trade.refunds.find((one) => one.number === number)
  if (!found) return jsonAnswer(200, {})
  const options = fields.values['query_options']
  const wantsTime = Array.isArray(options) && options.includes('gmt_refund_pay')
  return jsonAnswer(200, {
    trade_no: trade.tradeNo,
    out_trade_no: trade.number,
    out_request_no: number,
    total_amount: yuan(trade.total),
    refund_amount: yuan(found.amount),
    refund_status: 'REFUND_SUCCESS',
    ...(wantsTime ? { gmt_refund_pay: beijing(found.at) } : {}),
  })
}

/**
 * Cancel: closes an unpaid trade, but gives the money back for a paid one.
 * @see https://opendocs.alipay.com/open-v3/09d1f0_alipay.trade.cancel
 */
export function cancel(world: World, courier: Courier, call: Call): Answer {
  const trade = namedTrade(world, Fields.parse(call.body, invalid))
  const answer = (action?: 'close' | 'refund') =>
    jsonAnswer(200, { trade_no: trade.tradeNo, out_trade_no: trade.number, retry_flag: 'N', ...(action === undefined ? {} : { action }) })
  if (trade.status === 'WAIT_BUYER_PAY') {
    world.trades.put(trade.number, { ...trade, status: 'TRADE_CLOSED', closedAt: world.clock.now() })
    return answer('close')
  }
  if (trade.status === 'TRADE_CLOSED') return answer()
  if (trade.refunds.length > 0) throw acq('REASON_TRADE_REFUND_FEE_ERR', '退款金额无效')
  give(world, courier, findTrade(world, trade.number, undefined), trade.number, trade.total, '撤销')
  return answer('refund')
}
