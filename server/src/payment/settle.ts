import { Injectable } from '@nestjs/common'
import type { DueKind } from '@shebao/shared/due'
import { dayOf } from '@shebao/shared/day'
import type { Insurance } from '@shebao/shared/insurance'
import type { OrderState } from '@shebao/shared/order'
import type { AttemptState } from '@shebao/shared/payment'
import { Counter } from 'prom-client'
import { Clock, instantFrom, stamp } from '../clock.ts'
import { Db, isDuplicate, type Statements } from '../db/db.ts'
import { Ids, owners } from '../db/id.ts'
import { lockGroups } from '../order/hold.ts'
import { recordOrderEvent } from '../order/release.ts'
import { PolicyService } from '../policy/policy.service.ts'
import { bucketOfTradeNo } from './out-trade-no.ts'
import { Again, bookPayment, type PaidAttempt, type PaidItem } from './book.ts'
import type { PaidEvidence } from './provider.ts'
import { settleCarefully } from './settle.careful.ts'

/** What a verified success led to. `again`: it had been booked before. `orphan`: nobody knows the number. */
export type Settled = 'paid' | 'paid_late' | 'partly' | 'surplus' | 'mismatch' | 'again' | 'orphan'
const outcomes = new Counter({ name: 'payments_settled_total', help: 'Verified successes, by outcome', labelNames: ['outcome'] as const })

/** The notification that brought the news; it is marked as applied in the same transaction. */
export interface Inboxed {
  provider: string
  notifyId: string
}
/** Some count was not what it must be: roll back and look at every item. */
class NotWhole extends Error {}

/**
 * Books money that came in. Verified success is legal from every state of an attempt (payments are facts), and it is applied
 * once, whoever brings the news: notification, query, or sweeper. 10 statements on the usual path, whatever the months.
 */
@Injectable()
export class Settler {
  constructor(
    private readonly db: Db,
    private readonly ids: Ids,
    private readonly clock: Clock,
    private readonly policies: PolicyService,
  ) {}

  async settle(evidence: PaidEvidence, inboxed?: Inboxed): Promise<Settled> {
    const outcome = await this.book(evidence, inboxed)
    outcomes.inc({ outcome })
    return outcome
  }

  private async book(evidence: PaidEvidence, inboxed: Inboxed | undefined): Promise<Settled> {
    const bucket = bucketOfTradeNo(evidence.outTradeNo)
    const [row] = await this.db.rows<{
      attempt_id: string
      state: AttemptState
      total_fen: string
      merchant: string
      order_id: string
      order_state: OrderState
      expires_at: Date
      clock_offset_ms: string
    }>(
      `SELECT a.attempt_id, a.state, a.total_fen, a.merchant, o.order_id, o.state AS order_state, o.expires_at, o.clock_offset_ms
         FROM attempt a JOIN pay_order o ON o.bucket = a.bucket AND o.order_id = a.order_id WHERE a.bucket = ? AND a.out_trade_no = ?`,
      [bucket, evidence.outTradeNo],
    )
    if (!row) return 'orphan'
    const attempt: PaidAttempt = {
      bucket,
      attempt: row.attempt_id,
      order: row.order_id,
      totalFen: Number(row.total_fen),
      expiresAt: instantFrom(row.expires_at),
      clockOffsetMs: Number(row.clock_offset_ms),
    }
    if (row.state === 'succeeded' || row.state === 'mismatch') {
      await this.applied(this.db, bucket, inboxed)
      return 'again'
    }
    try {
      if (evidence.totalFen !== attempt.totalFen || !evidence.isOurs || evidence.merchant !== row.merchant)
        return await this.db.transaction((t) => this.bookMismatch(t, attempt, evidence, inboxed))
      const items = await this.items(attempt)
      if (evidence.paidAt <= attempt.expiresAt) {
        try {
          return await this.db.transaction((t) => this.settleWhole(t, attempt, items, evidence, inboxed))
        } catch (error) {
          if (!(error instanceof NotWhole)) throw error
        }
      }
      const policy = await this.policies.current()
      return await this.db.transaction(async (t) => {
        const { outcome, allocatedFen } = await settleCarefully(t, this.ids, this.clock, policy, attempt, items, evidence)
        await this.tail(t, attempt, evidence, allocatedFen, `order.${outcome}`, inboxed)
        return outcome
      })
    } catch (error) {
      // the attempt was booked by another process between our read and our write; a duplicate that has another reason is a fault
      if (!(error instanceof Again) && !(isDuplicate(error) && (await this.isBooked(attempt)))) throw error
      await this.applied(this.db, bucket, inboxed)
      return 'again'
    }
  }

  private async isBooked({ bucket, attempt }: PaidAttempt): Promise<boolean> {
    const [row] = await this.db.rows<{ state: AttemptState }>('SELECT state FROM attempt WHERE bucket = ? AND attempt_id = ?', [
      bucket,
      attempt,
    ])
    return row?.state === 'succeeded' || row?.state === 'mismatch'
  }

  private async items({ bucket, order }: PaidAttempt): Promise<PaidItem[]> {
    const rows = await this.db.rows<{
      item_no: number
      person_id: string
      enrolment_id: string
      insurance: Insurance
      kind: DueKind
      year: number
      month_from: string
      month_to: string
      source_key: string
      tier: string | null
      rate_version: string | null
      unit_count: number
      amount_fen: string
    }>(
      'SELECT item_no, person_id, enrolment_id, insurance, kind, year, month_from, month_to, source_key, tier, rate_version, unit_count, amount_fen FROM order_item WHERE bucket = ? AND order_id = ? ORDER BY person_id & 1023, person_id, item_no',
      [bucket, order],
    )
    return rows.map((row) => ({
      itemNo: row.item_no,
      person: row.person_id,
      enrolment: row.enrolment_id,
      insurance: row.insurance,
      kind: row.kind,
      year: row.year,
      months: { from: row.month_from, to: row.month_to },
      sourceKey: row.source_key,
      tier: row.tier,
      rateVersion: row.rate_version,
      units: row.unit_count,
      amountFen: Number(row.amount_fen),
    }))
  }

  /** The usual path: the order still holds everything. Any count that differs throws NotWhole, and nothing of this stays. */
  private async settleWhole(
    t: Statements,
    attempt: PaidAttempt,
    items: readonly PaidItem[],
    evidence: PaidEvidence,
    inboxed: Inboxed | undefined,
  ): Promise<Settled> {
    const { bucket, order } = attempt
    const ended = await t.change(
      "UPDATE pay_order SET state = 'paid', version = version + 1 WHERE bucket = ? AND order_id = ? AND state IN ('held', 'closing')",
      [bucket, order],
    )
    if (ended !== 1) throw new NotWhole()
    for (const group of lockGroups(items.filter(({ kind }) => kind === 'regular'))) {
      const { insurance, year, tier, units } = group[0]!
      const moved = await t.changeOf(
        `UPDATE fee_year SET held_units = held_units - ?, paid_units = paid_units + ?, version = version + 1
          WHERE (${owners(group.map(({ person }) => person))}) AND insurance = ? AND year = ? AND tier = ? AND held_units >= ?`,
        [units, units, insurance, year, tier, units],
      )
      if (moved !== group.length) throw new NotWhole()
    }
    const paid = await t.changeOf(
      `UPDATE due SET state = 'paid', version = version + 1 WHERE (${owners(items.map(({ person }) => person))}) AND order_id = ? AND state = 'held'`,
      [order],
    )
    if (paid !== items.reduce((sum, { units }) => sum + units, 0)) throw new NotWhole()
    await bookPayment(t, attempt, evidence, 'allocated', 0)
    await this.tail(t, attempt, evidence, evidence.totalFen, 'order.paid', inboxed)
    return 'paid'
  }

  /** Money with a wrong amount or identity is booked as unallocated; a person decides (never "failed": it is there). */
  private async bookMismatch(t: Statements, attempt: PaidAttempt, evidence: PaidEvidence, inboxed: Inboxed | undefined): Promise<Settled> {
    await t.change('UPDATE pay_order SET version = version + 1 WHERE bucket = ? AND order_id = ?', [attempt.bucket, attempt.order])
    await bookPayment(t, attempt, evidence, 'mismatch', evidence.totalFen)
    await this.tail(t, attempt, evidence, 0, 'attempt.mismatch', inboxed)
    return 'mismatch'
  }

  /** Ledger, history and inbox of every outcome. */
  private async tail(
    t: Statements,
    attempt: PaidAttempt,
    evidence: PaidEvidence,
    allocatedFen: number,
    event: string,
    inboxed: Inboxed | undefined,
  ): Promise<void> {
    const now = stamp(this.clock.system())
    const day = dayOf(evidence.paidAt + attempt.clockOffsetMs)
    const rest = evidence.totalFen - allocatedFen
    const lines: [string, number][] = [
      [`receivable:${evidence.provider}`, evidence.totalFen],
      ['treasury_payable', -allocatedFen],
      [event === 'attempt.mismatch' ? 'unallocated' : 'surplus_payable', -rest],
    ]
    await t.changeOf(
      'INSERT INTO ledger_entry (bucket, source, source_id, line, ledger_account, amount_fen, business_day, created_at) VALUES ?',
      [
        lines
          .filter(([, fen]) => fen !== 0)
          .map(([account, fen], line) => [attempt.bucket, 'attempt', attempt.attempt, line, account, fen, day, now]),
      ],
    )
    await recordOrderEvent(t, this.ids, this.clock, attempt.order, event, evidence.provider, {
      attempt: attempt.attempt,
      totalFen: evidence.totalFen,
      allocatedFen,
    })
    await this.applied(t, attempt.bucket, inboxed)
  }

  private async applied(on: Statements, bucket: number, inboxed: Inboxed | undefined): Promise<void> {
    if (!inboxed) return
    await on.change('UPDATE provider_inbox SET applied_at = ?, next_check_at = NULL WHERE bucket = ? AND provider = ? AND notify_id = ?', [
      stamp(this.clock.system()),
      bucket,
      inboxed.provider,
      inboxed.notifyId,
    ])
  }
}
