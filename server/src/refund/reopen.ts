import type { DueKind } from '@shebao/shared/due'
import type { Insurance } from '@shebao/shared/insurance'
import type { Db } from '../db/db.ts'
import { bucketOf } from '../db/id.ts'

/**
 * What a refund of an item leads to once the provider confirmed it, never before: its dues are open again, and the tier is
 * free when nothing of the fee year is left paid (decision 5). False when that had happened before.
 */
export const reopenItem = async (db: Db, order: string, itemNo: number): Promise<boolean> => {
  const bucket = bucketOf(order)
  const [item] = await db.rows<{
    person_id: string
    insurance: Insurance
    kind: DueKind
    year: number
    unit_count: number
    amount_fen: string
  }>('SELECT person_id, insurance, kind, year, unit_count, amount_fen FROM order_item WHERE bucket = ? AND order_id = ? AND item_no = ?', [
    bucket,
    order,
    itemNo,
  ])
  if (!item) throw new Error('no such order item')
  return db.transaction(async (t) => {
    await t.change('UPDATE pay_order SET version = version + 1 WHERE bucket = ? AND order_id = ?', [bucket, order])
    const once = await t.change(
      "UPDATE order_item SET outcome = 'refunded' WHERE bucket = ? AND order_id = ? AND item_no = ? AND outcome = 'due'",
      [bucket, order, itemNo],
    )
    if (once !== 1) return false
    const amount = Number(item.amount_fen)
    const covered = await t.change(
      "UPDATE provider_payment SET refundable_fen = refundable_fen - ? WHERE bucket = ? AND order_id = ? AND refundable_fen >= ? AND state IN ('allocated', 'partly')",
      [amount, bucket, order, amount],
    )
    if (covered !== 1) throw new Error('more is refunded than was paid')
    const owner = bucketOf(item.person_id)
    if (item.kind === 'regular')
      await t.change(
        'UPDATE fee_year SET paid_units = paid_units - ?, version = version + 1 WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
        [item.unit_count, owner, item.person_id, item.insurance, item.year],
      )
    const reopened = await t.change(
      "UPDATE due SET state = 'open', order_id = NULL, item_no = NULL, version = version + 1 WHERE bucket = ? AND person_id = ? AND order_id = ? AND item_no = ? AND state = 'paid'",
      [owner, item.person_id, order, itemNo],
    )
    if (reopened !== item.unit_count) throw new Error('a refunded item owns other dues than it paid')
    return true
  })
}
