import { X509Certificate } from 'node:crypto'
import { rfc3339 } from './clock.ts'
import { jsonAnswer, route } from './exchange.ts'
import type { Answer, Call, Host } from './exchange.ts'
import type { Courier } from './notification.ts'
import { close, create, queryById, queryByNumber } from './wechatpay-order.ts'
import { queryRefund, refund } from './wechatpay-refund.ts'
import { Nonces, seal, signAnswer, verifyRequest } from './wechatpay-signature.ts'
import type { World } from './world.ts'

/** @see https://pay.weixin.qq.com/doc/v3/merchant/4012551764 (下载平台证书) */
function certificates(world: World): Answer {
  const { serial, certificate } = world.credentials.wechat.platformCertificate
  const { validFrom, validTo } = new X509Certificate(certificate)
  return jsonAnswer(200, {
    data: [
      {
        serial_no: serial,
        effective_time: rfc3339(Date.parse(validFrom)),
        expire_time: rfc3339(Date.parse(validTo)),
        encrypt_certificate: seal(world, certificate, 'certificate'),
      },
    ],
  })
}

/** WeChat Pay API v3: every request is verified before anything else, every answer is signed, refusals included. */
export function wechatPay(world: World, courier: Courier): Host {
  const nonces = new Nonces()
  const routes = (['direct', 'partner'] as const).flatMap((mode) => {
    const root = `^/v3/pay/${mode === 'partner' ? 'partner/' : ''}transactions`
    return [
      ['POST', new RegExp(`${root}/jsapi$`), (call: Call) => create(world, call, mode)],
      ['GET', new RegExp(`${root}/out-trade-no/([^/]+)$`), (call: Call, number: string) => queryByNumber(world, call, number, mode)],
      ['GET', new RegExp(`${root}/id/([^/]+)$`), (call: Call, id: string) => queryById(world, call, id, mode)],
      ['POST', new RegExp(`${root}/out-trade-no/([^/]+)/close$`), (call: Call, number: string) => close(world, call, number, mode)],
    ] as const
  })
  const others = [
    ['POST', /^\/v3\/refund\/domestic\/refunds$/, (call: Call) => refund(world, courier, call)],
    ['GET', /^\/v3\/refund\/domestic\/refunds\/([^/]+)$/, (_: Call, number: string) => queryRefund(world, number)],
    ['GET', /^\/v3\/certificates$/, () => certificates(world)],
  ] as const
  return {
    answer(call) {
      verifyRequest(world, nonces, call)
      return route([...routes, ...others], call)
    },
    refuse: ({ status, code, message }) => jsonAnswer(status, { code, message }),
    sign: (answer, call, flaw) => signAnswer(world, answer, call, flaw),
  }
}
