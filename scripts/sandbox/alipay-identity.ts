import { randomBytes } from 'node:crypto'
import { jsonAnswer, Refusal } from './exchange.ts'
import type { Answer, Call } from './exchange.ts'
import { documentTypes, hasPassed } from './face.ts'
import { Fields } from './fields.ts'
import { userKey } from './world.ts'
import type { World } from './world.ts'

const day = 86_400_000

/** @see https://opendocs.alipay.com/open-v3/05h5zg (alipay.system.oauth.token) */
export function oauthToken(world: World, call: Call): Answer {
  const fields = Fields.parse(call.body, 'isv.grant-type-invalid')
  if (fields.text('grant_type') !== 'authorization_code') throw new Refusal(400, 'isv.grant-type-invalid', 'grant_type参数不正确')
  const code = world.codes.get(`alipay:${fields.optionalText('code') ?? ''}`)
  if (!code || code.used || code.expiresAt <= world.clock.now()) throw new Refusal(400, 'isv.code-invalid', '授权码code无效')
  world.codes.put(`alipay:${code.code}`, { ...code, used: true })
  const token = `authusrB${randomBytes(16).toString('hex')}`
  world.tokens.put(token, { token, kind: 'user', user: code.user, scope: code.scope, expiresAt: world.clock.now() + 15 * day })
  // An application registered today is given open_id and no user_id.
  return jsonAnswer(200, {
    open_id: code.user,
    access_token: token,
    expires_in: 15 * 86_400,
    refresh_token: `authusrB${randomBytes(16).toString('hex')}`,
    re_expires_in: 30 * 86_400,
    auth_start: new Date(world.clock.now()).toISOString(),
  })
}

/** cert_type as Alipay numbers it. A number given for the simulated user is passed on as it is. */
const certTypes: Record<string, string> = {
  IDENTITY_CARD: '0',
  PASSPORT: '1',
  HOME_VISIT_PERMIT_HK_MC: '11',
  HOME_VISIT_PERMIT_TAIWAN: '8',
  RESIDENCE_PERMIT_TAIWAN: '13',
  RESIDENCE_PERMIT_HK_MC: '14',
  FOREIGN_PERMANENT_RESIDENT: '16',
}

/** auth_token comes in the query (Java SDK) or in the body (Node SDK). @see https://opendocs.alipay.com/open-v3/b6702530_alipay.user.info.share */
export function userInfo(world: World, call: Call): Answer {
  const inBody = Fields.parse(call.body, 'invalid-auth-token').optionalText('auth_token')
  const token = world.tokens.get(call.query.get('auth_token') ?? inBody ?? '')
  if (token?.kind !== 'user' || token.expiresAt <= world.clock.now()) throw new Refusal(401, 'invalid-auth-token', '无效的访问令牌')
  if (token.scope !== 'auth_user') throw new Refusal(403, 'insufficient-user-permissions', '用户权限不足')
  const user = world.users.get(userKey('alipay', token.user ?? ''))
  if (!user) throw new Refusal(401, 'invalid-auth-token', '无效的访问令牌')
  const type = user.documentType ?? 'IDENTITY_CARD'
  return jsonAnswer(200, {
    open_id: user.id,
    is_certified: user.certified ? 'T' : 'F',
    ...(user.certified ? { user_name: user.name, cert_no: user.documentNumber, cert_type: certTypes[type] ?? type } : {}),
  })
}

/** @see https://opendocs.alipay.com/open-v3/bc28b8e2_alipay.user.certify.open.initialize */
export function certifyInitialize(world: World, call: Call): Answer {
  const fields = Fields.parse(call.body, 'INVALID_PARAMETER')
  const number = fields.text('outer_order_no', { pattern: /^[0-9a-zA-Z]{1,32}$/ })
  fields.text('biz_code', { pattern: /^(FACE|CERT_PHOTO|CERT_PHOTO_FACE|SMART_FACE)$/ })
  const identity = fields.object('identity_param')
  identity.text('identity_type', { pattern: /^CERT_INFO$/ })
  const type = identity.text('cert_type')
  if (!documentTypes.includes(type)) throw identity.refuse('cert_type', '不支持')
  fields.object('merchant_config').text('return_url')
  if (world.faces.all().some((face) => face.host === 'alipay' && face.number === number)) {
    throw fields.refuse('outer_order_no', '重复')
  }
  const id = randomBytes(16).toString('hex')
  const face = { host: 'alipay', id, number, type, name: identity.text('cert_name'), document: identity.text('cert_no') } as const
  world.faces.put(id, { ...face, expiresAt: world.clock.now() + day })
  return jsonAnswer(200, { certify_id: id })
}

/** @see https://opendocs.alipay.com/open-v3/alipay.user.certify.open.query */
export function certifyQuery(world: World, id: string): Answer {
  const face = world.faces.get(id)
  if (face?.host !== 'alipay') throw new Refusal(400, 'CERTIFY_ID_NOT_EXIST', '认证不存在')
  return jsonAnswer(200, { passed: hasPassed(world, face) ? 'T' : 'F' })
}
