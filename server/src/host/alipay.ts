import { Injectable } from '@nestjs/common'
import type { DocumentType } from '@shebao/shared/identity'
import { AlipaySdk } from 'alipay-sdk'
import * as v from 'valibot'
import { Config } from '../config.ts'
import { HostRefused, HostUnreachable } from './wechat.ts'

const TIMEOUT_MS = 3000
/** Documents that Alipay's certification accepts (alipay.user.certify.open.initialize, identity_param.cert_type). */
const certifiable: Partial<Record<DocumentType, string>> = {
  id_card: 'IDENTITY_CARD',
  hk_macau_permit: 'HOME_VISIT_PERMIT_HK_MC',
  taiwan_permit: 'HOME_VISIT_PERMIT_TAIWAN',
  hk_macau_residence: 'RESIDENCE_PERMIT_HK_MC',
  taiwan_residence: 'RESIDENCE_PERMIT_TAIWAN',
}
/** cert_type of alipay.user.info.share, where Alipay itself certified the person. */
const sharedTypes: Record<string, DocumentType> = {
  '0': 'id_card',
  '1': 'foreign_passport',
  '4': 'hk_macau_permit',
  '8': 'taiwan_permit',
  '11': 'hk_macau_permit',
  '12': 'taiwan_permit',
  '13': 'taiwan_residence',
  '14': 'hk_macau_residence',
  '16': 'foreign_permanent_resident',
}

const TokenAnswer = v.object({ access_token: v.string(), open_id: v.optional(v.string()), user_id: v.optional(v.string()) })
const ShareAnswer = v.object({
  is_certified: v.string(),
  user_name: v.optional(v.string()),
  cert_no: v.optional(v.string()),
  cert_type: v.optional(v.string()),
})
const CertifyAnswer = v.object({ certify_id: v.string() })
const PassedAnswer = v.object({ passed: v.string() })

export type AlipayBody = Readonly<Record<string, unknown>>

/**
 * Alipay's open platform through its SDK, v3 only: v3 verifies every answer, v2 does so only when asked. An error status is
 * not signed, so `HostRefused` from here is Alipay's word as far as TLS vouches for it, never proof about money.
 */
@Injectable()
export class AlipayHost {
  private readonly sdk: AlipaySdk
  private readonly appId: string

  constructor(config: Config) {
    const { appId, appKey, publicKey, base } = config.alipay
    this.appId = appId
    // without the public key the SDK would verify nothing, silently
    if (!publicKey.includes('PUBLIC KEY')) throw new Error('ALIPAY_PUBLIC_KEY_FILE must hold a PEM public key')
    this.sdk = new AlipaySdk({
      appId,
      privateKey: appKey,
      keyType: 'PKCS8',
      alipayPublicKey: publicKey,
      endpoint: base,
      gateway: `${base}/gateway.do`,
      timeout: TIMEOUT_MS,
    })
  }

  /** One v3 call. Throws HostRefused with Alipay's code, HostUnreachable when the outcome is not known. */
  async call<S extends v.GenericSchema>(path: string, body: AlipayBody, answer: S): Promise<v.InferOutput<S>> {
    return v.parse(answer, await this.send('POST', path, { body: { ...body } }))
  }

  private async send(
    method: 'GET' | 'POST',
    path: string,
    options: { body?: Record<string, unknown>; query?: Record<string, string> },
  ): Promise<unknown> {
    try {
      return (await this.sdk.curl<unknown>(method, path, options)).data
    } catch (error) {
      const { code, responseHttpStatus: status } = error as { code?: unknown; responseHttpStatus?: unknown }
      if (typeof code === 'string' && typeof status === 'number' && status >= 400 && status < 500 && !code.startsWith('response-'))
        throw new HostRefused(code)
      throw new HostUnreachable('Alipay did not answer, or not verifiably', { cause: error })
    }
  }

  /** The open id and access token behind a single-use authorisation code (alipay.system.oauth.token). */
  async authorise(code: string): Promise<{ openId: string; accessToken: string }> {
    const answer = await this.call('/v3/alipay/system/oauth/token', { grant_type: 'authorization_code', code }, TokenAnswer)
    const openId = answer.open_id ?? answer.user_id
    if (!openId) throw new HostUnreachable('Alipay named no user')
    return { openId, accessToken: answer.access_token }
  }

  /** The identity that Alipay itself certified and the user agreed to share (alipay.user.info.share); undefined without one. */
  async sharedIdentity(accessToken: string): Promise<{ documentType: DocumentType; documentNumber: string; name: string } | undefined> {
    const answer = await this.call('/v3/alipay/user/info/share', { auth_token: accessToken }, ShareAnswer)
    const documentType = sharedTypes[answer.cert_type ?? '']
    if (answer.is_certified !== 'T' || !documentType || !answer.cert_no || !answer.user_name) return undefined
    return { documentType, documentNumber: answer.cert_no, name: answer.user_name }
  }

  /** Whether certification takes this kind of document at all. */
  canCertify(documentType: DocumentType): boolean {
    return certifiable[documentType] !== undefined
  }

  /** Begins a certification; answers what my.call('startBizService') is opened with. */
  async beginCertify(
    sequence: string,
    documentType: DocumentType,
    name: string,
    number: string,
  ): Promise<{ certifyId: string; url: string }> {
    const body = {
      outer_order_no: sequence,
      biz_code: 'FACE',
      identity_param: { identity_type: 'CERT_INFO', cert_type: certifiable[documentType], cert_name: name, cert_no: number },
      merchant_config: { return_url: `alipays://platformapi/startapp?appId=${this.appId}` }, // back into this mini-program
    }
    const { certify_id } = await this.call('/v3/alipay/user/certify/open/initialize', body, CertifyAnswer)
    const url = this.sdk.pageExecute('alipay.user.certify.open.certify', 'GET', { bizContent: { certify_id } })
    return { certifyId: certify_id, url }
  }

  /** Whether the certification passed, asked server to server: a 9000 from the phone can be forged (F1). */
  async certifyPassed(certifyId: string): Promise<boolean> {
    const answer = v.parse(PassedAnswer, await this.send('GET', '/v3/alipay/user/certify/open/query', { query: { certify_id: certifyId } }))
    return answer.passed === 'T'
  }
}
