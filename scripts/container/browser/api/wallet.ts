import type { Platform } from '../../bundle.ts'
import { HostError } from '../host-error.ts'
import { ask } from '../native.ts'
import type { Answer, Options, Work } from './call.ts'
import { text } from '../text.ts'

export interface Wallet {
  platform: Platform
  /** The user of the stand-ins whose phone this is. */
  user: string
  appId: string
}
type Host = 'wechat' | 'alipay'
interface Outcome {
  result: 'ok' | 'cancel' | 'fail'
  errMsg?: string
  resultCode?: string
  memo?: string
}

async function post<Reply>(path: string, body: object): Promise<Reply> {
  const answer = await fetch(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
  const reply = (await answer.json()) as Reply & { message?: string }
  if (!answer.ok) throw new HostError(reply.message ?? `the stand-in answered ${answer.status}`, -1)
  return reply
}

/** What the stand-in's own cashier page says of an order: who gets how much, or why nothing can be paid. */
async function described(ticket: Record<string, string>): Promise<string[]> {
  const answer = await fetch(`/cashier?${new URLSearchParams(ticket).toString()}`).catch(() => undefined)
  if (!answer?.ok) return []
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
  return [...page.querySelectorAll('p')].map((line) => line.textContent ?? '').filter((line) => line !== '')
}

/** The parts of a wallet that a mini-program meets: login, the look into the camera, the cashier. Only their screens are ours. */
export function wallet({ platform, user, appId }: Wallet): Record<string, Work> & { call?: never } {
  const host: Host = platform === 'weapp' ? 'wechat' : 'alipay'
  const code = (scope?: string) =>
    post<{ code: string }>('/sandbox/codes', { host, user, ...(scope && { scope }) }).then((reply) => reply.code)

  const face = async (id: string): Promise<'passed' | 'failed' | 'cancelled'> => {
    const chosen = await ask({
      screen: 'face',
      title: '刷脸认证',
      lines: ['模拟环境，不开摄像头'],
      choices: [
        { value: 'pass', label: '通过' },
        { value: 'fail', label: '不通过' },
        { value: 'cancel', label: '取消' },
      ],
    })
    if (chosen === 'cancel') return 'cancelled'
    const { passed } = await post<{ passed: boolean }>('/sandbox/face', { host, id, user, pass: chosen === 'pass' })
    return passed ? 'passed' : 'failed'
  }

  /** The sheet is there at once; what the order is, is written into it when the stand-in has answered. */
  const cashier = async (order: Record<string, string>): Promise<Outcome & { chosen: string }> => {
    const asking = ask({
      screen: 'cashier',
      title: host === 'wechat' ? '微信支付' : '支付宝收银台',
      lines: ['模拟环境，不会扣款'],
      choices: [
        { value: 'pay', label: '支付' },
        { value: 'cancel', label: '取消' },
        ...(host === 'alipay' ? [{ value: 'pending', label: '支付，结果稍后才知道' }] : []),
      ],
    })
    void described({ host, ...order }).then((lines) => {
      const sheet = document.querySelector('.native[data-screen="cashier"] p')
      if (sheet) sheet.textContent = lines.join('\n')
    })
    const chosen = await asking
    const outcome = await post<Outcome>(`/sandbox/cashier/${chosen === 'cancel' ? 'cancel' : 'pay'}`, { host, user, ...order })
    return { ...outcome, chosen }
  }

  const requestPayment: Work = async (options) => {
    const ticket = Object.fromEntries(
      ['timeStamp', 'nonceStr', 'package', 'signType', 'paySign'].map((name) => [name, text(options[name])] as const),
    )
    for (const [name, value] of Object.entries(ticket))
      if (value === '') throw new HostError(`requestPayment:fail parameter error: parameter.${name} should be String`, 1001)
    // the host signs for the mini-program that runs, whatever the page says
    const { result, errMsg = '' } = await cashier({ appId, ...ticket })
    if (result !== 'ok') throw new HostError(errMsg, result === 'cancel' ? -1 : 1)
  }

  const tradePay: Work = async (options) => {
    const tradeNO = text(options['tradeNO'])
    if (tradeNO === '') return { resultCode: '4000', memo: '参数错误' }
    const { resultCode = '4000', memo = '', chosen } = await cashier({ tradeNO })
    return { resultCode: chosen === 'pending' && resultCode === '9000' ? '8000' : resultCode, memo, result: '', extendInfo: {} }
  }

  const requestFacialVerify: Work = async (options) => {
    const outcome = await face(text(options['verifyId']))
    if (outcome === 'cancelled') throw new HostError('requestFacialVerify:fail user cancel', 90_002)
    if (outcome === 'failed') throw new HostError('requestFacialVerify:fail face mismatch', 10_004)
    return { errCode: 0, verifyResult: 'ok' }
  }

  if (platform === 'weapp')
    return { login: async () => ({ code: await code() }), checkSession: () => undefined, requestPayment, requestFacialVerify }
  return {
    getAuthCode: async (options) => {
      const scopes = options['scopes'] ?? 'auth_base'
      const scope = Array.isArray(scopes) ? scopes.join(',') : text(scopes)
      return { authCode: await code(scope), authErrorScopes: {}, authSuccessScopes: scope.split(',') }
    },
    tradePay,
    startAPVerify: async (options) => certified(await face(text(options['certifyId'])), text(options['certifyId'])),
  }
}

const certified = (outcome: 'passed' | 'failed' | 'cancelled', certifyId: string): Answer => ({
  resultStatus: { passed: '9000', failed: '4000', cancelled: '6001' }[outcome],
  result: { certifyId },
})

/** my.call('startBizService', { name: 'open-certify', param }): Alipay's older way to its face check, with one callback. */
export const startBizService = (startAPVerify: Work) => (options: Options, done: (answer: Answer) => void) => {
  const { certifyId = '' } = JSON.parse(text(options['param']) || '{}') as { certifyId?: string }
  void Promise.resolve(startAPVerify({ certifyId })).then((answer) => setTimeout(() => done(answer ?? {})))
}
