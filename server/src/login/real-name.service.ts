import { createHash, randomInt } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { api, Parsed, Reply } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import { normaliseName, normaliseNumber, type RegisteredIdentity } from '@shebao/shared/identity'
import { refuse } from '@shebao/shared/refusal'
import { DataSource, IsNull } from 'typeorm'
import { Clock, dateOf, instantFrom, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { Db, isDuplicate } from '../db/db.ts'
import { bucketOf, bucketOfHash, Ids } from '../db/id.ts'
import { AlipayHost } from '../host/alipay.ts'
import { WechatHost } from '../host/wechat.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { identityFrom, identityIndex, sealIdentity } from './identity.ts'
import { AccountEntity, AccountIdentityEntity, CounterCodeEntity, HostIdentityEntity, RealNameCheckEntity } from './login.entity.ts'
import { hostAnswer, LoginService } from './login.service.ts'
import { Sessions } from './session.ts'

const CHECK_LIFE_MS = 30 * 60_000
const COUNTER_CODE_LIFE_MS = 7 * 86_400_000
/** No 0/O, 1/I/L: the code is read from a slip of paper. */
const CODE_LETTERS = '23456789ABCDEFGHJKMNPQRSTUVWXYZ'
/** The host's name for a check: ours, hashed so that it says nothing. */
const sequenceOf = (check: string): string => createHash('sha256').update(`real-name|${check}`).digest('hex').slice(0, 32)
const checkBound = (check: string): string => `real_name_check.identity|${check}`

/** Binding a verified identity to an account: by a host's check, by the identity a host certified, or by a code from a hall (decision 33). */
@Injectable()
export class RealNameService {
  constructor(
    private readonly source: DataSource,
    private readonly db: Db,
    private readonly sessions: Sessions,
    private readonly login: LoginService,
    private readonly wechat: WechatHost,
    private readonly alipay: AlipayHost,
    private readonly keys: Keys,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async begin(caller: Caller, request: Parsed<typeof api.beginRealName>): Promise<Reply<typeof api.beginRealName>> {
    switch (request.method) {
      case 'host':
        return this.beginAtHost(caller, { documentType: request.documentType, documentNumber: request.documentNumber, name: request.name })
      case 'host_shared': {
        if (caller.host !== 'alipay') throw new Refused(refuse('use_other_check', { host: caller.host }))
        const refusal = new Refused(refuse('real_name_not_passed'))
        const { openId, accessToken } = await hostAnswer(this.alipay.authorise(request.authCode), refusal)
        // the code must be of the user who is logged in, or somebody could bring another's certificate
        if (openId !== (await this.openId(caller))) throw refusal
        const shared = await hostAnswer(this.alipay.sharedIdentity(accessToken), refusal)
        if (!shared) throw new Refused(refuse('use_other_check', { host: caller.host }))
        const identity = { ...shared, documentNumber: normaliseNumber(shared.documentNumber), name: normaliseName(shared.name) }
        return this.passed(await this.bind(caller, identity), '0')
      }
      case 'counter_code': {
        const identity = { documentType: request.documentType, documentNumber: request.documentNumber, name: request.name }
        await this.useCounterCode(caller, request.code, identity)
        return this.passed(await this.bind(caller, identity), '0')
      }
    }
  }

  private passed(caller: Caller, check: string): Reply<typeof api.beginRealName> {
    return { check, state: 'passed', ticket: null, me: this.login.me(caller) }
  }

  private async beginAtHost(caller: Caller, identity: RegisteredIdentity): Promise<Reply<typeof api.beginRealName>> {
    const { documentType, documentNumber, name } = identity
    if (caller.host === 'wechat' ? documentType !== 'id_card' : !this.alipay.canCertify(documentType))
      throw new Refused(refuse('use_other_check', { host: caller.host }))
    const check = this.ids.next(bucketOf(caller.account))
    const mismatch = new Refused(refuse('real_name_mismatch'))
    const now = this.clock.system()
    const ticket =
      caller.host === 'wechat'
        ? {
            host: 'wechat' as const,
            verifyId: (
              await hostAnswer(this.wechat.beginFaceCheck(await this.openId(caller), sequenceOf(check), name, documentNumber), mismatch)
            ).verifyId,
          }
        : {
            host: 'alipay' as const,
            ...(await hostAnswer(this.alipay.beginCertify(sequenceOf(check), documentType, name, documentNumber), mismatch)),
          }
    await this.source.getRepository(RealNameCheckEntity).insert({
      bucket: bucketOf(check),
      check_id: check,
      account_id: caller.account,
      host: caller.host,
      document_type: documentType,
      identity_bi: identityIndex(this.keys, identity).value,
      identity_enc: sealIdentity(this.keys, identity, checkBound(check)),
      ticket: ticket.host === 'wechat' ? ticket.verifyId : ticket.certifyId,
      state: 'begun',
      expires_at: dateOf(now + CHECK_LIFE_MS),
      created_at: dateOf(now),
    })
    return { check, state: 'begun', ticket, me: this.login.me(caller) }
  }

  /** Asks the host's server about a check of this account, once; a passed one binds the identity. */
  async confirm(caller: Caller, check: string): Promise<Reply<typeof api.confirmRealName>> {
    const checks = this.source.getRepository(RealNameCheckEntity)
    const key = { bucket: bucketOf(check), check_id: check }
    const row = await checks.findOneBy({ ...key, account_id: caller.account })
    if (!row) throw new Refused(refuse('not_found'))
    if (row.state === 'used' || row.host !== caller.host || instantFrom(row.expires_at) < this.clock.system())
      throw new Refused(refuse('real_name_gone'))
    const identity = identityFrom(this.keys, row.identity_enc, checkBound(check))
    const refusal = new Refused(refuse('real_name_not_passed'))
    const passed =
      row.host === 'wechat'
        ? await hostAnswer(
            this.wechat.facePassed(await this.openId(caller), sequenceOf(check), row.ticket, identity.name, identity.documentNumber),
            refusal,
          )
        : await hostAnswer(this.alipay.certifyPassed(row.ticket), refusal)
    if (!passed) throw refusal
    const used = await checks.update({ ...key, state: 'begun' }, { state: 'used' })
    if (used.affected !== 1) throw new Refused(refuse('real_name_gone'))
    return this.login.me(await this.bind(caller, identity))
  }

  /** Makes the identity the account's. A person who already has an account keeps that one: this session moves there. */
  private async bind(caller: Caller, identity: RegisteredIdentity): Promise<Caller> {
    const { value: index } = identityIndex(this.keys, identity)
    if (caller.realName) {
      if (!caller.realName.index.equals(index)) throw new Refused(refuse('identity_taken'))
      return caller
    }
    const now = dateOf(this.clock.system())
    const key = { bucket: bucketOfHash(index), identity_bi: index }
    try {
      await this.source.transaction(async (t) => {
        await t.insert(AccountIdentityEntity, { ...key, account_id: caller.account, created_at: now })
        const identity_enc = sealIdentity(this.keys, identity, `account.identity|${index.toString('hex')}`)
        const bound = await t.update(
          AccountEntity,
          { bucket: bucketOf(caller.account), account_id: caller.account, identity_bi: IsNull() },
          { document_type: identity.documentType, identity_bi: index, identity_enc, real_named_at: now },
        )
        // another check of this account was faster, with another identity: an account is one person's
        if (bound.affected !== 1) throw new Refused(refuse('identity_taken'))
      })
    } catch (error) {
      if (!isDuplicate(error)) throw error
      const first = await this.source.getRepository(AccountIdentityEntity).findOneByOrFail(key)
      if (first.account_id !== caller.account) await this.sessions.move(caller.account, first.account_id)
    }
    const bound = await this.sessions.byHash(caller.session)
    if (!bound) throw new Refused(refuse('not_logged_in'))
    return bound
  }

  private async openId(caller: Caller): Promise<string> {
    const row = await this.source
      .getRepository(HostIdentityEntity)
      .findOneByOrFail({ bucket: bucketOfHash(caller.hostIndex), host_bi: caller.hostIndex })
    return this.keys.open(row.open_id_enc, `host_identity.open_id|${caller.hostIndex.toString('hex')}`)
  }

  /** A hall's one-time code for an identity whose document an operator has in hand. */
  async issueCounterCode(
    { operator, ...identity }: Parsed<typeof api.issueCounterCode>,
    party: string,
  ): Promise<Reply<typeof api.issueCounterCode>> {
    const until = this.clock.system() + COUNTER_CODE_LIFE_MS
    for (;;) {
      const code = Array.from({ length: 6 }, () => CODE_LETTERS.charAt(randomInt(CODE_LETTERS.length))).join('')
      const { value: hash } = this.keys.blindIndex('counter_code', code)
      try {
        await this.source.getRepository(CounterCodeEntity).insert({
          bucket: bucketOfHash(hash),
          code_hash: hash,
          identity_bi: identityIndex(this.keys, identity).value,
          operator: `${party}:${operator}`,
          expires_at: dateOf(until),
          created_at: dateOf(this.clock.system()),
        })
        return { code, until: iso(until) }
      } catch (error) {
        if (!isDuplicate(error)) throw error // the code is in use: draw another
      }
    }
  }

  /** Uses a code up for the identity it was issued for; wrong, expired and used codes get one answer. */
  private async useCounterCode(caller: Caller, code: string, identity: RegisteredIdentity): Promise<void> {
    const { value: hash } = this.keys.blindIndex('counter_code', code)
    const used = await this.db.change(
      'UPDATE counter_code SET used_by = ? WHERE bucket = ? AND code_hash = ? AND identity_bi = ? AND used_by IS NULL AND expires_at > ?',
      [caller.account, bucketOfHash(hash), hash, identityIndex(this.keys, identity).value, stamp(this.clock.system())],
    )
    if (used !== 1) throw new Refused(refuse('counter_code_wrong'))
  }
}
