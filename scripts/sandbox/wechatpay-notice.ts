import { rfc3339 } from './clock.ts'
import type { Json } from './exchange.ts'
import { isSignatureFlaw } from './fault.ts'
import { platformKey, seal, signatureHeaders } from './wechatpay-signature.ts'
import type { Notification, World } from './world.ts'

const summaries: Record<string, string> = {
  'TRANSACTION.SUCCESS': '支付成功',
  'REFUND.SUCCESS': '退款成功',
  'REFUND.ABNORMAL': '退款异常',
}

const replaced = (content: Json, names: string[], value: string): Json =>
  Object.fromEntries(Object.entries(content).map(([name, old]) => [name, names.includes(name) ? value : old]))

function altered(content: Json, flaw: string | undefined): Json {
  const amount = content['amount'] as { total: number; refund?: number }
  if (flaw === 'wrong_amount') {
    const { refund } = amount
    return { ...content, amount: { ...amount, total: amount.total + 1, ...(refund === undefined ? {} : { refund: refund + 1 }) } }
  }
  if (flaw === 'wrong_currency') return { ...content, amount: { ...amount, currency: 'USD' } }
  if (flaw === 'wrong_appid') return replaced(content, ['appid', 'sp_appid', 'sub_appid'], 'wx00000000deadbeef')
  if (flaw === 'wrong_mchid') return replaced(content, ['mchid', 'sp_mchid', 'sub_mchid'], '1900000001')
  return content
}

/** Another first character: the same length and still Base64. */
const tampered = (ciphertext: string) => `${ciphertext.startsWith('A') ? 'B' : 'A'}${ciphertext.slice(1)}`

/**
 * One request of a payment or refund notification: the id stays, everything else is made anew for each attempt.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012791902 (支付成功回调通知), https://pay.weixin.qq.com/doc/v3/merchant/4012791906 (退款结果回调通知)
 */
export function wechatPayNotice(
  world: World,
  notification: Notification,
  flaw?: string,
): { headers: Record<string, string>; body: string } {
  const type = notification.event === 'payment' ? 'TRANSACTION.SUCCESS' : `REFUND.${notification.content['refund_status'] as string}`
  const kind = notification.event === 'payment' ? 'transaction' : 'refund'
  const sealed = seal(world, JSON.stringify(altered(notification.content, flaw)), kind)
  const ciphertext = flaw === 'tampered_ciphertext' ? tampered(sealed.ciphertext) : sealed.ciphertext
  const body = JSON.stringify({
    id: notification.id,
    create_time: rfc3339(world.clock.now()),
    resource_type: 'encrypt-resource',
    event_type: type,
    summary: summaries[type],
    resource: { original_type: kind, ...sealed, ciphertext },
  })
  const key = platformKey(world, notification.signedWith)
  const signature = signatureHeaders(world, key, body, flaw !== undefined && isSignatureFlaw(flaw) ? flaw : undefined)
  return { headers: { 'content-type': 'application/json', accept: '*/*', 'user-agent': 'Mozilla/4.0', ...signature }, body }
}
