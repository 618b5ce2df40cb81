import { Injectable } from '@nestjs/common'
import type { Provider } from '@shebao/shared/payment'
import { Clock, instantFrom, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { Db, isDuplicate } from '../db/db.ts'
import { bucketOfTradeNo } from './out-trade-no.ts'
import type { Notified, PaidEvidence } from './provider.ts'
import { Settler } from './settle.ts'

/** How long the process that stored a notification has to apply it before the sweeper does, in milliseconds. */
const GRACE_MS = 5_000

/** Verified notifications: stored and committed before they are answered, applied at once, and by the sweeper after a crash. */
@Injectable()
export class Inbox {
  constructor(
    private readonly db: Db,
    private readonly settler: Settler,
    private readonly keys: Keys,
    private readonly clock: Clock,
  ) {}

  /** Stores and applies. When this returns, the news is safe; a fault while applying it is left to the sweeper. */
  async take(provider: Provider, notified: Notified): Promise<void> {
    const bucket = bucketOfTradeNo(notified.outTradeNo)
    const now = this.clock.system()
    const bound = `provider_inbox.body|${provider}|${notified.notifyId}`
    try {
      await this.db.change(
        'INSERT INTO provider_inbox (bucket, provider, notify_id, out_trade_no, body, received_at, next_check_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
        [
          bucket,
          provider,
          notified.notifyId,
          notified.outTradeNo,
          this.keys.seal(JSON.stringify(notified.payment ?? null), bound),
          stamp(now),
          notified.payment ? stamp(now + GRACE_MS) : null,
        ],
      )
    } catch (error) {
      if (!isDuplicate(error)) throw error // a resend: what is stored is the same news; if it is not applied yet, it is now
    }
    if (notified.payment) await this.settler.settle(notified.payment, { provider, notifyId: notified.notifyId })
  }

  /** Applies what a crashed process stored and did not apply. An orphan stays, for a person to look at. */
  async sweep(): Promise<number> {
    const now = this.clock.system()
    const rows = await this.db.rows<{ bucket: number; provider: Provider; notify_id: string; body: Buffer; next_check_at: Date }>(
      'SELECT bucket, provider, notify_id, body, next_check_at FROM provider_inbox WHERE next_check_at <= ? ORDER BY next_check_at LIMIT 100',
      [stamp(now)],
    )
    for (const { bucket, provider, notify_id, body, next_check_at } of rows) {
      const won = await this.db.change(
        'UPDATE provider_inbox SET next_check_at = ? WHERE bucket = ? AND provider = ? AND notify_id = ? AND next_check_at = ?',
        [stamp(now + 60_000), bucket, provider, notify_id, stamp(instantFrom(next_check_at))],
      )
      if (won !== 1) continue
      const payment = JSON.parse(this.keys.open(body, `provider_inbox.body|${provider}|${notify_id}`)) as PaidEvidence | null
      if (payment) await this.settler.settle(payment, { provider, notifyId: notify_id })
    }
    return rows.length
  }
}
