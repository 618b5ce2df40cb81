import { createHash } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { Clock, instantFrom, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { bucketOf, bucketOfHash } from '../db/id.ts'
import { Db } from '../db/db.ts'
import type { Caller } from '../http/endpoint.decorator.ts'

const IDLE_MS = 2 * 3_600_000
const ABSOLUTE_MS = 24 * 3_600_000
/** `seen_at` is written at most this often: a session that is in use costs no write per request. */
const SEEN_EVERY_MS = 5 * 60_000
const MOST_PER_ACCOUNT = 3

const hashOf = (random: Buffer): Buffer => createHash('sha256').update(random).digest()

/** Sessions: an opaque token, of which only the hash is stored; ended by logging out, by two idle hours, or after a day. */
@Injectable()
export class Sessions {
  constructor(
    private readonly db: Db,
    private readonly keys: Keys,
    private readonly clock: Clock,
  ) {}

  /** Opens a session and answers its token; beyond three, the account's oldest ends. */
  async open(account: string, host: Caller['host'], hostIndex: Buffer): Promise<{ token: string; caller: Caller }> {
    const { token, random } = this.keys.token()
    const session = hashOf(random)
    const now = stamp(this.clock.system())
    await this.db.change(
      'INSERT INTO session (bucket, token_hash, account_id, host, host_bi, created_at, seen_at) VALUES (?, ?, ?, ?, ?, ?, ?)',
      [bucketOfHash(session), session, account, host, hostIndex, now, now],
    )
    const all = await this.db.rows<{ bucket: number; token_hash: Buffer }>(
      'SELECT bucket, token_hash FROM session WHERE account_id = ? ORDER BY created_at DESC, token_hash',
      [account],
    )
    for (const old of all.filter((row) => !row.token_hash.equals(session)).slice(MOST_PER_ACCOUNT - 1)) await this.end(old.token_hash)
    const caller = await this.byHash(session)
    if (!caller) throw new Error('a session that was just opened is not there')
    return { token, caller }
  }

  /** The caller behind an Authorization header; undefined for a token that is not ours, unknown, idle too long or too old. */
  async find(authorization: string | undefined): Promise<Caller | undefined> {
    const random = authorization?.startsWith('Bearer ') ? this.keys.tokenRandom(authorization.slice(7)) : undefined
    return random && this.byHash(hashOf(random))
  }

  /** The caller of a session by its token's hash. */
  async byHash(session: Buffer): Promise<Caller | undefined> {
    const [row] = await this.db.rows<{
      account_id: string
      host: Caller['host']
      host_bi: Buffer
      created_at: Date
      seen_at: Date
      document_type: string | null
      identity_bi: Buffer | null
      identity_enc: Buffer | null
    }>(
      `SELECT s.account_id, s.host, s.host_bi, s.created_at, s.seen_at, a.document_type, a.identity_bi, a.identity_enc
         FROM session s JOIN account a ON a.bucket = s.account_id & 1023 AND a.account_id = s.account_id
        WHERE s.bucket = ? AND s.token_hash = ?`,
      [bucketOfHash(session), session],
    )
    const now = this.clock.system()
    if (!row || now - instantFrom(row.seen_at) > IDLE_MS || now - instantFrom(row.created_at) > ABSOLUTE_MS) return undefined
    if (now - instantFrom(row.seen_at) > SEEN_EVERY_MS)
      await this.db.change('UPDATE session SET seen_at = ? WHERE bucket = ? AND token_hash = ?', [
        stamp(now),
        bucketOfHash(session),
        session,
      ])
    return {
      account: row.account_id,
      host: row.host,
      hostIndex: row.host_bi,
      session,
      realName:
        row.document_type && row.identity_bi && row.identity_enc
          ? { documentType: row.document_type, index: row.identity_bi, sealed: row.identity_enc }
          : undefined,
    }
  }

  async end(session: Buffer): Promise<void> {
    await this.db.change('DELETE FROM session WHERE bucket = ? AND token_hash = ?', [bucketOfHash(session), session])
  }

  /** Gives every session and host user of an account that turned out to be somebody's second one to the first. */
  async move(from: string, to: string): Promise<void> {
    await this.db.transaction(async (t) => {
      await t.change('UPDATE session SET account_id = ? WHERE account_id = ?', [to, from])
      await t.change('UPDATE host_identity SET account_id = ? WHERE account_id = ?', [to, from])
      await t.change('UPDATE account SET merged_into = ? WHERE bucket = ? AND account_id = ?', [to, bucketOf(from), from])
    })
  }
}
