import { Injectable } from '@nestjs/common'
import type { api, Parsed, Reply } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import type { OrderState } from '@shebao/shared/order'
import { attemptMoves, movesInto, type AttemptState, type Provider } from '@shebao/shared/payment'
import { refuse } from '@shebao/shared/refusal'
import { Clock, instantFrom, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { Db, isDuplicate } from '../db/db.ts'
import { bucketOf, bucketOfHash, Ids } from '../db/id.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { ATTEMPT, AttemptService, BACK_OFF, type AttemptRow } from './attempt.service.ts'
import { outTradeNo } from './out-trade-no.ts'
import { Providers } from './providers.ts'

/** The provider's shortest life of a payment: with less left, the order is made again instead. */
const SHORTEST_MS = 60_000

/** Making an order payable: one payment at one provider, persist, call, persist. No provider is called inside a transaction. */
@Injectable()
export class PayService {
  constructor(
    private readonly db: Db,
    private readonly attempts: AttemptService,
    private readonly providers: Providers,
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
    // money came in that could not be allocated: a person decides about it, and no second payment is invited (decision 16)
    if (row.has_money === 1 && row.order_state !== 'paid') throw new Refused(refuse('payment_checking'))
    if (row.order_state !== 'held')
      throw new Refused(row.order_state === 'cancelled' ? refuse('order_expired') : refuse('order_not_payable', { state: row.order_state }))
    const expiresAt = instantFrom(row.expires_at)
    const leftMs = expiresAt - this.clock.system()
    const secondsLeft = Math.floor(leftMs / 1000)
    const ticket = (prepayId: string): Reply<typeof api.pay> => ({
      ticket: this.providers.of(provider).ticket(prepayId),
      expiresAt: iso(expiresAt),
      secondsLeft,
    })
    if (row.attempt_id) {
      const live = row as AttemptRow
      if (live.provider !== provider) throw new Refused(refuse('wrong_host', { host: live.provider }))
      if (live.state === 'prepared' && live.prepay_id && leftMs > 0) return ticket(live.prepay_id)
      // a provider may grant a late create a life of its own: after the order's end nothing is asked for any more
      if ((live.state !== 'init' && live.state !== 'create_unknown') || leftMs < SHORTEST_MS) throw new Refused(refuse('payment_checking'))
      return ticket(await this.create(live, 'again'))
    }
    if (leftMs < SHORTEST_MS) throw new Refused(refuse('order_expired'))
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
    const fresh = {
      attempt_id: attempt,
      order_id: order,
      is_live: 1,
      provider,
      state: 'init' as const,
      out_trade_no: no,
      create_body: this.seal(attempt, body),
    }
    return ticket(await this.create({ ...fresh, prepay_id: null, time_expire: row.expires_at, check_count: 0 }, 'first'))
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
          this.seal(attempt, body),
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

  /** The body names the payer's open id, so it is stored sealed; opened, it is the same bytes again. */
  private seal(attempt: string, body: string): Buffer {
    return this.keys.seal(body, `attempt.create_body|${attempt}`)
  }

  /** Creates the payment at the provider, by the stored bytes; answers the prepay id. `turn`: whether nothing was sent for it before. */
  private async create(attempt: AttemptRow, turn: 'first' | 'again'): Promise<string> {
    const bucket = bucketOf(attempt.attempt_id)
    const made = await this.providers
      .of(attempt.provider)
      .create(this.keys.open(attempt.create_body, `attempt.create_body|${attempt.attempt_id}`))
    const set = (state: AttemptState, prepayId: string | null, from: readonly AttemptState[]): Promise<number> =>
      this.db.changeOf(
        `UPDATE attempt SET state = ?, prepay_id = COALESCE(?, prepay_id), is_live = IF(? = 'create_rejected', NULL, is_live), version = version + 1 WHERE bucket = ? AND attempt_id = ? AND state IN (?)`,
        [state, prepayId, state, bucket, attempt.attempt_id, from],
      )
    switch (made.kind) {
      case 'prepared': {
        if ((await set('prepared', made.prepayId, movesInto(attemptMoves, 'prepared'))) === 1) return made.prepayId
        // another phone was faster, and its prepay id is stored; or a notification was, and there is nothing left to pay (N2)
        const [stored] = await this.db.rows<{ state: AttemptState; prepay_id: string | null }>(
          'SELECT state, prepay_id FROM attempt WHERE bucket = ? AND attempt_id = ?',
          [bucket, attempt.attempt_id],
        )
        if (stored?.state === 'prepared' && stored.prepay_id) return stored.prepay_id
        throw new Refused(refuse('payment_checking'))
      }
      case 'rejected':
        // only the first call can be sure that nothing of it exists there; after it, the provider is asked
        if (turn === 'first') await set('create_rejected', null, ['init'])
        throw new Refused(refuse('provider_unavailable'))
      case 'paid':
        await this.attempts.check({ ...attempt, state: 'create_unknown' })
        throw new Refused(refuse('payment_checking'))
      case 'unknown':
        await set('create_unknown', null, movesInto(attemptMoves, 'create_unknown'))
        throw new Refused(refuse('provider_unavailable'))
    }
  }
}
