import { Injectable } from '@nestjs/common'
import type { api, OrderView, Parsed, Reply } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import type { OrderState } from '@shebao/shared/order'
import { movesInto, attemptMoves, type AttemptState, type Provider } from '@shebao/shared/payment'
import { refuse } from '@shebao/shared/refusal'
import { Clock, instantFrom, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { Db, isDuplicate } from '../db/db.ts'
import { bucketOf, bucketOfHash, Ids } from '../db/id.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { OrderReader } from '../order/order.read.ts'
import { recordOrderEvent, release } from '../order/release.ts'
import { outTradeNo } from './out-trade-no.ts'
import type { PaymentProvider } from './provider.ts'
import { Providers } from './providers.ts'
import { Settler } from './settle.ts'

/** The provider's shortest life of a payment: with less left, the order is made again instead. */
const SHORTEST_MS = 60_000
/** How long after the end of an attempt it is closed at the provider: the payer may be in the password screen. */
const CLOSE_MARGIN_MS = 60_000
/** Waits between two questions about one attempt, in milliseconds; the last one repeats, for ever. */
const BACK_OFF = [5_000, 30_000, 60_000, 180_000, 300_000, 600_000, 1_800_000]
/** A payer who looks does not make us ask the provider more often than this. */
const ASK_EVERY_MS = 1_000

interface AttemptRow {
  attempt_id: string
  order_id: string
  provider: Provider
  state: AttemptState
  out_trade_no: string
  create_body: Buffer
  prepay_id: string | null
  time_expire: Date
  check_count: number
}
const ATTEMPT = 'a.attempt_id, a.order_id, a.provider, a.state, a.out_trade_no, a.create_body, a.prepay_id, a.time_expire, a.check_count'

/** One payment of one order at one provider: persist, call, persist. No provider is called inside a transaction. */
@Injectable()
export class AttemptService {
  constructor(
    private readonly db: Db,
    private readonly orders: OrderReader,
    private readonly providers: Providers,
    private readonly settler: Settler,
    private readonly keys: Keys,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** Makes an own, held order payable at the host's provider; a repeat gets the same payment, never a second one. */
  async pay(caller: Caller, order: string, { provider }: Parsed<typeof api.pay>): Promise<Reply<typeof api.pay>> {
    if (provider !== caller.host) throw new Refused(refuse('wrong_host', { host: provider }))
    const bucket = bucketOf(caller.account)
    const [row] = await this.db.rows<
      Partial<AttemptRow> & { order_state: OrderState; order_total: string; expires_at: Date; has_money: number; open_id_enc: Buffer }
    >(
      `SELECT o.state AS order_state, o.total_fen AS order_total, o.expires_at, h.open_id_enc, ${ATTEMPT},
              EXISTS (SELECT 1 FROM provider_payment p WHERE p.bucket = o.bucket AND p.order_id = o.order_id) AS has_money
         FROM pay_order o
         JOIN host_identity h ON h.bucket = ? AND h.host_bi = ?
         LEFT JOIN attempt a ON a.bucket = o.bucket AND a.order_id = o.order_id AND a.is_live = 1
        WHERE o.bucket = ? AND o.order_id = ? AND o.account_id = ?`,
      [bucketOfHash(caller.hostIndex), caller.hostIndex, bucket, order, caller.account],
    )
    if (!row) throw new Refused(refuse('not_found'))
    if (row.order_state !== 'held')
      throw new Refused(row.order_state === 'cancelled' ? refuse('order_expired') : refuse('order_not_payable', { state: row.order_state }))
    // money came in that could not be allocated: a person decides about it, and no second payment is invited (decision 16)
    if (row.has_money === 1) throw new Refused(refuse('payment_checking'))
    const expiresAt = instantFrom(row.expires_at)
    const secondsLeft = Math.floor((expiresAt - this.clock.system()) / 1000)
    const ticket = (prepayId: string): Reply<typeof api.pay> => ({
      ticket: this.providers.of(provider).ticket(prepayId),
      expiresAt: iso(expiresAt),
      secondsLeft,
    })
    if (row.attempt_id) {
      const live = row as AttemptRow
      if (live.provider !== provider) throw new Refused(refuse('wrong_host', { host: live.provider }))
      if (live.state === 'prepared' && live.prepay_id) return ticket(live.prepay_id)
      if (live.state !== 'init' && live.state !== 'create_unknown') throw new Refused(refuse('payment_checking'))
      return ticket(await this.create(live))
    }
    if (secondsLeft * 1000 < SHORTEST_MS) throw new Refused(refuse('order_expired'))
    const attempt = this.ids.next(bucket)
    const no = outTradeNo(attempt)
    const body = this.providers.of(provider).createBody({
      outTradeNo: no,
      totalFen: Number(row.order_total),
      openId: this.keys.open(row.open_id_enc, `host_identity.open_id|${caller.hostIndex.toString('hex')}`),
      timeExpire: expiresAt,
      description: '社会保险费',
    })
    const inserted = await this.insert(bucket, attempt, order, caller.account, provider, no, body)
    if (inserted === 'lost') return this.pay(caller, order, { provider }) // another phone was faster: its attempt is the one
    if (inserted === 'not payable') throw new Refused(refuse('order_not_payable', { state: 'changed' }))
    return ticket(
      await this.create({
        attempt_id: attempt,
        order_id: order,
        provider,
        state: 'init',
        out_trade_no: no,
        create_body: Buffer.from(body),
        prepay_id: null,
        time_expire: row.expires_at,
        check_count: 0,
      }),
    )
  }

  /**
   * Committed before anything is sent: ownership, state and amount are taken from the order in one statement. It waits for
   * whoever is ending the order: at READ COMMITTED it would read past them, and make payable what is being released.
   */
  private async insert(
    bucket: number,
    attempt: string,
    order: string,
    account: string,
    provider: Provider,
    no: string,
    body: string,
  ): Promise<'made' | 'lost' | 'not payable'> {
    try {
      const made = await this.db.change(
        `INSERT INTO attempt (bucket, attempt_id, order_id, is_live, provider, merchant, out_trade_no, state, total_fen, create_body, time_expire, next_check_at)
         SELECT bucket, ?, order_id, 1, ?, ?, ?, 'init', total_fen, ?, expires_at, ? FROM pay_order WHERE bucket = ? AND order_id = ? AND account_id = ? AND state = 'held' LOCK IN SHARE MODE`,
        [
          attempt,
          provider,
          this.providers.of(provider).merchant,
          no,
          Buffer.from(body),
          stamp(this.clock.system() + BACK_OFF[0]!),
          bucket,
          order,
          account,
        ],
      )
      return made === 1 ? 'made' : 'not payable'
    } catch (error) {
      if (isDuplicate(error, 'uq_live')) return 'lost'
      throw error
    }
  }

  /** Creates the payment at the provider, by the stored bytes; answers the prepay id. */
  private async create(attempt: AttemptRow): Promise<string> {
    const bucket = bucketOf(attempt.attempt_id)
    const made = await this.providers.of(attempt.provider).create(attempt.create_body.toString())
    const set = (state: AttemptState, prepayId: string | null): Promise<number> =>
      this.db.changeOf(
        `UPDATE attempt SET state = ?, prepay_id = ?, is_live = IF(? = 'create_rejected', NULL, is_live), version = version + 1 WHERE bucket = ? AND attempt_id = ? AND state IN (?)`,
        [state, prepayId, state, bucket, attempt.attempt_id, movesInto(attemptMoves, state)],
      )
    switch (made.kind) {
      case 'prepared': {
        if ((await set('prepared', made.prepayId)) === 1) return made.prepayId
        // another phone was faster: its prepay id is the one that is stored; or a notification was, and the attempt stays succeeded (N2)
        const [stored] = await this.db.rows<{ prepay_id: string | null }>(
          'SELECT prepay_id FROM attempt WHERE bucket = ? AND attempt_id = ?',
          [bucket, attempt.attempt_id],
        )
        return stored?.prepay_id ?? made.prepayId
      }
      case 'rejected':
        // once it was unknown, only the provider can say that it does not exist
        if (attempt.state === 'init') await set('create_rejected', null)
        throw new Refused(refuse('provider_unavailable'))
      case 'paid':
        await this.check({ ...attempt, state: 'create_unknown' })
        throw new Refused(refuse('payment_checking'))
      case 'unknown':
        await set('create_unknown', null)
        throw new Refused(refuse('provider_unavailable'))
    }
  }

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

  /** Asks about one attempt and applies the answer; true when something became known. Run by the payer's look and by the sweeper. */
  async check(attempt: AttemptRow): Promise<boolean> {
    const provider = this.providers.of(attempt.provider)
    const now = this.clock.system()
    if (attempt.state === 'closing' || now > instantFrom(attempt.time_expire) + CLOSE_MARGIN_MS) return this.close(attempt, 'sweeper')
    const found = await provider.query(attempt.out_trade_no)
    switch (found.kind) {
      case 'paid':
        await this.settler.settle(found.evidence)
        return true
      case 'closed':
        return release(this.db, this.ids, this.clock, attempt.order_id, attempt.provider)
      default:
        return false
    }
  }

  private async close(attempt: AttemptRow, actor: string): Promise<boolean> {
    const bucket = bucketOf(attempt.attempt_id)
    const provider = this.providers.of(attempt.provider)
    await this.db.changeOf(
      "UPDATE attempt SET state = 'closing', next_check_at = ?, version = version + 1 WHERE bucket = ? AND attempt_id = ? AND state IN (?)",
      [stamp(this.clock.system() + BACK_OFF[0]!), bucket, attempt.attempt_id, movesInto(attemptMoves, 'closing')],
    )
    switch (await provider.close(attempt.out_trade_no)) {
      case 'closed':
        return release(this.db, this.ids, this.clock, attempt.order_id, actor)
      case 'not_exist':
        // our create may still be on its way: it cannot be paid after its own end, so that is waited for (C7)
        if (this.clock.system() > instantFrom(attempt.time_expire) + CLOSE_MARGIN_MS)
          return release(this.db, this.ids, this.clock, attempt.order_id, actor)
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
    const claimed = await Promise.all(
      due.map(async (attempt) => {
        const next = stamp(now + BACK_OFF[Math.min(attempt.check_count, BACK_OFF.length - 1)]!)
        const won = await this.db.change(
          'UPDATE attempt SET next_check_at = ?, check_count = check_count + 1 WHERE bucket = ? AND attempt_id = ? AND next_check_at = ?',
          [next, bucketOf(attempt.attempt_id), attempt.attempt_id, stamp(instantFrom(attempt.next_check_at))],
        )
        if (won !== 1) return false
        await this.check(attempt)
        return true
      }),
    )
    return claimed.filter(Boolean).length
  }

  /** Orders past their end whose payment was never begun, or that were being given up when a server died: released. */
  async expire(): Promise<number> {
    const orders = await this.db.rows<{ order_id: string }>(
      `SELECT o.order_id FROM pay_order o WHERE o.state IN ('held', 'closing') AND o.expires_at <= ?
          AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.bucket = o.bucket AND a.order_id = o.order_id AND a.is_live = 1) ORDER BY o.expires_at LIMIT 100`,
      [stamp(this.clock.system())],
    )
    for (const { order_id } of orders) await release(this.db, this.ids, this.clock, order_id, 'sweeper')
    return orders.length
  }
}
