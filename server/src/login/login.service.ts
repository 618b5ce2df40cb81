import { Injectable } from '@nestjs/common'
import type { api, Parsed, Reply } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import { lastFour, maskName } from '@shebao/shared/identity'
import { refuse } from '@shebao/shared/refusal'
import { DataSource } from 'typeorm'
import { Clock, dateOf } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { isDuplicate } from '../db/db.ts'
import { anyBucket, bucketOfHash, Ids } from '../db/id.ts'
import { AlipayHost } from '../host/alipay.ts'
import { HostRefused, HostUnreachable, WechatHost } from '../host/wechat.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { Config } from '../config.ts'
import { identityFrom } from './identity.ts'
import { AccountEntity, HostIdentityEntity } from './login.entity.ts'
import { Sessions } from './session.ts'

/** A host that says no becomes `code`; one that does not answer, `unavailable`. */
export const hostAnswer = async <T>(asked: Promise<T>, refusal: Refused): Promise<T> => {
  try {
    return await asked
  } catch (error) {
    if (error instanceof HostRefused) throw refusal
    if (error instanceof HostUnreachable) throw new Refused(refuse('unavailable'))
    throw error
  }
}

/** Logging in through a host: its single-use code becomes its user, who becomes our account. */
@Injectable()
export class LoginService {
  constructor(
    private readonly source: DataSource,
    private readonly sessions: Sessions,
    private readonly wechat: WechatHost,
    private readonly alipay: AlipayHost,
    private readonly keys: Keys,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly config: Config,
  ) {}

  async logIn({ host, code }: Parsed<typeof api.logIn>): Promise<Reply<typeof api.logIn>> {
    const refusal = new Refused(refuse('login_refused', { host }))
    const openId =
      host === 'wechat'
        ? await hostAnswer(this.wechat.openId(code), refusal)
        : (await hostAnswer(this.alipay.authorise(code), refusal)).openId
    const app = host === 'wechat' ? this.config.wechat.appid : this.config.alipay.appId
    const { value: index } = this.keys.blindIndex('host', host, app, openId)
    const { token, caller } = await this.sessions.open(await this.accountOf(host, index, openId), host, index)
    return { token, ...this.me(caller) }
  }

  /** The account of a host's user; a new one at the first login. */
  private async accountOf(host: Caller['host'], index: Buffer, openId: string): Promise<string> {
    const identities = this.source.getRepository(HostIdentityEntity)
    const key = { bucket: bucketOfHash(index), host_bi: index }
    const known = await identities.findOneBy(key)
    if (known) return known.account_id
    const created_at = dateOf(this.clock.system())
    const account_id = this.ids.next(anyBucket())
    const open_id_enc = this.keys.seal(openId, `host_identity.open_id|${index.toString('hex')}`)
    try {
      await this.source.transaction(async (t) => {
        await t.insert(HostIdentityEntity, { ...key, host, open_id_enc, account_id, created_at })
        await t.insert(AccountEntity, { bucket: Number(BigInt(account_id) & 1023n), account_id, created_at })
      })
      return account_id
    } catch (error) {
      if (!isDuplicate(error)) throw error
      return (await identities.findOneByOrFail(key)).account_id // two phones logged in at the same moment: the first one's account
    }
  }

  /** What the page may know of the caller: masked. */
  me(caller: Caller): Reply<typeof api.me> {
    const identity =
      caller.realName && identityFrom(this.keys, caller.realName.sealed, `account.identity|${caller.realName.index.toString('hex')}`)
    return {
      account: caller.account,
      host: caller.host,
      realName: identity
        ? { maskedName: maskName(identity.name), lastFour: lastFour(identity.documentNumber), documentType: identity.documentType }
        : null,
      asOf: iso(this.clock.business()),
    }
  }
}
