import { certifyInitialize, certifyQuery, oauthToken, userInfo } from './alipay-identity.ts'
import { cancel, queryRefund, refund } from './alipay-refund.ts'
import { signAnswer, verifyPage, verifyRequest } from './alipay-signature.ts'
import { close, create, query } from './alipay-trade.ts'
import { jsonAnswer, Refusal, route } from './exchange.ts'
import type { Answer, Call, Host } from './exchange.ts'
import { Fields } from './fields.ts'
import type { Courier } from './notification.ts'
import { Nonces } from './wechatpay-signature.ts'
import type { World } from './world.ts'

/**
 * alipay.user.certify.open.certify is the one page of the identity service: it has no REST path, the merchant builds its v2 URL
 * (alipay-sdk: `pageExec(…, { method: 'GET', bizContent: { certify_id } })`) and the wallet opens it.
 */
function certifyPage(world: World, call: Call): Answer {
  verifyPage(world, call.query)
  if (call.query.get('method') !== 'alipay.user.certify.open.certify') throw new Refusal(400, 'isv.invalid-method', '不存在的方法名')
  const id = Fields.parse(call.query.get('biz_content') ?? '', 'isv.invalid-parameter').text('certify_id')
  const face = new URLSearchParams({ host: 'alipay', id })
  const back = call.query.get('return_url')
  if (back) face.set('return', back)
  return { status: 302, headers: { location: `/face?${face.toString()}` }, body: '' }
}

/**
 * Alipay's v3 REST gateway below `endpoint`. alipay-sdk 4.14 with `endpoint: 'http://…/alipay'` asks `/alipay/v3/alipay/…`; it signs
 * `/v3/alipay/…` when there is no `query` and `/alipay/v3/alipay/…?…` when there is one. Both are accepted, so the prefix works.
 */
export function alipay(world: World, courier: Courier): Host {
  const nonces = new Nonces()
  const api = '^/v3/alipay'
  const routes = [
    ['POST', new RegExp(`${api}/system/oauth/token$`), (call: Call) => oauthToken(world, call)],
    ['POST', new RegExp(`${api}/user/info/share$`), (call: Call) => userInfo(world, call)],
    ['POST', new RegExp(`${api}/user/certify/open/initialize$`), (call: Call) => certifyInitialize(world, call)],
    ['GET', new RegExp(`${api}/user/certify/open/query$`), (call: Call) => certifyQuery(world, call.query.get('certify_id') ?? '')],
    [
      'POST',
      new RegExp(`${api}/user/certify/open/query$`),
      (call: Call) => certifyQuery(world, Fields.parse(call.body, 'INVALID_PARAMETER').text('certify_id')),
    ],
    ['POST', new RegExp(`${api}/trade/create$`), (call: Call) => create(world, call)],
    ['POST', new RegExp(`${api}/trade/query$`), (call: Call) => query(world, call)],
    ['GET', new RegExp(`${api}/trade/query$`), (call: Call) => query(world, call)],
    ['POST', new RegExp(`${api}/trade/close$`), (call: Call) => close(world, call)],
    ['POST', new RegExp(`${api}/trade/cancel$`), (call: Call) => cancel(world, courier, call)],
    ['POST', new RegExp(`${api}/trade/refund$`), (call: Call) => refund(world, courier, call)],
    ['POST', new RegExp(`${api}/trade/fastpay/refund/query$`), (call: Call) => queryRefund(world, call)],
    ['GET', new RegExp(`${api}/trade/fastpay/refund/query$`), (call: Call) => queryRefund(world, call)],
  ] as const
  return {
    answer(call) {
      if (call.method === 'GET' && call.path === '/gateway.do') return certifyPage(world, call)
      verifyRequest(world, nonces, call)
      return route(routes, call)
    },
    refuse: ({ status, code, message }) =>
      jsonAnswer(status, { code, message, links: [{ desc: '解决方案', link: 'https://opendocs.alipay.com/open-v3/054fcv' }] }),
    sign: (answer, call, flaw) => (call.path === '/gateway.do' ? answer : signAnswer(world, answer, flaw)),
  }
}
