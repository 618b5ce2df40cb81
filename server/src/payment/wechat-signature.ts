import {
  createDecipheriv,
  createPrivateKey,
  createPublicKey,
  randomBytes,
  sign,
  verify,
  X509Certificate,
  type KeyObject,
} from 'node:crypto'
import { NotVerified } from './provider.ts'

/** How far a signed message's time may be from ours: the bound of WeChat's own SDKs, here also for notifications. */
const SKEW_MS = 300_000

export type HeaderBag = Readonly<Record<string, string | string[] | undefined>>

/** Signatures of WeChat Pay API v3 (SHA256-RSA2048) and its AES-256-GCM resources. */
export class WechatSignature {
  private readonly merchantKey: KeyObject
  private readonly platformKeys: ReadonlyMap<string, KeyObject>
  private readonly apiV3Key: Buffer
  /** The key that answers are asked to be signed with: a public key id goes before certificates, as new merchants have no others. */
  readonly preferredSerial: string

  constructor(
    private readonly mchid: string,
    private readonly merchantSerial: string,
    merchantKey: string,
    apiV3Key: string,
    platformKeys: Readonly<Record<string, string>>,
  ) {
    this.merchantKey = createPrivateKey(merchantKey)
    this.apiV3Key = Buffer.from(apiV3Key)
    if (this.apiV3Key.length !== 32) throw new Error('WECHAT_API_V3_KEY must have 32 characters')
    this.platformKeys = new Map(
      Object.entries(platformKeys).map(([serial, pem]) => [
        serial,
        pem.includes('CERTIFICATE') ? new X509Certificate(pem).publicKey : createPublicKey(pem),
      ]),
    )
    const serials = [...this.platformKeys.keys()]
    const preferred = serials.find((serial) => serial.startsWith('PUB_KEY_ID_')) ?? serials[0]
    if (!preferred) throw new Error('WECHAT_PLATFORM_KEYS_FILE names no key: no answer of WeChat Pay could be verified')
    this.preferredSerial = preferred
  }

  private signLines(...lines: string[]): string {
    return sign('sha256', Buffer.from(`${lines.join('\n')}\n`), this.merchantKey).toString('base64')
  }

  /** Authorization header of a request: five lines, each ended by LF, also when the body is empty. `now` in milliseconds. */
  authorization(method: string, pathAndQuery: string, body: string, now: number): string {
    const timestamp = String(Math.floor(now / 1000))
    const nonce = randomBytes(16).toString('hex')
    const signature = this.signLines(method, pathAndQuery, timestamp, nonce, body)
    return `WECHATPAY2-SHA256-RSA2048 mchid="${this.mchid}",nonce_str="${nonce}",timestamp="${timestamp}",serial_no="${this.merchantSerial}",signature="${signature}"`
  }

  /** Parameters of wx.requestPayment, signed over appId, time, nonce and package. */
  cashier(
    appId: string,
    prepayId: string,
    now: number,
  ): { appId: string; timeStamp: string; nonceStr: string; package: string; signType: 'RSA'; paySign: string } {
    const [timeStamp, nonceStr, pack] = [String(Math.floor(now / 1000)), randomBytes(16).toString('hex'), `prepay_id=${prepayId}`]
    return { appId, timeStamp, nonceStr, package: pack, signType: 'RSA', paySign: this.signLines(appId, timeStamp, nonceStr, pack) }
  }

  /** Verifies an answer or a notification on its exact bytes; throws NotVerified. `now` in milliseconds. */
  verify(headers: HeaderBag, body: Buffer, now: number): void {
    const header = (name: string): string => String(headers[`wechatpay-${name}`] ?? '')
    const [serial, timestamp, nonce, signature] = [header('serial'), header('timestamp'), header('nonce'), header('signature')]
    if (!/^\d{1,12}$/.test(timestamp) || Math.abs(Number(timestamp) * 1000 - now) >= SKEW_MS) throw new NotVerified('stale')
    const key = this.platformKeys.get(serial)
    if (!key) throw new NotVerified('unknown serial')
    const text = Buffer.concat([Buffer.from(`${timestamp}\n${nonce}\n`), body, Buffer.from('\n')])
    if (!verify('sha256', text, key, Buffer.from(signature, 'base64'))) throw new NotVerified('signature')
  }

  /** Opens a resource; the tag is checked, so a changed amount does not open. Throws NotVerified. */
  open(resource: { ciphertext: string; nonce: string; associated_data: string }): string {
    const data = Buffer.from(resource.ciphertext, 'base64')
    if (data.length < 16) throw new NotVerified('ciphertext')
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.apiV3Key, Buffer.from(resource.nonce), { authTagLength: 16 })
        .setAAD(Buffer.from(resource.associated_data))
        .setAuthTag(data.subarray(data.length - 16))
      return Buffer.concat([decipher.update(data.subarray(0, data.length - 16)), decipher.final()]).toString('utf8')
    } catch {
      throw new NotVerified('tag')
    }
  }
}
