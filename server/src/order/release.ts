import { stamp, type Clock } from '../clock.ts'
import type { Db } from '../db/db.ts'
import { bucketOf, type Ids } from '../db/id.ts'

/**
 * Ends an order of which it is certain that nobody can pay it any more: the provider confirmed that the attempt is closed, or
 * nothing was ever created there. Its dues become open, its tier lock loosens. `closed` is the attempt that the provider confirmed
 * to be closed; while any other attempt is live, nothing is released. False when the order is no longer, or not yet, to be released.
 */
export const release = async (db: Db, ids: Ids, clock: Clock, order: string, actor: string, closed?: string): Promise<boolean> => {
  const bucket = bucketOf(order)
  // in the order of the key, as everywhere: two who need the same people wait for each other instead of locking each other out
  const items = await db.rows<{ item_no: number; person_id: string; insurance: string; kind: string; year: number }>(
    'SELECT item_no, person_id, insurance, kind, year FROM order_item WHERE bucket = ? AND order_id = ? ORDER BY person_id & 1023, person_id, item_no',
    [bucket, order],
  )
  return db.transaction(async (t) => {
    const ended = await t.change(
      "UPDATE pay_order SET state = 'cancelled', version = version + 1 WHERE bucket = ? AND order_id = ? AND state IN ('held', 'closing')",
      [bucket, order],
    )
    // the attempt has ended whatever became of its order: another attempt may have paid it
    if (closed !== undefined)
      await t.change(
        "UPDATE attempt SET state = 'closed', is_live = NULL, next_check_at = NULL, version = version + 1 WHERE bucket = ? AND attempt_id = ? AND state NOT IN ('succeeded', 'mismatch')",
        [bucket, closed],
      )
    if (ended !== 1) return false
    const live = await t.rows('SELECT attempt_id FROM attempt WHERE bucket = ? AND order_id = ? AND is_live = 1 LOCK IN SHARE MODE', [
      bucket,
      order,
    ])
    if (live.length > 0) {
      // something can still be paid: the order stays as it was, and the attempt that ended is all that is written
      await t.change("UPDATE pay_order SET state = 'closing' WHERE bucket = ? AND order_id = ?", [bucket, order])
      return false
    }
    for (const { item_no, person_id, insurance, kind, year } of items) {
      const lock = [bucketOf(person_id), person_id, insurance, year]
      // the lock first, as everywhere: it serialises the writers of this contributor's regular dues
      if (kind === 'regular')
        await t.change('UPDATE fee_year SET version = version + 1 WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?', lock)
      const freed = await t.change(
        "UPDATE due SET state = 'open', order_id = NULL, item_no = NULL, version = version + 1 WHERE bucket = ? AND person_id = ? AND order_id = ? AND item_no = ? AND state = 'held'",
        [bucketOf(person_id), person_id, order, item_no],
      )
      // a bank may have taken some of them meanwhile: only what was freed is counted back
      if (kind === 'regular' && freed > 0)
        await t.change(
          'UPDATE fee_year SET held_units = held_units - ? WHERE bucket = ? AND person_id = ? AND insurance = ? AND year = ?',
          [freed, ...lock],
        )
    }
    await recordOrderEvent(t, ids, clock, order, 'order.cancelled', actor, {})
    return true
  })
}

/** Appends to an order's history; `seq` makes two events in one place impossible. */
export const recordOrderEvent = async (
  t: Pick<Db, 'change'>,
  ids: Ids,
  clock: Clock,
  order: string,
  name: string,
  actor: string,
  data: object,
): Promise<void> => {
  const bucket = bucketOf(order)
  // the aggregate stands in a query of its own: beside parameters, MariaDB 10.11 refuses it (1140) from the second execution on
  await t.change(
    `INSERT INTO event (bucket, aggregate, aggregate_id, seq, event_id, name, actor, data, created_at)
     SELECT ?, 'order', ?, e.seq, ?, ?, ?, ?, ? FROM (SELECT COALESCE(MAX(seq), -1) + 1 AS seq FROM event WHERE bucket = ? AND aggregate = 'order' AND aggregate_id = ?) e`,
    [bucket, order, ids.next(bucket), name, actor, JSON.stringify(data), stamp(clock.system()), bucket, order],
  )
}
