import { createCipheriv, randomBytes, randomUUID, sign } from 'node:crypto'
import type { TestApplication } from './application.ts'

/** A notification as it goes over the wire. A test alters what it wants to be wrong. */
export interface Notice {
  headers: Record<string, string>
  body: string
}

export const newTransactionId = (): string => `4200${Date.now()}${randomBytes(6).readUIntBE(0, 6)}`
const beijing = (time: number): string => new Date(time + 8 * 3_600_000).toISOString().slice(0, 19)

/** The resource of a WeChat Pay notification that tells of a success, in the clear. */
export const wechatSuccess = ({ secrets }: TestApplication, outTradeNo: string, totalFen: number, more: object = {}): object => ({
  appid: secrets.wechat.appid,
  mchid: secrets.wechat.mchid,
  out_trade_no: outTradeNo,
  trade_state: 'SUCCESS',
  transaction_id: newTransactionId(),
  success_time: `${beijing(Date.now())}+08:00`,
  amount: { total: totalFen, payer_total: totalFen, currency: 'CNY' },
  ...more,
})

/** AES-256-GCM as WeChat Pay seals a resource. */
export const sealWechat = (
  key: string,
  content: object,
  associated = 'transaction',
): { ciphertext: string; nonce: string; associated_data: string } => {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(associated))
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content)), cipher.final(), cipher.getAuthTag()])
  return { ciphertext: sealed.toString('base64'), nonce, associated_data: associated }
}

/** The body of a WeChat Pay notification. */
export const wechatBody = (on: TestApplication, content: object, more: object = {}): string =>
  JSON.stringify({
    id: randomUUID(),
    create_time: `${beijing(Date.now())}+08:00`,
    resource_type: 'encrypt-resource',
    event_type: 'TRANSACTION.SUCCESS',
    summary: '支付成功',
    resource: { original_type: 'transaction', algorithm: 'AEAD_AES_256_GCM', ...sealWechat(on.secrets.wechat.apiV3Key, content) },
    ...more,
  })

/** The body signed as it is, by the platform's public-key pair or by its certificate. */
export const signWechat = (
  { secrets }: TestApplication,
  body: string,
  by: 'publicKey' | 'certificate' = 'publicKey',
  ageMs = 0,
): Notice => {
  const { platformPublicKey, platformCertificate } = secrets.wechat
  const [serial, key] =
    by === 'publicKey' ? [platformPublicKey.id, platformPublicKey.privateKey] : [platformCertificate.serial, platformCertificate.privateKey]
  const [timestamp, nonce] = [String(Math.floor((Date.now() - ageMs) / 1000)), randomBytes(16).toString('hex')]
  const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), key).toString('base64')
  const headers = {
    'content-type': 'application/json',
    'wechatpay-serial': serial,
    'wechatpay-timestamp': timestamp,
    'wechatpay-nonce': nonce,
    'wechatpay-signature': signature,
  }
  return { headers, body }
}

/** The parameters of an Alipay notification that tells of a success. */
export const alipaySuccess = (
  { secrets }: TestApplication,
  outTradeNo: string,
  yuan: string,
  more: Record<string, string> = {},
): Record<string, string> => ({
  notify_type: 'trade_status_sync',
  notify_id: randomBytes(16).toString('hex'),
  notify_time: beijing(Date.now()).replace('T', ' '),
  app_id: secrets.alipay.appId,
  charset: 'utf-8',
  version: '1.0',
  out_trade_no: outTradeNo,
  trade_no: newTransactionId(),
  trade_status: 'TRADE_SUCCESS',
  total_amount: yuan,
  seller_id: secrets.alipay.sellerId,
  gmt_payment: beijing(Date.now()).replace('T', ' '),
  ...more,
})

/** Signed over the sorted parameters: form V1 leaves sign_type out, form V2 keeps it. */
export const signAlipay = (
  { secrets }: TestApplication,
  parameters: Record<string, string>,
  { signType = 'RSA2', digest = 'sha256', form = 'V1' }: { signType?: string | undefined; digest?: string; form?: 'V1' | 'V2' } = {},
): Notice => {
  const all = { ...parameters, ...(signType !== '' && { sign_type: signType }) }
  const text = Object.entries(all)
    .filter(([name, value]) => value !== '' && (form === 'V2' || name !== 'sign_type'))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
  const signature = sign(digest, Buffer.from(text), secrets.alipay.alipayPrivateKey).toString('base64')
  return {
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ ...all, sign: signature }).toString(),
  }
}

/** The headers that sign an answer of Alipay's v3. */
export const signAlipayAnswer = ({ secrets }: TestApplication, body: string): Record<string, string> => {
  const [timestamp, nonce] = [String(Date.now()), randomBytes(16).toString('hex')]
  const signature = sign('sha256', Buffer.from(`${timestamp}\n${nonce}\n${body}\n`), secrets.alipay.alipayPrivateKey).toString('base64')
  return { 'alipay-timestamp': timestamp, 'alipay-nonce': nonce, 'alipay-signature': signature }
}
