import { Injectable } from '@nestjs/common'
import type { OrderView } from '@shebao/shared/api'
import { movesInto, attemptMoves, type AttemptState, type Provider } from '@shebao/shared/payment'
import { Clock, instantFrom, stamp } from '../clock.ts'
import { Db } from '../db/db.ts'
import { bucketOf, Ids } from '../db/id.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { OrderReader } from '../order/order.read.ts'
import { recordOrderEvent, release } from '../order/release.ts'
import type { PaymentProvider } from './provider.ts'
import { Providers } from './providers.ts'
import { Settler } from './settle.ts'

/** How long after the end of an attempt it is closed at the provider: the payer may be in the password screen. */
const CLOSE_MARGIN_MS = 60_000
/** Waits between two questions about one attempt, in milliseconds; the last one repeats, for ever. */
export const BACK_OFF = [5_000, 30_000, 60_000, 180_000, 300_000, 600_000, 1_800_000]
/** A payer who looks does not make us ask the provider more often than this. */
const ASK_EVERY_MS = 1_000

/** A row of `attempt`, as the services of this folder need it. */
export interface AttemptRow {
  attempt_id: string
  order_id: string
  is_live: number | null
  provider: Provider
  state: AttemptState
  out_trade_no: string
  create_body: Buffer
  prepay_id: string | null
  time_expire: Date
  check_count: number
}
export const ATTEMPT =
  'a.attempt_id, a.order_id, a.is_live, a.provider, a.state, a.out_trade_no, a.create_body, a.prepay_id, a.time_expire, a.check_count'

/** What becomes of a payment after it was made payable: looked at, given up, asked about until it is settled or closed. */
@Injectable()
export class AttemptService {
  constructor(
    private readonly db: Db,
    private readonly orders: OrderReader,
    private readonly providers: Providers,
    private readonly settler: Settler,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** An own order; when its payment is not settled, the provider is asked first (what the phone saw is only a hint). */
  async look(caller: Caller, order: string): Promise<OrderView> {
    const view = await this.orders.find(caller, order)
    if (view.payment !== 'started' && view.payment !== 'checking') return view
    const now = this.clock.system()
    const bucket = bucketOf(order)
    const asked = await this.db.change(
      'UPDATE attempt SET checked_at = ? WHERE bucket = ? AND order_id = ? AND is_live = 1 AND (checked_at IS NULL OR checked_at < ?)',
      [stamp(now), bucket, order, stamp(now - ASK_EVERY_MS)],
    )
    if (asked !== 1) return view
    const [attempt] = await this.db.rows<AttemptRow>(
      `SELECT ${ATTEMPT} FROM attempt a WHERE a.bucket = ? AND a.order_id = ? AND a.is_live = 1`,
      [bucket, order],
    )
    return attempt && (await this.check(attempt)) ? this.orders.find(caller, order) : view
  }

  /** Gives an own order up. Its dues are free when the provider confirmed that nothing can be paid any more, not before. */
  async cancel(caller: Caller, order: string): Promise<OrderView> {
    const bucket = bucketOf(caller.account)
    const closing = await this.db.transaction(async (t) => {
      const begun = await t.change(
        "UPDATE pay_order SET state = 'closing', version = version + 1 WHERE bucket = ? AND order_id = ? AND account_id = ? AND state = 'held'",
        [bucket, order, caller.account],
      )
      // the end may come later and from somebody else: that the payer wanted it is history of its own
      if (begun === 1) await recordOrderEvent(t, this.ids, this.clock, order, 'order.closing', `account:${caller.account}`, {})
      return begun
    })
    const view = await this.orders.find(caller, order)
    if (closing !== 1 && view.state !== 'closing') return view // paid, cancelled or returned: the answer is what is there
    await this.giveUp(order, `account:${caller.account}`)
    return this.orders.find(caller, order)
  }

  /** Closes the live attempt at the provider, if there is one, and releases the order when that is confirmed. */
  async giveUp(order: string, actor: string): Promise<void> {
    const bucket = bucketOf(order)
    const [attempt] = await this.db.rows<AttemptRow>(
      `SELECT ${ATTEMPT} FROM attempt a WHERE a.bucket = ? AND a.order_id = ? AND a.is_live = 1`,
      [bucket, order],
    )
    if (attempt) await this.close(attempt, actor)
    else await release(this.db, this.ids, this.clock, order, actor)
  }

  /**
   * Asks about one attempt and applies the answer; true when something became known. Run by the payer's look and by the sweeper.
   * An attempt that is not live any more (its create was rejected, or was answered so) can still turn out paid, and nothing else.
   */
  async check(attempt: AttemptRow): Promise<boolean> {
    const provider = this.providers.of(attempt.provider)
    const ended = this.clock.system() > instantFrom(attempt.time_expire) + CLOSE_MARGIN_MS
    if (attempt.is_live === 1 && (attempt.state === 'closing' || ended)) return this.close(attempt, 'sweeper')
    const found = await provider.query(attempt.out_trade_no)
    switch (found.kind) {
      case 'paid':
        await this.settler.settle(found.evidence)
        return true
      case 'closed':
        return release(this.db, this.ids, this.clock, attempt.order_id, attempt.provider, attempt.attempt_id)
      case 'not_exist':
        if (attempt.is_live !== 1 && ended) await this.forget(attempt)
        return false
      case 'unpaid':
      case 'unknown':
        return false
    }
  }

  /** A rejected attempt that the provider does not know after its end: there is nothing more to ask. */
  private async forget({ attempt_id }: AttemptRow): Promise<void> {
    await this.db.change('UPDATE attempt SET next_check_at = NULL WHERE bucket = ? AND attempt_id = ? AND is_live IS NULL', [
      bucketOf(attempt_id),
      attempt_id,
    ])
  }

  private async close(attempt: AttemptRow, actor: string): Promise<boolean> {
    const bucket = bucketOf(attempt.attempt_id)
    const provider = this.providers.of(attempt.provider)
    await this.db.changeOf(
      "UPDATE attempt SET state = 'closing', next_check_at = ?, check_count = 0, version = version + 1 WHERE bucket = ? AND attempt_id = ? AND state IN (?)",
      [stamp(this.clock.system() + BACK_OFF[0]!), bucket, attempt.attempt_id, movesInto(attemptMoves, 'closing')],
    )
    switch (await provider.close(attempt.out_trade_no)) {
      case 'closed':
        return release(this.db, this.ids, this.clock, attempt.order_id, actor, attempt.attempt_id)
      case 'not_exist':
        // our create may still be on its way: it cannot be paid after its own end, so that is waited for (C7)
        if (this.clock.system() > instantFrom(attempt.time_expire) + CLOSE_MARGIN_MS)
          return release(this.db, this.ids, this.clock, attempt.order_id, actor, attempt.attempt_id)
        return false
      case 'paid':
        return this.settleFound(provider, attempt)
      case 'unknown':
        return false
    }
  }

  private async settleFound(provider: PaymentProvider, attempt: AttemptRow): Promise<boolean> {
    const found = await provider.query(attempt.out_trade_no)
    if (found.kind !== 'paid') return false
    await this.settler.settle(found.evidence)
    return true
  }

  /** The sweeper's turn: attempts whose next question is due, each claimed by moving that moment; never a fixed window, never giving up. */
  async sweep(): Promise<number> {
    const now = this.clock.system()
    const due = await this.db.rows<AttemptRow & { next_check_at: Date }>(
      `SELECT ${ATTEMPT}, a.next_check_at FROM attempt a WHERE a.next_check_at <= ? ORDER BY a.next_check_at LIMIT 100`,
      [stamp(now)],
    )
    const asked = await Promise.allSettled(
      due.map(async (attempt) => {
        const end = instantFrom(attempt.time_expire) + CLOSE_MARGIN_MS + 1000
        const later = now + BACK_OFF[Math.min(attempt.check_count, BACK_OFF.length - 1)]!
        // the dues of an order that nobody paid are awaited by others: its end is a question of its own
        const next = stamp(now < end && end < later ? end : later)
        const won = await this.db.change(
          'UPDATE attempt SET next_check_at = ?, check_count = check_count + 1 WHERE bucket = ? AND attempt_id = ? AND next_check_at = ?',
          [next, bucketOf(attempt.attempt_id), attempt.attempt_id, stamp(instantFrom(attempt.next_check_at))],
        )
        if (won === 1) await this.check(attempt)
      }),
    )
    throwFirst(asked)
    return due.length
  }

  /** Orders past their end, or being given up, for which no payment can be under way: released, each on its own. */
  async expire(): Promise<number> {
    const orders = await this.db.rows<{ order_id: string }>(
      `SELECT o.order_id FROM pay_order o WHERE (o.state = 'closing' OR o.state = 'held' AND o.expires_at <= ?)
          AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.bucket = o.bucket AND a.order_id = o.order_id AND a.is_live = 1) ORDER BY o.expires_at LIMIT 100`,
      [stamp(this.clock.system())],
    )
    throwFirst(await Promise.allSettled(orders.map(({ order_id }) => release(this.db, this.ids, this.clock, order_id, 'sweeper'))))
    return 0 // the next round is a second away: what could not be released now is not tried again at once
  }
}

/** All were tried; the first that failed is the fault that is logged. */
const throwFirst = (results: readonly PromiseSettledResult<unknown>[]): void => {
  const failed = results.find((result) => result.status === 'rejected')
  if (failed) throw failed.reason
}
