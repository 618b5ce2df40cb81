import { Injectable } from '@nestjs/common'
import type { api, Parsed, Reply } from '@shebao/shared/api'
import { instantOf } from '@shebao/shared/day'
import { branchOf, feeYearOf, isMonthly, periodOf } from '@shebao/shared/insurance'
import { refuse } from '@shebao/shared/refusal'
import { Clock, stamp } from '../clock.ts'
import { Db, isDuplicate, type Statements } from '../db/db.ts'
import { bucketOf, Ids } from '../db/id.ts'
import { EnrolmentService, type KnownEnrolment } from '../enrolment/enrolment.service.ts'
import { Refused } from '../http/refused.ts'
import { unitsOf } from '../order/hold.ts'
import { recordOrderEvent } from '../order/release.ts'

type Report = Parsed<typeof api.reportPayment>
type State = Reply<typeof api.reportPayment>['state']

/** Payments made at a bank or in a hall. They win against what is open or held here, never against what is paid (decision 32). */
@Injectable()
export class ChannelService {
  constructor(
    private readonly db: Db,
    private readonly enrolments: EnrolmentService,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async takePayment(partner: string, report: Report): Promise<Reply<typeof api.reportPayment>> {
    const known = await this.enrolments.find(this.db, branchOf(report.insurance), report.enrolmentSerial)
    if (!known || known.insurance !== report.insurance) throw new Refused(refuse('not_found'))
    for (let race = 1; ; race++) {
      try {
        const state = await this.db.transaction((t) => this.book(t, partner, report, known))
        if (state === 'applied') await this.evict(report, known)
        return { state }
      } catch (error) {
        if (isDuplicate(error, 'uq_partner')) return { state: 'again' }
        // a first row of a month or of the tier lock appeared meanwhile: look again
        if (!isDuplicate(error) || race >= 5) throw error
      }
    }
  }

  private async book(t: Statements, partner: string, report: Report, known: KnownEnrolment): Promise<State> {
    const { insurance, year, tier } = report
    const bucket = bucketOf(known.person)
    const external = this.ids.next(bucket)
    const lock = [bucket, known.person, insurance, year]
    const monthly = isMonthly(insurance)
    // what is paid by the year is one due, whatever months the slip names
    const months = monthly ? report.months : periodOf(insurance, year)
    const units = unitsOf({ kind: 'regular', insurance, months })
    const insert = (state: State): Promise<number> =>
      t.change(
        `INSERT INTO external_payment (bucket, external_id, person_id, partner, partner_serial, channel, insurance, kind, year, tier, month_from, month_to, amount_fen, paid_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, 'regular', ?, ?, ?, ?, ?, ?, ?)`,
        [
          bucket,
          external,
          known.person,
          partner,
          report.serial,
          report.channel,
          insurance,
          year,
          tier,
          months.from,
          months.to,
          report.amountFen,
          stamp(instantOf(report.paidAt)),
          state,
        ],
      )
    // months of another year than the slip says: booked, and for a person to look at
    if (units.some((month) => feeYearOf(insurance, month) !== year)) {
      await insert('conflict')
      await this.record(t, external, 'external.conflict', partner, report)
      return 'conflict'
    }
    await insert('applied')
    // the tier lock first, as everywhere; the one who makes it or touches it is alone with this contributor's year
    const touched = await t.change(
      'UPDATE fee_year SET version = version + 1 WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      lock,
    )
    if (touched === 0)
      await t.change(
        'INSERT INTO fee_year (bucket, person_id, insurance, year, tier, held_units, paid_units) VALUES (?, ?, ?, ?, ?, 0, 0)',
        [...lock, tier],
      )
    const [locked] = await t.rows<{ tier: string; paid_units: number }>(
      'SELECT tier, paid_units FROM fee_year WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      lock,
    )
    const rows = await t.rowsOf<{ month_from: string; state: string; order_id: string | null }>(
      "SELECT month_from, state, order_id FROM due WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind = 'regular' AND source_key = '' AND month_from IN (?) FOR UPDATE",
      [bucket, known.person, insurance, units],
    )
    if (rows.some(({ state }) => state === 'paid') || (locked && locked.paid_units > 0 && locked.tier !== tier)) {
      await t.change("UPDATE external_payment SET state = 'conflict' WHERE bucket = ? AND external_id = ?", [bucket, external])
      await this.record(t, external, 'external.conflict', partner, report)
      return 'conflict'
    }
    const perUnit = Math.trunc(report.amountFen / units.length)
    const taken = rows.filter(({ state }) => state === 'held')
    if (rows.length > 0) {
      const changed = await t.changeOf(
        `UPDATE due SET state = 'paid', external_id = ?, order_id = NULL, item_no = NULL, amount_fen = ?, tier = ?, rate_version = NULL, version = version + 1
          WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind = 'regular' AND source_key = '' AND month_from IN (?) AND state IN ('open', 'held')`,
        [external, perUnit, tier, bucket, known.person, insurance, units],
      )
      if (changed !== rows.length) throw new Error('a due changed although its row is locked')
    }
    const fresh = units.filter((unit) => !rows.some(({ month_from }) => month_from === unit))
    if (fresh.length > 0)
      await t.changeOf(
        'INSERT INTO due (bucket, person_id, insurance, kind, month_from, source_key, due_id, enrolment_id, month_to, year, state, external_id, amount_fen, tier) VALUES ?',
        [
          fresh.map((month) => {
            const monthTo = monthly ? month : months.to
            const due = this.ids.next(bucket)
            return [
              bucket,
              known.person,
              insurance,
              'regular',
              month,
              '',
              due,
              known.enrolment,
              monthTo,
              year,
              'paid',
              external,
              perUnit,
              tier,
            ]
          }),
        ],
      )
    await t.change(
      'UPDATE fee_year SET tier = ?, held_units = held_units - ?, paid_units = paid_units + ? WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      [tier, taken.length, units.length, ...lock],
    )
    await this.record(t, external, 'external.applied', partner, report)
    return 'applied'
  }

  /**
   * Orders that lost a due to this payment, or whose tier no longer fits, are given up (decision 11): their payer would pay what
   * has to be sent back. The sweeper closes them at the provider; paid all the same, their item is surplus.
   */
  private async evict(report: Report, known: KnownEnrolment): Promise<void> {
    const orders = await this.db.rows<{ order_id: string }>(
      `SELECT DISTINCT i.order_id FROM order_item i JOIN pay_order o ON o.bucket = i.bucket AND o.order_id = i.order_id AND o.state = 'held'
        WHERE i.person_id = ? AND i.insurance = ? AND i.year = ? AND i.kind = 'regular' AND (i.tier <> ? OR i.month_from <= ? AND i.month_to >= ?)`,
      [known.person, report.insurance, report.year, report.tier, report.months.to, report.months.from],
    )
    for (const { order_id } of orders)
      await this.db.transaction(async (t) => {
        const closing = await t.change(
          "UPDATE pay_order SET state = 'closing', version = version + 1 WHERE bucket = ? AND order_id = ? AND state = 'held'",
          [bucketOf(order_id), order_id],
        )
        if (closing !== 1) return
        await t.change(
          "UPDATE attempt SET state = 'closing', check_count = 0, next_check_at = ?, version = version + 1 WHERE bucket = ? AND order_id = ? AND is_live = 1 AND state IN ('init', 'create_unknown', 'prepared')",
          [stamp(this.clock.system()), bucketOf(order_id), order_id],
        )
        await recordOrderEvent(t, this.ids, this.clock, order_id, 'order.evicted', 'channel', {
          insurance: report.insurance,
          year: report.year,
        })
      })
  }

  private async record(t: Statements, external: string, name: string, partner: string, { channel, amountFen }: Report): Promise<void> {
    const bucket = bucketOf(external)
    await t.change(
      "INSERT INTO event (bucket, aggregate, aggregate_id, seq, event_id, name, actor, data, created_at) VALUES (?, 'external', ?, 0, ?, ?, ?, ?, ?)",
      [
        bucket,
        external,
        this.ids.next(bucket),
        name,
        `channel:${partner}`,
        JSON.stringify({ channel, amountFen }),
        stamp(this.clock.system()),
      ],
    )
  }
}
