import { Injectable } from '@nestjs/common'
import type { api, Lookup, Parsed } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import { dueView, feeYearsOf as feeYearViews } from '@shebao/shared/due'
import { lastFour, maskName, type RegisteredIdentity } from '@shebao/shared/identity'
import { refuse } from '@shebao/shared/refusal'
import { Clock, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { Db } from '../db/db.ts'
import { bucketOf } from '../db/id.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { identityIndex } from '../login/identity.ts'
import { Persons } from '../person/person.ts'
import { PolicyService } from '../policy/policy.service.ts'
import { duesOf, enrolmentsOf, feeYearsOf } from './rows.ts'

/** How long a look-up that hit lets the account quote, order and see records for that person. */
const GRANT_MS = 24 * 3_600_000

/** Finding what is owed: by the verified identity (self) or by a registered identity as typed (agent). */
@Injectable()
export class LookupService {
  constructor(
    private readonly db: Db,
    private readonly persons: Persons,
    private readonly policies: PolicyService,
    private readonly keys: Keys,
    private readonly clock: Clock,
  ) {}

  async lookUp(caller: Caller, request: Parsed<typeof api.lookUp>): Promise<Lookup> {
    const own = caller.realName
    if (!own) throw new Refused(refuse('not_real_named'))
    if (request.entry === 'self' && own.documentType !== 'id_card') throw new Refused(refuse('use_agent_entry'))
    const typed: RegisteredIdentity | undefined =
      request.entry === 'agent'
        ? { documentType: request.documentType, documentNumber: request.documentNumber, name: request.name }
        : undefined
    const index = typed ? identityIndex(this.keys, typed).value : own.index
    const isSelf = index.equals(own.index)
    // before anything is looked up: an unticked box must not tell whether there is such a person
    if (!isSelf && request.entry === 'agent' && !request.consent) throw new Refused(refuse('consent_missing'))
    const [policy, found] = await Promise.all([this.policies.current(), this.persons.findByIndex(index)])
    // on a miss the same statements run, for nobody: a miss must not be told from a hit by its time
    const person = found?.person ?? '0'
    const bucket = bucketOf(person)
    const [enrolments, feeYears, dues] = await Promise.all([
      enrolmentsOf(this.db, bucket, person),
      feeYearsOf(this.db, bucket, person),
      duesOf(this.db, bucket, person, this.clock.offsetMs),
    ])
    // no such person, another name, another number, no enrolment: one answer, drawn from what was typed alone (decision 2)
    if (!found || (enrolments.length === 0 && dues.length === 0))
      throw new Refused(refuse('nothing_found', { fifteenDigits: /^\d{15}$/.test(typed?.documentNumber ?? '') }))
    await this.grant(caller.account, person, isSelf, request.entry === 'agent' && !isSelf)
    const now = this.clock.business()
    return {
      asOf: iso(now),
      contributor: { ref: person, maskedName: maskName(found.identity.name), lastFour: lastFour(found.identity.documentNumber), isSelf },
      enrolments: enrolments.map((enrolment) => ({
        enrolment: enrolment.enrolment,
        insurance: enrolment.insurance,
        institution: enrolment.institution,
        county: enrolment.county,
        countyName: policy.counties.find(({ code }) => code === enrolment.county)?.name ?? enrolment.county,
        years: feeYearViews(policy, now, enrolment, dues, feeYears),
      })),
      dues: dues
        .flatMap((row) => (row.kind === 'regular' ? [] : [dueView(policy, now, { ...row, kind: row.kind })]))
        .sort((a, b) => (a.period.from < b.period.from ? -1 : 1)), // oldest first (decision 25)
    }
  }

  private async grant(account: string, person: string, isSelf: boolean, consented: boolean): Promise<void> {
    const now = this.clock.system()
    const key = [bucketOf(account), account, person] as const
    await this.db.change(
      'INSERT INTO lookup_grant (bucket, account_id, person_id, is_self, expires_at) VALUES (?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE is_self = VALUES(is_self), expires_at = VALUES(expires_at)',
      [...key, isSelf ? 1 : 0, stamp(now + GRANT_MS)],
    )
    if (consented)
      await this.db.change("INSERT IGNORE INTO consent (bucket, account_id, person_id, purpose, given_at) VALUES (?, ?, ?, 'pay_for', ?)", [
        ...key,
        stamp(now),
      ])
  }
}
