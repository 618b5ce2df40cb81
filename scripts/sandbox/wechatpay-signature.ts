import { createCipheriv, randomBytes, sign, verify } from 'node:crypto'
import { Refusal } from './exchange.ts'
import type { Answer, Call, SignatureFlaw } from './exchange.ts'
import type { World } from './world.ts'

const window = 5 * 60_000

/** Request nonces of the last minutes. They are not journalled: after a restart a replay of the same minute would pass. */
export class Nonces {
  readonly #seen = new Map<string, number>()

  isNew(nonce: string, now: number): boolean {
    for (const [old, time] of this.#seen) {
      if (now - time <= 2 * window) break
      this.#seen.delete(old)
    }
    if (this.#seen.has(nonce)) return false
    this.#seen.set(nonce, now)
    return true
  }
}

const refuse = (message: string) => new Refusal(401, 'SIGN_ERROR', message)

/**
 * Checks `Authorization: WECHATPAY2-SHA256-RSA2048 …` over METHOD, path with query, timestamp, nonce and body, each followed by a line feed.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365342 (签名生成)
 */
export function verifyRequest(world: World, nonces: Nonces, call: Call): void {
  const { wechat } = world.credentials
  const header = call.headers.authorization ?? ''
  if (!call.headers['user-agent'] || !call.headers.accept) throw new Refusal(400, 'PARAM_ERROR', 'Http头缺少Accept或User-Agent')
  if (!header.startsWith('WECHATPAY2-SHA256-RSA2048 ')) throw refuse('Http头Authorization认证类型不正确')
  const fields = new Map([...header.matchAll(/(\w+)="([^"]*)"/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
  const field = (name: string): string => {
    const value = fields.get(name)
    if (!value) throw refuse(`Http头Authorization缺少${name}`)
    return value
  }
  const [timestamp, nonce, signature] = [field('timestamp'), field('nonce_str'), field('signature')]
  if (field('mchid') !== wechat.mchid) throw refuse('商户号不存在')
  if (field('serial_no') !== wechat.merchantSerial) throw refuse('商户证书序列号有误')
  if (!/^\d+$/.test(timestamp) || Math.abs(Number(timestamp) * 1000 - world.clock.now()) > window) {
    throw refuse('Http头Authorization中的timestamp与发起请求的时间不得超过5分钟')
  }
  const covered = call.targets.some((target) => {
    const message = `${call.method}\n${target}\n${timestamp}\n${nonce}\n${call.body}\n`
    return verify('sha256', Buffer.from(message), wechat.merchantPublicKey, Buffer.from(signature, 'base64'))
  })
  if (!covered) throw refuse('错误的签名，验签失败')
  // After the signature, so that a stranger cannot use up the merchant's nonces.
  if (!nonces.isNew(nonce, world.clock.now())) throw refuse('Http头Authorization中的nonce_str重复')
}

type PlatformKey = { serial: string; privateKey: string }

export function platformKey(world: World, signedWith: 'certificate' | 'publicKey'): PlatformKey {
  const { platformCertificate, platformPublicKey } = world.credentials.wechat
  return signedWith === 'certificate' ? platformCertificate : { serial: platformPublicKey.id, privateKey: platformPublicKey.privateKey }
}

/** With which platform key the merchant asks to be answered: its Wechatpay-Serial header names a public key, or a certificate, or nothing. */
export function askedKey(world: World, call: Call): 'certificate' | 'publicKey' {
  const asked = call.headers['wechatpay-serial']
  if (typeof asked !== 'string' || !asked.startsWith('PUB_KEY_ID_')) return 'certificate'
  if (asked !== world.credentials.wechat.platformPublicKey.id)
    throw new Refusal(400, 'PARAM_ERROR', 'Wechatpay-Serial 不是本商户的平台公钥')
  return 'publicKey'
}

/**
 * The four headers that sign a body, for answers and notifications alike: timestamp, nonce and body, each followed by a line feed.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012365350 (签名验证)
 */
export function signatureHeaders(world: World, key: PlatformKey, body: string, flaw?: SignatureFlaw): Record<string, string> {
  if (flaw === 'unsigned') return {}
  const timestamp = Math.floor((world.clock.now() - (flaw === 'stale_timestamp' ? 2 * window : 0)) / 1000)
  const nonce = randomBytes(16).toString('hex')
  const message = `${timestamp}\n${nonce}\n${flaw === 'wrong_signature' ? `${body} ` : body}\n`
  return {
    'Wechatpay-Serial': flaw === 'wrong_serial' ? `7F${key.serial.replace(/\W|_/g, '').slice(-38)}` : key.serial,
    'Wechatpay-Nonce': nonce,
    'Wechatpay-Timestamp': String(timestamp),
    'Wechatpay-Signature': sign('sha256', Buffer.from(message), key.privateKey).toString('base64'),
    'Wechatpay-Signature-Type': 'WECHATPAY2-SHA256-RSA2048',
  }
}

export function signAnswer(world: World, answer: Answer, call: Call, flaw?: SignatureFlaw): Answer {
  const publicKey = call.headers['wechatpay-serial'] === world.credentials.wechat.platformPublicKey.id
  const key = platformKey(world, publicKey ? 'publicKey' : 'certificate')
  return { ...answer, headers: { ...answer.headers, ...signatureHeaders(world, key, answer.body, flaw) } }
}

export type Sealed = { algorithm: 'AEAD_AES_256_GCM'; nonce: string; associated_data: string; ciphertext: string }

/**
 * AES-256-GCM under the APIv3 key; the 16-byte tag follows the ciphertext.
 * @see https://pay.weixin.qq.com/doc/v3/merchant/4012071382 (证书和回调报文解密)
 */
export function seal(world: World, plain: string, associatedData: string): Sealed {
  const nonce = randomBytes(6).toString('hex')
  const cipher = createCipheriv('aes-256-gcm', world.credentials.wechat.apiV3Key, nonce).setAAD(Buffer.from(associatedData))
  const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
  return { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: associatedData, ciphertext: sealed.toString('base64') }
}
