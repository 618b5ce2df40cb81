import { Injectable } from '@nestjs/common'
import type { api, Parsed, Reply } from '@shebao/shared/api'
import { instantOf } from '@shebao/shared/day'
import { branchOf, isMonthly } from '@shebao/shared/insurance'
import { refuse } from '@shebao/shared/refusal'
import { stamp } from '../clock.ts'
import { Db, isDuplicate, type Statements } from '../db/db.ts'
import { bucketOf, Ids } from '../db/id.ts'
import { EnrolmentService, type KnownEnrolment } from '../enrolment/enrolment.service.ts'
import { Refused } from '../http/refused.ts'
import { unitsOf } from '../order/hold.ts'

type Report = Parsed<typeof api.reportPayment>
type State = Reply<typeof api.reportPayment>['state']

/** Payments made at a bank or in a hall. They win against what is open or held here, never against what is paid (decisions 11, 32). */
@Injectable()
export class ChannelService {
  constructor(
    private readonly db: Db,
    private readonly enrolments: EnrolmentService,
    private readonly ids: Ids,
  ) {}

  async takePayment(partner: string, report: Report): Promise<Reply<typeof api.reportPayment>> {
    const known = await this.enrolments.find(this.db, branchOf(report.insurance), report.enrolmentSerial)
    if (!known || known.insurance !== report.insurance) throw new Refused(refuse('not_found'))
    for (let race = 1; ; race++) {
      try {
        return { state: await this.db.transaction((t) => this.book(t, partner, report, known)) }
      } catch (error) {
        if (isDuplicate(error, 'uq_partner')) return { state: 'again' }
        // a first row of a month or of the tier lock appeared meanwhile: look again
        if (!isDuplicate(error) || race >= 5) throw error
      }
    }
  }

  private async book(t: Statements, partner: string, report: Report, known: KnownEnrolment): Promise<State> {
    const bucket = bucketOf(known.person)
    const external = this.ids.next(bucket)
    const lock = [bucket, known.person, report.insurance, report.year]
    const item = { kind: 'regular', insurance: report.insurance, months: report.months }
    const units = unitsOf(item)
    const tier = report.tier ?? null
    await t.change(
      `INSERT INTO external_payment (bucket, external_id, person_id, partner, partner_serial, channel, insurance, kind, year, tier, month_from, month_to, amount_fen, paid_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'regular', ?, ?, ?, ?, ?, ?, 'applied')`,
      [
        bucket,
        external,
        known.person,
        partner,
        report.serial,
        report.channel,
        report.insurance,
        report.year,
        tier,
        report.months.from,
        report.months.to,
        report.amountFen,
        stamp(instantOf(report.paidAt)),
      ],
    )
    // the tier lock first, as everywhere; the one who makes it or touches it is alone with this contributor's year
    const touched = await t.change(
      'UPDATE fee_year SET version = version + 1 WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      lock,
    )
    if (touched === 0)
      await t.change(
        'INSERT INTO fee_year (bucket, person_id, insurance, year, tier, held_units, paid_units) VALUES (?, ?, ?, ?, ?, 0, 0)',
        [...lock, tier ?? ''],
      )
    const [year] = await t.rows<{ tier: string; paid_units: number }>(
      'SELECT tier, paid_units FROM fee_year WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      lock,
    )
    const rows = await t.rowsOf<{ month_from: string; state: string }>(
      "SELECT month_from, state FROM due WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind = 'regular' AND source_key = '' AND month_from IN (?) FOR UPDATE",
      [bucket, known.person, report.insurance, units],
    )
    if (rows.some(({ state }) => state === 'paid') || (year && year.paid_units > 0 && tier !== null && year.tier !== tier)) {
      await t.change("UPDATE external_payment SET state = 'conflict' WHERE bucket = ? AND external_id = ?", [bucket, external])
      return 'conflict'
    }
    const perUnit = Math.trunc(report.amountFen / units.length)
    const taken = rows.filter(({ state }) => state === 'held').length
    if (rows.length > 0) {
      const changed = await t.changeOf(
        `UPDATE due SET state = 'paid', external_id = ?, order_id = NULL, item_no = NULL, amount_fen = ?, tier = ?, rate_version = NULL, version = version + 1
          WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind = 'regular' AND source_key = '' AND month_from IN (?) AND state IN ('open', 'held')`,
        [external, perUnit, tier ?? year?.tier ?? null, bucket, known.person, report.insurance, units],
      )
      if (changed !== rows.length) throw new Error('a due changed although its row is locked')
    }
    const fresh = units.filter((unit) => !rows.some(({ month_from }) => month_from === unit))
    if (fresh.length > 0)
      await t.changeOf(
        'INSERT INTO due (bucket, person_id, insurance, kind, month_from, source_key, due_id, enrolment_id, month_to, year, state, external_id, amount_fen, tier) VALUES ?',
        [
          fresh.map((month) => [
            bucket,
            known.person,
            report.insurance,
            'regular',
            month,
            '',
            this.ids.next(bucket),
            known.enrolment,
            isMonthly(report.insurance) ? month : report.months.to,
            report.year,
            'paid',
            external,
            perUnit,
            tier ?? year?.tier ?? null,
          ]),
        ],
      )
    await t.change(
      'UPDATE fee_year SET tier = ?, held_units = held_units - ?, paid_units = paid_units + ? WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      [tier ?? year?.tier ?? '', taken, units.length, ...lock],
    )
    return 'applied'
  }
}
