import { wasClosed } from '@shebao/shared/due'
import { isMonthly } from '@shebao/shared/insurance'
import type { OrderState } from '@shebao/shared/order'
import type { Policy } from '@shebao/shared/policy'
import { stamp, type Clock } from '../clock.ts'
import type { Statements } from '../db/db.ts'
import { bucketOf, type Ids } from '../db/id.ts'
import { unitsOf } from '../order/hold.ts'
import type { PaidEvidence } from './provider.ts'
import { bookPayment, type PaidAttempt, type PaidItem } from './book.ts'

/**
 * Late success, an order that lost months to a bank, a second payment of one order: money is allocated item by item, an item
 * whole or not at all, and what cannot be allocated goes back as one refund. An item is whole when each of its dues is held
 * by this order or open, its tier still binds or nothing else does, and it was paid before its deadline.
 */
export const settleCarefully = async (
  t: Statements,
  ids: Ids,
  clock: Clock,
  policy: Policy,
  attempt: PaidAttempt,
  items: readonly PaidItem[],
  evidence: PaidEvidence,
): Promise<{ outcome: 'paid_late' | 'partly' | 'surplus'; allocatedFen: number }> => {
  const { bucket, order } = attempt
  await t.change('UPDATE pay_order SET version = version + 1 WHERE bucket = ? AND order_id = ?', [bucket, order])
  const [head] = await t.rows<{ state: OrderState }>('SELECT state FROM pay_order WHERE bucket = ? AND order_id = ?', [bucket, order])
  // by another attempt of this order: then all of this is a second payment, and nothing of what was decided of the first is undone
  const settledBefore = head?.state === 'paid' || head?.state === 'returned'
  const businessPaidAt = evidence.paidAt + attempt.clockOffsetMs
  let allocatedFen = 0
  for (const item of settledBefore ? [] : items) {
    if (await settleItem(t, policy, attempt, item, businessPaidAt)) allocatedFen += item.amountFen
    else
      await t.change("UPDATE order_item SET outcome = 'surplus' WHERE bucket = ? AND order_id = ? AND item_no = ?", [
        bucket,
        order,
        item.itemNo,
      ])
  }
  const surplusFen = evidence.totalFen - allocatedFen
  if (!settledBefore)
    await t.change('UPDATE pay_order SET state = ? WHERE bucket = ? AND order_id = ?', [
      allocatedFen > 0 ? 'paid' : 'returned',
      bucket,
      order,
    ])
  await bookPayment(t, attempt, evidence, surplusFen === 0 ? 'allocated' : allocatedFen > 0 ? 'partly' : 'surplus', surplusFen)
  if (surplusFen > 0) {
    const refund = ids.next(bucket)
    const now = stamp(clock.system())
    await t.change(
      `INSERT INTO refund (bucket, refund_id, order_id, provider, merchant, transaction_id, out_refund_no, reason, amount_fen, state, is_live, next_check_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, 'surplus', ?, 'requested', 1, ?, ?)`,
      [
        bucket,
        refund,
        order,
        evidence.provider,
        evidence.merchant,
        evidence.transactionId,
        BigInt(refund).toString(36),
        surplusFen,
        now,
        now,
      ],
    )
  }
  return { outcome: surplusFen === 0 ? 'paid_late' : allocatedFen > 0 ? 'partly' : 'surplus', allocatedFen }
}

const settleItem = async (
  t: Statements,
  policy: Policy,
  { order }: PaidAttempt,
  item: PaidItem,
  businessPaidAt: number,
): Promise<boolean> => {
  const bucket = bucketOf(item.person)
  const lock = [bucket, item.person, item.insurance, item.year]
  const regular = item.kind === 'regular'
  const units = unitsOf(item)
  let year: { tier: string; held_units: number; paid_units: number } | undefined
  if (regular) {
    await t.change('UPDATE fee_year SET version = version + 1 WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?', lock)
    ;[year] = await t.rows<NonNullable<typeof year>>(
      'SELECT tier, held_units, paid_units FROM fee_year WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      lock,
    )
  }
  const rows = await t.rowsOf<{ month_from: string; state: string; order_id: string | null }>(
    'SELECT month_from, state, order_id FROM due WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind = ? AND source_key = ? AND month_from IN (?) FOR UPDATE',
    [bucket, item.person, item.insurance, item.kind, item.sourceKey, units],
  )
  const mine = rows.filter((row) => row.state === 'held' && row.order_id === order)
  const open = rows.filter((row) => row.state === 'open')
  const tierFits = !year || year.tier === item.tier || year.held_units - mine.length + year.paid_units === 0
  const whole = mine.length + open.length === units.length && tierFits && !wasClosed(policy, businessPaidAt, item)
  // whole: all of them are paid now; not whole: those that this order still holds are given back
  const months = whole ? units : mine.map((row) => row.month_from)
  if (months.length > 0) {
    const perUnit = regular && isMonthly(item.insurance) ? item.amountFen / item.units : item.amountFen
    const changed = await t.changeOf(
      `UPDATE due SET state = ?, order_id = ?, item_no = ?, tier = IF(kind = 'regular', ?, tier), rate_version = IF(kind = 'regular', ?, rate_version), amount_fen = IF(kind = 'regular', ?, amount_fen), version = version + 1
        WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind = ? AND source_key = ? AND month_from IN (?) AND (state = 'open' OR state = 'held' AND order_id = ?)`,
      [
        whole ? 'paid' : 'open',
        whole ? order : null,
        whole ? item.itemNo : null,
        item.tier,
        item.rateVersion,
        perUnit,
        bucket,
        item.person,
        item.insurance,
        item.kind,
        item.sourceKey,
        months,
        order,
      ],
    )
    if (changed !== months.length) throw new Error('a due changed although its row is locked')
  }
  if (year)
    await t.change(
      'UPDATE fee_year SET tier = ?, held_units = held_units - ?, paid_units = paid_units + ? WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
      [whole ? item.tier : year.tier, mine.length, whole ? item.units : 0, ...lock],
    )
  return whole
}
