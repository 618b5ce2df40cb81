import { randomBytes, sign, verify } from 'node:crypto'
import { Refusal } from './exchange.ts'
import type { Answer, Call, SignatureFlaw } from './exchange.ts'
import type { World } from './world.ts'
import type { Nonces } from './wechatpay-signature.ts'

const window = 5 * 60_000
const refuse = (code: string, message: string) => new Refusal(401, code, message)

/**
 * Checks `Authorization: ALIPAY-SHA256withRSA app_id=…,nonce=…,timestamp=…,sign=…`: the part before `,sign=` as it was sent, then
 * method, path with query, body and, when there is one, the app_auth_token, each followed by a line feed.
 * @see https://opendocs.alipay.com/open-v3/054q58 (签名方式)
 */
export function verifyRequest(world: World, nonces: Nonces, call: Call): void {
  const { alipay } = world.credentials
  const [, authString = '', signature = ''] = /^ALIPAY-SHA256withRSA (.+),sign=([^,]+)$/.exec(call.headers.authorization ?? '') ?? []
  if (authString === '') throw refuse('missing-signature', '缺少签名参数')
  const fields = new Map(authString.split(',').map((pair) => pair.split('=', 2) as [string, string]))
  if (fields.get('app_id') !== alipay.appId) throw refuse('invalid-app-id', '无效的AppID参数')
  const timestamp = fields.get('timestamp') ?? ''
  if (!/^\d{13}$/.test(timestamp) || Math.abs(Number(timestamp) - world.clock.now()) > window)
    throw refuse('invalid-timestamp', '非法的时间戳参数')
  const nonce = fields.get('nonce')
  if (!nonce) throw refuse('missing-nonce', '缺少随机串')
  const token = call.headers['alipay-app-auth-token']
  const covered = call.targets.some((target) => {
    const message = `${authString}\n${call.method}\n${target}\n${call.body}\n${typeof token === 'string' ? `${token}\n` : ''}`
    return verify('sha256', Buffer.from(message), alipay.appPublicKey, Buffer.from(signature, 'base64'))
  })
  if (!covered) throw refuse('invalid-signature', '无效签名')
  if (!nonces.isNew(nonce, world.clock.now())) throw refuse('replayed-request', '随机串重复')
}

/** @see https://opendocs.alipay.com/open-v3/054d0z (验签) */
export function signAnswer(world: World, answer: Answer, flaw?: SignatureFlaw): Answer {
  const trace = { 'alipay-trace-id': randomBytes(16).toString('hex') }
  if (flaw === 'unsigned') return { ...answer, headers: { ...answer.headers, ...trace } }
  const timestamp = String(world.clock.now() - (flaw === 'stale_timestamp' ? 2 * window : 0))
  const nonce = randomBytes(16).toString('hex')
  const message = `${timestamp}\n${nonce}\n${flaw === 'wrong_signature' ? `${answer.body} ` : answer.body}\n`
  // There is no serial in public-key mode: what a wrong serial means here is an answer signed by a key that is not Alipay's.
  const stranger = flaw === 'wrong_serial'
  const key = stranger ? world.credentials.wechat.platformCertificate.privateKey : world.credentials.alipay.alipayPrivateKey
  const headers = {
    'alipay-timestamp': timestamp,
    'alipay-nonce': nonce,
    'alipay-signature': sign('sha256', Buffer.from(message), key).toString('base64'),
    ...(stranger ? { 'alipay-sn': randomBytes(16).toString('hex') } : {}),
  }
  return { ...answer, headers: { ...answer.headers, ...trace, ...headers } }
}

/** `k=v` pairs sorted by name, without `sign`, empty values left out: what v2 page requests and notifications are signed over. */
export const sortedPairs = (parameters: Iterable<readonly [string, string]>, except: readonly string[]) =>
  [...parameters]
    .filter(([name, value]) => !except.includes(name) && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')

/** The v2 page request that alipay-sdk's `pageExec` builds. @see https://opendocs.alipay.com/common/02khjm */
export function verifyPage(world: World, query: URLSearchParams): void {
  const { appId, appPublicKey } = world.credentials.alipay
  if (query.get('app_id') !== appId) throw refuse('isv.invalid-app-id', '无效的AppID参数')
  const signature = Buffer.from(query.get('sign') ?? '', 'base64')
  const message = Buffer.from(sortedPairs(query, ['sign']))
  if (query.get('sign_type') !== 'RSA2' || !verify('sha256', message, appPublicKey, signature)) {
    throw refuse('isv.invalid-signature', '无效签名')
  }
}
