import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import * as v from 'valibot'
import { Clock } from '../clock.ts'
import { Config } from '../config.ts'

/** The host did not answer, or not in its own language: nothing is known of what it did. */
export class HostUnreachable extends Error {}
/** The host said no; `code` is its own word. */
export class HostRefused extends Error {
  constructor(readonly code: string) {
    super(`the host refused: ${code}`)
  }
}

const TIMEOUT_MS = 3000
const base64 = (text: string): string => Buffer.from(text).toString('base64')

const Answer = v.looseObject({ errcode: v.optional(v.number(), 0) })
const SessionAnswer = v.object({ openid: v.pipe(v.string(), v.minLength(1)) })
const TokenAnswer = v.object({ access_token: v.string(), expires_in: v.number() })
const VerifyAnswer = v.object({ verify_id: v.string(), expires_in: v.number() })
const VerifyInfoAnswer = v.object({ verify_ret: v.number() })

/** Digest by which WeChat ties a query to the identity given at the start (api_queryverifyinfo). */
export const certHash = (name: string, number: string): string =>
  createHash('sha256')
    .update(`cert_type=${base64('IDENTITY_CARD')}&cert_name=${base64(name)}&cert_no=${base64(number)}`)
    .digest('hex')

/** WeChat's server side: login codes and the face check of city services (developers.weixin.qq.com). session_key never leaves this file. */
@Injectable()
export class WechatHost {
  private token: { value: string; until: number } | undefined
  private asking: Promise<string> | undefined

  constructor(
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** The open id behind a single-use login code (auth.code2Session). Throws HostRefused for a code that is used, old or invented. */
  async openId(code: string): Promise<string> {
    const { appid, secret } = this.config.wechat
    const query = new URLSearchParams({ appid, secret, js_code: code, grant_type: 'authorization_code' })
    return v.parse(SessionAnswer, await this.ask('GET', `/sns/jscode2session?${query.toString()}`)).openid
  }

  /** Begins a face check of a resident ID card holder; answers the id that wx.requestFacialVerify is opened with. */
  async beginFaceCheck(openId: string, sequence: string, name: string, number: string): Promise<{ verifyId: string; lifeMs: number }> {
    const body = { out_seq_no: sequence, cert_info: { cert_type: 'IDENTITY_CARD', cert_name: name, cert_no: number }, openid: openId }
    const answer = v.parse(VerifyAnswer, await this.askWithToken('/cityservice/face/identify/getverifyid', body))
    return { verifyId: answer.verify_id, lifeMs: answer.expires_in * 1000 }
  }

  /** Whether the check passed, asked server to server; what the phone says is not believed (F1). */
  async facePassed(openId: string, sequence: string, verifyId: string, name: string, number: string): Promise<boolean> {
    const body = { verify_id: verifyId, out_seq_no: sequence, cert_hash: certHash(name, number), openid: openId }
    return v.parse(VerifyInfoAnswer, await this.askWithToken('/cityservice/face/identify/queryverifyinfo', body)).verify_ret === 10_000
  }

  /** A token that expired in flight is fetched anew once (C12). stable_token gives every server the same one, so none spoils another's. */
  private async askWithToken(path: string, body: object): Promise<unknown> {
    try {
      return await this.ask('POST', `${path}?access_token=${await this.accessToken()}`, body)
    } catch (error) {
      if (!(error instanceof HostRefused) || !['40001', '42001', '40014'].includes(error.code)) throw error
      this.token = undefined
      return this.ask('POST', `${path}?access_token=${await this.accessToken()}`, body)
    }
  }

  private async accessToken(): Promise<string> {
    if (this.token && this.clock.system() < this.token.until) return this.token.value
    this.asking ??= this.fetchToken().finally(() => (this.asking = undefined))
    return this.asking
  }

  private async fetchToken(): Promise<string> {
    const { appid, secret } = this.config.wechat
    const answer = v.parse(TokenAnswer, await this.ask('POST', '/cgi-bin/stable_token', { grant_type: 'client_credential', appid, secret }))
    this.token = { value: answer.access_token, until: this.clock.system() + (answer.expires_in - 300) * 1000 }
    return answer.access_token
  }

  private async ask(method: string, path: string, body?: object): Promise<unknown> {
    let answer: unknown
    try {
      const response = await fetch(this.config.wechat.apiBase + path, {
        method,
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
      })
      if (response.status >= 500) throw new Error(`status ${response.status}`) // whatever its body says, it is not a "no"
      answer = await response.json()
    } catch (cause) {
      throw new HostUnreachable('WeChat did not answer', { cause })
    }
    const { errcode } = v.parse(Answer, answer)
    if (errcode === -1) throw new HostUnreachable('WeChat is busy')
    if (errcode !== 0) throw new HostRefused(String(errcode))
    return answer
  }
}
