import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { api, OrderView, Parsed } from '@shebao/shared/api'
import { ORDER_LIFE_MS } from '@shebao/shared/order'
import type { Policy } from '@shebao/shared/policy'
import { expiryOf, refuseUnacknowledged } from '@shebao/shared/quote'
import { refuse } from '@shebao/shared/refusal'
import { Clock, stamp } from '../clock.ts'
import { Db, isDuplicate, type Statements } from '../db/db.ts'
import { bucketOf, Ids } from '../db/id.ts'
import { duesOfAll, feeYearsOfAll } from '../due/rows.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { demand, Refused } from '../http/refused.ts'
import { PolicyService } from '../policy/policy.service.ts'
import { holdDues, lockTiers } from './hold.ts'
import { OrderReader, viewOf } from './order.read.ts'
import { QuoteService, type Basket, type PricedItem } from './quote.service.ts'

/** The version of the sentence that was acknowledged, kept with the acknowledgement (decision 8). */
const ACKNOWLEDGEMENT_TEXT = '2022-01'
/** How often a lost race for a first row is run again before it is answered from what is there. */
const RACES = 3

type Request = Parsed<typeof api.createOrder>
/** What the transaction leaves behind. */
interface Made {
  order: string
  priced: PricedItem[]
  expiresAt: number
}

/**
 * Making an order: its dues are held from the commit on, all or nothing. The order row goes in first, under the payer's
 * idempotency key, so that a repeat waits for the first and is answered with it. 7 statements whatever the number of months.
 */
@Injectable()
export class OrderCreator {
  constructor(
    private readonly db: Db,
    private readonly quotes: QuoteService,
    private readonly orders: OrderReader,
    private readonly policies: PolicyService,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  async create(caller: Caller, request: Request, key: string): Promise<OrderView> {
    const hash = createHash('sha256').update(JSON.stringify(request)).digest()
    for (let race = 1; ; race++) {
      try {
        const [policy, basket] = await Promise.all([this.policies.current(), this.quotes.basket(caller, request.items)])
        const order = this.ids.next(bucketOf(caller.account))
        const made = await this.db.transaction((t) => this.hold(t, caller, request, { policy, basket, order, key, hash }))
        return viewOf(
          { order, state: 'held', totalFen: request.expectedTotalFen, expiresAt: made.expiresAt, policy },
          made.priced.map(({ item, person }) => ({ ...item, person, outcome: 'due' as const })),
          basket.identities,
          undefined,
          this.clock,
        )
      } catch (error) {
        // the key was used before, by this very request or by another
        if (isDuplicate(error, 'uq_idem')) return this.orders.repeated(caller, key, hash)
        if (!isDuplicate(error) || !/INSERT INTO (fee_year|due) /.test((error as { sql?: string }).sql ?? '')) throw error
        // a first row of a fee year or due appeared between our read and our write: read again, answer from what is there
        if (race >= RACES) throw new Refused(refuse('due_held', {}))
      }
    }
  }

  private async hold(
    t: Statements,
    caller: Caller,
    request: Request,
    on: { policy: Policy; basket: Basket; order: string; key: string; hash: Buffer },
  ): Promise<Made> {
    const { policy, basket, order, key, hash } = on
    const now = this.clock.system()
    const bucket = bucketOf(order)
    // the row goes in before the dues are read: its end is corrected below in the rare case that a boundary is nearer
    const latest = now + ORDER_LIFE_MS
    await t.change(
      `INSERT INTO pay_order (bucket, order_id, account_id, idempotency_key, request_hash, state, total_fen, item_count, policy_version, business_at, clock_offset_ms, expires_at, created_at)
       VALUES (?, ?, ?, ?, ?, 'held', ?, ?, ?, ?, ?, ?, ?)`,
      [
        bucket,
        order,
        caller.account,
        key,
        hash,
        request.expectedTotalFen,
        basket.items.length,
        policy.version,
        stamp(now + this.clock.offsetMs),
        this.clock.offsetMs,
        stamp(latest),
        stamp(now),
      ],
    )
    const feeYears = await feeYearsOfAll(t, basket.persons)
    const dues = await duesOfAll(t, basket.persons, this.clock.offsetMs)
    const priced = this.quotes.price(caller, policy, basket, feeYears, dues)
    const items = priced.map(({ item }) => item)
    const totalFen = items.reduce((sum, { amountFen }) => sum + amountFen, 0)
    if (totalFen !== request.expectedTotalFen)
      throw new Refused(refuse('amount_changed', { expectedFen: request.expectedTotalFen, totalFen }))
    demand(refuseUnacknowledged(items, request.acknowledgements))
    const end = expiryOf(items, now + this.clock.offsetMs)
    if ('refusal' in end) throw new Refused(end.refusal)
    const expiresAt = end.expiresAt - this.clock.offsetMs
    if (expiresAt < latest)
      await t.change('UPDATE pay_order SET expires_at = ? WHERE bucket = ? AND order_id = ?', [stamp(expiresAt), bucket, order])

    await lockTiers(t, priced, feeYears)
    await holdDues(t, order, priced, dues, (of) => this.ids.next(of))
    await t.changeOf(
      `INSERT INTO order_item (bucket, order_id, item_no, person_id, enrolment_id, insurance, kind, year, month_from, month_to, source_key, tier, rate_version, is_provisional, unit_count, amount_fen) VALUES ?`,
      [
        priced.map(({ item, person, enrolment, sourceKey }, itemNo) => [
          bucket,
          order,
          itemNo,
          person,
          enrolment,
          item.insurance,
          item.kind,
          item.year,
          item.months.from,
          item.months.to,
          sourceKey,
          item.tier,
          item.rateVersion,
          item.provisional ? 1 : 0,
          item.unitCount,
          item.amountFen,
        ]),
      ],
    )
    const acknowledged = items.flatMap((item, itemNo) => (item.acknowledgement ? [{ itemNo, kind: item.acknowledgement }] : []))
    if (acknowledged.length > 0)
      await t.changeOf(
        'INSERT INTO acknowledgement (bucket, order_id, item_no, kind, account_id, text_version, business_at, created_at) VALUES ?',
        [
          acknowledged.map(({ itemNo, kind }) => [
            bucket,
            order,
            itemNo,
            kind,
            caller.account,
            ACKNOWLEDGEMENT_TEXT,
            stamp(now + this.clock.offsetMs),
            stamp(now),
          ]),
        ],
      )
    await t.change(
      "INSERT INTO event (bucket, aggregate, aggregate_id, seq, event_id, name, actor, data, created_at) VALUES (?, 'order', ?, 0, ?, 'order.held', ?, ?, ?)",
      [
        bucket,
        order,
        this.ids.next(bucket),
        `account:${caller.account}`,
        JSON.stringify({
          totalFen,
          items: items.length,
        }),
        stamp(now),
      ],
    )
    return { order, priced, expiresAt }
  }
}
