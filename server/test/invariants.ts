import type { DataSource } from 'typeorm'

/**
 * What must hold in the database after whatever happened, each as a query that counts what breaks it: the six invariants of
 * money and dues, and those that say each change left its trace. `npm test` runs them after every group of races.
 */
export const INVARIANTS: Readonly<Record<string, string>> = {
  // the tier lock counts exactly the regular dues that are held and paid, in both directions
  'fee year counters = due rows': `SELECT COUNT(*) AS n FROM (
      SELECT f.bucket FROM fee_year f LEFT JOIN (${countsOf()}) d USING (bucket, person_id, insurance, year)
       WHERE f.held_units <> COALESCE(d.held, 0) OR f.paid_units <> COALESCE(d.paid, 0)
      UNION ALL
      SELECT d.bucket FROM (${countsOf()}) d LEFT JOIN fee_year f USING (bucket, person_id, insurance, year)
       WHERE f.bucket IS NULL AND d.held + d.paid > 0) x`,
  // the columns are unsigned, so "negative" shows as an error or as far too many
  'no fee year counts more units than a year has': `SELECT COUNT(*) AS n FROM fee_year
     WHERE held_units + paid_units > IF(insurance = 'flexible_pension', 12, 1) OR held_units + paid_units > 0 AND tier = ''`,
  'paid dues of one year share one tier': `SELECT COUNT(*) AS n FROM (SELECT 1 FROM due WHERE kind = 'regular' AND state = 'paid'
     GROUP BY bucket, person_id, insurance, year HAVING COUNT(DISTINCT COALESCE(tier, '')) > 1) x`,
  'no unit is held or paid twice': `SELECT COUNT(*) AS n FROM (SELECT 1 FROM due WHERE state IN ('held', 'paid')
     GROUP BY bucket, person_id, insurance, kind, month_from, source_key HAVING COUNT(*) > 1) x`,
  // several payments of one order: at most one is allocated, in whole or in part; any other is surplus or unallocated as a whole
  'money in = allocated items + surplus': `SELECT COUNT(*) AS n FROM pay_order o
      LEFT JOIN (SELECT bucket, order_id, SUM(total_fen - surplus_fen) AS taken, SUM(state IN ('allocated', 'partly')) AS used
                   FROM provider_payment GROUP BY bucket, order_id) p USING (bucket, order_id)
      LEFT JOIN (SELECT bucket, order_id, SUM(IF(outcome = 'surplus', 0, amount_fen)) AS allocated FROM order_item GROUP BY bucket, order_id) i USING (bucket, order_id)
     WHERE COALESCE(p.taken, 0) <> IF(o.state = 'paid', i.allocated, 0) OR COALESCE(p.used, 0) <> (o.state = 'paid')`,
  'a payment is in the state that its surplus says': `SELECT COUNT(*) AS n FROM provider_payment
     WHERE NOT CASE state WHEN 'allocated' THEN surplus_fen = 0 WHEN 'partly' THEN surplus_fen > 0 AND surplus_fen < total_fen
                          WHEN 'surplus' THEN surplus_fen = total_fen WHEN 'mismatch' THEN surplus_fen = total_fen ELSE FALSE END
        OR refundable_fen > total_fen`,
  'surplus goes back exactly once': `SELECT COUNT(*) AS n FROM provider_payment p
      LEFT JOIN (SELECT bucket, provider, merchant, transaction_id, SUM(amount_fen) AS fen FROM refund WHERE reason = 'surplus'
                  GROUP BY bucket, provider, merchant, transaction_id) r USING (bucket, provider, merchant, transaction_id)
     WHERE COALESCE(r.fen, 0) <> IF(p.state = 'mismatch', 0, p.surplus_fen)`,
  'ledger sums to zero per source': `SELECT COUNT(*) AS n FROM (SELECT 1 FROM ledger_entry GROUP BY bucket, source, source_id HAVING SUM(amount_fen) <> 0) x`,
  'each payment is in the ledger once, split as it was allocated': `SELECT COUNT(*) AS n FROM provider_payment p
      LEFT JOIN (SELECT bucket, source_id, SUM(IF(ledger_account LIKE 'receivable:%', amount_fen, 0)) AS received,
                        SUM(IF(ledger_account = 'treasury_payable', -amount_fen, 0)) AS treasury
                   FROM ledger_entry WHERE source = 'attempt' GROUP BY bucket, source_id) l ON l.bucket = p.bucket AND l.source_id = p.attempt_id
     WHERE COALESCE(l.received, 0) <> p.total_fen OR COALESCE(l.treasury, 0) <> p.total_fen - p.surplus_fen`,
  'a paid item owns exactly its dues, any other item none': `SELECT COUNT(*) AS n FROM order_item i JOIN pay_order o USING (bucket, order_id)
      LEFT JOIN (SELECT order_id, item_no, COUNT(*) AS units FROM due WHERE state = 'paid' AND order_id IS NOT NULL GROUP BY order_id, item_no) d
        ON d.order_id = i.order_id AND d.item_no = i.item_no
     WHERE COALESCE(d.units, 0) <> IF(o.state = 'paid' AND i.outcome = 'due', i.unit_count, 0)`,
  'nothing is held by an order that is finished or not there': `SELECT COUNT(*) AS n FROM due d
      LEFT JOIN pay_order o ON o.bucket = d.order_id & 1023 AND o.order_id = d.order_id
     WHERE d.state = 'held' AND (o.state IS NULL OR o.state NOT IN ('held', 'closing'))`,
  'a due has the owner that its state says': `SELECT COUNT(*) AS n FROM due
     WHERE NOT CASE state WHEN 'held' THEN order_id IS NOT NULL AND item_no IS NOT NULL WHEN 'paid' THEN (order_id IS NULL) <> (external_id IS NULL)
                          ELSE order_id IS NULL AND item_no IS NULL END`,
  'an applied bank payment owns its months, one in conflict none': `SELECT COUNT(*) AS n FROM external_payment e
      LEFT JOIN (SELECT bucket, external_id, COUNT(*) AS units FROM due WHERE state = 'paid' AND external_id IS NOT NULL GROUP BY bucket, external_id) d
        ON d.bucket = e.bucket AND d.external_id = e.external_id
     WHERE COALESCE(d.units, 0) <> IF(e.state = 'applied', IF(e.insurance = 'flexible_pension',
           PERIOD_DIFF(REPLACE(e.month_to, '-', ''), REPLACE(e.month_from, '-', '')) + 1, 1), 0)`,
  'an order is the sum of its items': `SELECT COUNT(*) AS n FROM pay_order o
      LEFT JOIN (SELECT bucket, order_id, COUNT(*) AS items, SUM(amount_fen) AS fen FROM order_item GROUP BY bucket, order_id) i USING (bucket, order_id)
     WHERE COALESCE(i.items, 0) <> o.item_count OR COALESCE(i.fen, 0) <> o.total_fen`,
  'a settled attempt has exactly one payment, any other none': `SELECT COUNT(*) AS n FROM attempt a
      LEFT JOIN (SELECT bucket, attempt_id, COUNT(*) AS payments, SUM(state = 'mismatch') AS wrong, MIN(order_id) AS order_id FROM provider_payment GROUP BY bucket, attempt_id) p
        USING (bucket, attempt_id)
     WHERE COALESCE(p.payments, 0) <> (a.state IN ('succeeded', 'mismatch')) OR COALESCE(p.wrong, 0) <> (a.state = 'mismatch') OR p.order_id <> a.order_id`,
  // an attempt that was rejected or closed is paid all the same at times; one that may still be paid must not belong to a finished order
  'no attempt is live whose order is cancelled': `SELECT COUNT(*) AS n FROM attempt a JOIN pay_order o USING (bucket, order_id)
     WHERE a.is_live = 1 AND (o.state = 'cancelled' OR a.state IN ('succeeded', 'mismatch', 'closed', 'create_rejected'))`,
  'each change of an order left its event': `SELECT COUNT(*) AS n FROM pay_order o
      LEFT JOIN (SELECT bucket, aggregate_id AS order_id, COUNT(*) AS events, MAX(seq) AS last, SUM(seq = 0 AND name = 'order.held') AS made,
                        SUM(name = 'order.cancelled') AS cancelled, SUM(name IN ('order.paid', 'order.paid_late', 'order.partly')) AS paid,
                        SUM(name = 'order.surplus') AS surplus, SUM(name = 'order.closing') AS closing
                   FROM event WHERE aggregate = 'order' GROUP BY bucket, aggregate_id) e USING (bucket, order_id)
     WHERE COALESCE(e.made, 0) <> 1 OR e.last + 1 <> e.events OR e.paid <> (o.state = 'paid') OR e.cancelled > 1 OR e.closing > 1
        OR o.state = 'closing' AND e.closing = 0 OR o.state = 'cancelled' AND e.cancelled = 0 OR o.state = 'returned' AND e.surplus = 0`,
  'each payment left exactly one event': `SELECT COUNT(*) AS n FROM pay_order o
      LEFT JOIN (SELECT bucket, aggregate_id AS order_id, COUNT(*) AS events FROM event
                  WHERE aggregate = 'order' AND name IN ('order.paid', 'order.paid_late', 'order.partly', 'order.surplus', 'attempt.mismatch') GROUP BY bucket, aggregate_id) e USING (bucket, order_id)
      LEFT JOIN (SELECT bucket, order_id, COUNT(*) AS payments FROM provider_payment GROUP BY bucket, order_id) p USING (bucket, order_id)
     WHERE COALESCE(e.events, 0) <> COALESCE(p.payments, 0)`,
}

/** Regular dues that are held and paid, by tier lock. */
function countsOf(): string {
  return `SELECT bucket, person_id, insurance, year, SUM(state = 'held') AS held, SUM(state = 'paid') AS paid FROM due WHERE kind = 'regular' GROUP BY bucket, person_id, insurance, year`
}

/** How often each invariant is broken: all 0 when everything holds. */
export const violations = async (db: Pick<DataSource, 'query'>): Promise<Record<string, number>> => {
  const counts: Record<string, number> = {}
  for (const [name, sql] of Object.entries(INVARIANTS)) {
    const [row] = await db.query<{ n: string | number }[]>(sql)
    counts[name] = Number(row?.n ?? Number.NaN)
  }
  return counts
}
/** Only those that are broken. */
export const broken = (counts: Record<string, number>): Record<string, number> =>
  Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0))
