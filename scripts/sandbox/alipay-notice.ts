import { sign } from 'node:crypto'
import { sortedPairs } from './alipay-signature.ts'
import { beijing } from './clock.ts'
import type { Json } from './exchange.ts'
import type { Notification, Trade, World } from './world.ts'
import { fen, yuan } from './yuan.ts'

/** The parameters that tell of a paid trade; amounts in yuan. */
export function paymentContent(world: World, trade: Trade): Json {
  const { appId, sellerId } = world.credentials.alipay
  const passback = trade.request['passback_params']
  return {
    notify_type: 'trade_status_sync',
    app_id: appId,
    auth_app_id: appId,
    charset: 'utf-8',
    version: '1.0',
    trade_no: trade.tradeNo,
    out_trade_no: trade.number,
    buyer_open_id: trade.buyer,
    buyer_logon_id: '159****5620',
    seller_id: sellerId,
    subject: trade.subject,
    trade_status: 'TRADE_SUCCESS',
    total_amount: yuan(trade.total),
    receipt_amount: yuan(trade.total),
    buyer_pay_amount: yuan(trade.total),
    point_amount: '0.00',
    invoice_amount: yuan(trade.total),
    gmt_create: beijing(trade.createdAt),
    gmt_payment: beijing(trade.paidAt ?? trade.createdAt),
    ...(passback === undefined ? {} : { passback_params: passback }),
  }
}

const plusOne = (amount: unknown) => yuan((fen(amount) ?? 0) + 1)

function altered(content: Json, flaw: string | undefined): Json {
  if (flaw === 'wrong_amount') return { ...content, total_amount: plusOne(content['total_amount']) }
  if (flaw === 'wrong_currency') return { ...content, trans_currency: 'USD' }
  if (flaw === 'wrong_appid') return { ...content, app_id: '2021000000000000', auth_app_id: '2021000000000000' }
  if (flaw === 'wrong_mchid') return { ...content, seller_id: '2088000000000000' }
  return content
}

function signed(world: World, parameters: Map<string, string>, flaw: string | undefined): URLSearchParams {
  const text = sortedPairs(parameters, ['sign', 'sign_type'])
  const stranger = flaw === 'wrong_serial'
  const key = stranger ? world.credentials.wechat.platformCertificate.privateKey : world.credentials.alipay.alipayPrivateKey
  const message = Buffer.from(flaw === 'wrong_signature' ? `${text}&x=1` : text)
  const form = new URLSearchParams([...parameters])
  form.set('sign_type', flaw === 'rsa_sha1' ? 'RSA' : 'RSA2')
  form.set('sign', sign(flaw === 'rsa_sha1' ? 'sha1' : 'sha256', message, key).toString('base64'))
  if (flaw === 'tampered_ciphertext') form.set('total_amount', plusOne(form.get('total_amount')))
  return form
}

/**
 * One request of a notification: notify_id is the same in every repetition, notify_time and the signature are not.
 * The signature is over the sorted pairs without sign and sign_type.
 * @see https://opendocs.alipay.com/open/203/105286 (异步通知说明)
 */
export function alipayNotice(world: World, notification: Notification, flaw?: string): { headers: Record<string, string>; body: string } {
  const content = altered(notification.content, flaw)
  const parameters = new Map(Object.entries(content).map(([name, value]) => [name, String(value)]))
  const age = flaw === 'stale_timestamp' ? 600_000 : 0
  parameters.set('notify_id', notification.id)
  parameters.set('notify_time', beijing(world.clock.now() - age))
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8', accept: '*/*', 'user-agent': 'Mozilla/4.0' },
    body: signed(world, parameters, flaw).toString(),
  }
}
