import { createHash, randomBytes } from 'node:crypto'
import { jsonAnswer, Refusal, route } from './exchange.ts'
import type { Answer, Call, Host, Json } from './exchange.ts'
import { Fields } from './fields.ts'
import { judge } from './face.ts'
import type { Token, World } from './world.ts'

const hours = 3_600_000
const no = (code: number, message: string) => new Refusal(200, String(code), message)

function application(world: World, appid: unknown, secret: unknown): void {
  if (appid !== world.credentials.wechat.appid) throw no(40013, 'invalid appid')
  if (secret !== world.credentials.wechat.secret) throw no(40125, 'invalid appsecret')
}

/** @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html */
function session(world: World, call: Call): Answer {
  application(world, call.query.get('appid'), call.query.get('secret'))
  if (call.query.get('grant_type') !== 'authorization_code') throw no(40002, 'invalid grant_type')
  const code = world.codes.get(`wechat:${call.query.get('js_code') ?? ''}`)
  if (!code || code.expiresAt <= world.clock.now()) throw no(40029, 'invalid code')
  if (code.used) throw no(40163, 'code been used')
  world.codes.put(`wechat:${code.code}`, { ...code, used: true })
  const answer = jsonAnswer(200, { session_key: randomBytes(16).toString('base64'), openid: code.user })
  // The real endpoint says text/plain although it sends JSON.
  return { ...answer, headers: { 'content-type': 'text/plain' } }
}

const fresh = (world: World, kind: Token['kind'], ms: number): Token => {
  const token = `80_${randomBytes(66).toString('base64url')}`
  return world.tokens.put(token, { token, kind, expiresAt: world.clock.now() + ms })
}

const tokenAnswer = (world: World, { token, expiresAt }: Token) =>
  jsonAnswer(200, { access_token: token, expires_in: Math.floor((expiresAt - world.clock.now()) / 1000) })

const living = (world: World, kind: Token['kind']) =>
  world.tokens.all().filter((token) => token.kind === kind && token.expiresAt > world.clock.now())

/**
 * The same token for everyone who asks, until it is about to expire; force_refresh makes a new one and ends the old one at once.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getStableAccessToken.html
 */
function stableToken(world: World, call: Call): Answer {
  const { values } = Fields.parse(call.body, '47001')
  application(world, values['appid'], values['secret'])
  if (values['grant_type'] !== 'client_credential') throw no(40002, 'invalid grant_type')
  const current = living(world, 'stable')
  if (values['force_refresh'] === true) {
    for (const token of current) world.tokens.put(token.token, { ...token, expiresAt: world.clock.now() })
  }
  // Five minutes before its end the platform changes to a new token, and both are good meanwhile.
  const lasting = values['force_refresh'] === true ? undefined : current.find((token) => token.expiresAt > world.clock.now() + 300_000)
  return tokenAnswer(world, lasting ?? fresh(world, 'stable', 2 * hours))
}

/**
 * A new token for each call; the one before it lives on for five minutes at most.
 * @see https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/mp-access-token/getAccessToken.html
 */
function plainToken(world: World, call: Call): Answer {
  application(world, call.query.get('appid'), call.query.get('secret'))
  if (call.query.get('grant_type') !== 'client_credential') throw no(40002, 'invalid grant_type')
  for (const token of living(world, 'plain')) {
    world.tokens.put(token.token, { ...token, expiresAt: Math.min(token.expiresAt, world.clock.now() + 300_000) })
  }
  return tokenAnswer(world, fresh(world, 'plain', 2 * hours))
}

function authorized(world: World, call: Call): Fields {
  const token = call.query.get('access_token')
  if (!token) throw no(41001, 'access_token missing')
  const known = world.tokens.get(token)
  const valid = known !== undefined && known.kind !== 'user' && known.expiresAt > world.clock.now()
  if (!valid) throw no(40001, 'invalid credential, access_token is invalid or not latest')
  return Fields.parse(call.body, '47001')
}

/**
 * Begins a face check of a named person on behalf of one openid.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/face/api_getverifyid.html
 */
function verifyId(world: World, call: Call): Answer {
  const fields = authorized(world, call)
  const info = fields.object('cert_info')
  if (info.text('cert_type') !== 'IDENTITY_CARD') throw no(40097, 'invalid args: cert_type')
  const openid = fields.text('openid')
  if (!world.users.get(`wechat:${openid}`)) throw no(40003, 'invalid openid')
  const number = fields.text('out_seq_no')
  if (world.faces.all().some((face) => face.host === 'wechat' && face.number === number))
    throw no(40097, 'invalid args: out_seq_no repeated')
  const id = randomBytes(48).toString('base64url')
  world.faces.put(id, {
    host: 'wechat',
    id,
    number,
    type: 'IDENTITY_CARD',
    name: info.text('cert_name'),
    document: info.text('cert_no'),
    user: openid,
    expiresAt: world.clock.now() + hours,
  })
  return jsonAnswer(200, { errcode: 0, errmsg: 'ok', verify_id: id, expires_in: 3600 })
}

const b64 = (text: string) => Buffer.from(text).toString('base64')

/**
 * The verdict, only for the number, person and openid with which the check was begun.
 * @see https://developers.weixin.qq.com/miniprogram/dev/server/API/face/api_queryverifyinfo.html
 */
function verifyInfo(world: World, call: Call): Answer {
  const fields = authorized(world, call)
  const face = world.faces.get(fields.text('verify_id', { max: 256 }))
  const known = face?.host === 'wechat' && face.number === fields.text('out_seq_no') && face.user === fields.text('openid')
  if (!face || !known) throw no(40097, 'invalid args: verify_id')
  const text = `cert_type=${b64(face.type)}&cert_name=${b64(face.name)}&cert_no=${b64(face.document)}`
  const hash = createHash('sha256').update(text).digest('hex')
  if (fields.text('cert_hash') !== hash) throw no(40097, 'invalid args: cert_hash')
  return jsonAnswer(200, { errcode: 0, errmsg: 'ok', verify_ret: judge(world, face) })
}

/** api.weixin.qq.com: refusals come with status 200 and an errcode; nothing is signed. */
export function wechat(world: World): Host {
  const routes = [
    ['GET', /^\/sns\/jscode2session$/, (call: Call) => session(world, call)],
    ['POST', /^\/cgi-bin\/stable_token$/, (call: Call) => stableToken(world, call)],
    ['GET', /^\/cgi-bin\/token$/, (call: Call) => plainToken(world, call)],
    ['POST', /^\/cityservice\/face\/identify\/getverifyid$/, (call: Call) => verifyId(world, call)],
    ['POST', /^\/cityservice\/face\/identify\/queryverifyinfo$/, (call: Call) => verifyInfo(world, call)],
  ] as const
  return {
    answer: (call) => route(routes, call),
    refuse({ status, code, message }) {
      const rid = `${randomBytes(4).toString('hex')}-${randomBytes(4).toString('hex')}`
      const known = /^-?\d+$/.test(code)
      const body: Json = { errcode: known ? Number(code) : 40066, errmsg: `${message} rid: ${rid}` }
      return jsonAnswer(known && status < 500 ? 200 : status, body)
    },
    sign: (answer) => answer,
  }
}
