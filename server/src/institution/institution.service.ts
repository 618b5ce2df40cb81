import { Injectable } from '@nestjs/common'
import type { api, Parsed, Reply } from '@shebao/shared/api'
import { branchOf, feeYearOf, type Insurance } from '@shebao/shared/insurance'
import { overlap } from '@shebao/shared/months'
import { Db, isDuplicate } from '../db/db.ts'
import { bucketOf, Ids } from '../db/id.ts'
import { EnrolmentService } from '../enrolment/enrolment.service.ts'
import { PolicyService } from '../policy/policy.service.ts'

type Accepted = Reply<typeof api.sendEnrolments>
type SpecialDue = Parsed<typeof api.sendSpecialDues>['dues'][number]

/** What an institution sends: enrolments and special dues, each only of its own insurances (R2). */
@Injectable()
export class InstitutionService {
  constructor(
    private readonly db: Db,
    private readonly enrolments: EnrolmentService,
    private readonly policies: PolicyService,
    private readonly ids: Ids,
  ) {}

  async takeEnrolments(institution: string, { enrolments }: Parsed<typeof api.sendEnrolments>): Promise<Accepted> {
    const { region, counties } = await this.policies.current()
    const accepted: Accepted = { received: enrolments.length, applied: 0, repeated: 0, notes: [] }
    for (const [at, fact] of enrolments.entries()) {
      const line = at + 1
      if (!this.isOwn(institution, fact.insurance))
        accepted.notes.push({ line, field: 'insurance', note: 'belongs to another institution: not applied' })
      else if (!counties.some(({ code }) => code === fact.county))
        accepted.notes.push({ line, field: 'county', note: 'not a county of this region: not applied' })
      else {
        if (fact.tier !== undefined)
          accepted.notes.push({ line, field: 'tier', note: 'ignored: the payer chooses the tier of a regular due' }) // R36
        const outcome = await this.enrolments.apply(institution, fact, region)
        if (outcome !== 'identity_taken') accepted[outcome]++
        else accepted.notes.push({ line, field: 'name', note: 'somebody else is registered under this identity: not applied' })
      }
    }
    return accepted
  }

  async takeSpecialDues(institution: string, { dues }: Parsed<typeof api.sendSpecialDues>): Promise<Accepted> {
    const accepted: Accepted = { received: dues.length, applied: 0, repeated: 0, notes: [] }
    for (const [at, due] of dues.entries()) {
      const outcome = await this.issue(institution, due)
      if (outcome === 'applied' || outcome === 'repeated') accepted[outcome]++
      else accepted.notes.push({ line: at + 1, ...outcome })
    }
    return accepted
  }

  private isOwn(institution: string, insurance: Insurance): boolean {
    return branchOf(insurance) === institution
  }

  /** One special due becomes a row (R52: its amount is never recomputed). The serial is part of its key, so the same one comes once. */
  private async issue(
    institution: string,
    { serial, enrolmentSerial, insurance, months, amountFen }: SpecialDue,
  ): Promise<'applied' | 'repeated' | { field: string; note: string }> {
    if (!this.isOwn(institution, insurance)) return { field: 'insurance', note: 'belongs to another institution: not applied' }
    const known = await this.enrolments.find(this.db, institution, enrolmentSerial)
    if (!known || known.insurance !== insurance)
      return { field: 'enrolmentSerial', note: 'no enrolment of this insurance has this serial: not applied' }
    const bucket = bucketOf(known.person)
    // a month is owed once (decision 24): a row that overlaps regular months paid or held, or another special due, is not applied
    const rows = await this.db.rows<{ kind: string; month_from: string; month_to: string; source_key: string; state: string }>(
      "SELECT kind, month_from, month_to, source_key, state FROM due WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind IN ('regular', 'special') AND state <> 'withdrawn'",
      [bucket, known.person, insurance],
    )
    if (rows.some((row) => row.kind === 'special' && row.source_key === serial)) return 'repeated'
    const clash = rows.find(
      (row) => overlap(months, { from: row.month_from, to: row.month_to }) && (row.kind === 'special' || row.state !== 'open'),
    )
    if (clash) return { field: 'months', note: `overlaps a ${clash.kind} due of ${clash.month_from}..${clash.month_to}: not applied` }
    try {
      await this.db.change(
        `INSERT INTO due (bucket, person_id, insurance, kind, month_from, source_key, due_id, enrolment_id, month_to, year, state, amount_fen) VALUES (?, ?, ?, 'special', ?, ?, ?, ?, ?, ?, 'open', ?)`,
        [
          bucket,
          known.person,
          insurance,
          months.from,
          serial,
          this.ids.next(bucket),
          known.enrolment,
          months.to,
          feeYearOf(insurance, months.from),
          amountFen,
        ],
      )
    } catch (error) {
      if (!isDuplicate(error)) throw error
      return 'repeated'
    }
    return 'applied'
  }
}

/**
 * Takes a special due back, at the approval of the second person (R30). Only an open one: while an order holds it, or once it
 * is paid, nothing changes and the answer is false.
 */
export const withdrawDue = async (db: Db, due: string): Promise<boolean> =>
  (await db.change(
    "UPDATE due SET state = 'withdrawn', version = version + 1 WHERE bucket = ? AND due_id = ? AND state = 'open' AND kind = 'special'",
    [bucketOf(due), due],
  )) === 1
