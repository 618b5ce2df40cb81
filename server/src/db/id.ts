import { randomBytes, randomInt } from 'node:crypto'
import { Injectable, type OnApplicationShutdown } from '@nestjs/common'
import { Clock, stamp } from '../clock.ts'
import { Db } from './db.ts'

const EPOCH = 1_577_836_800_000n // 2020-01-01T00:00Z
const LEASE_MS = 60_000

/** The shard of an id: its low ten bits. Every row of one contributor, and every row of one account's orders, shares it. */
export const bucketOf = (id: string): number => Number(BigInt(id) & 1023n)
/** A shard for something new that belongs to nobody yet. */
export const anyBucket = (): number => randomInt(1024)
/** The shard of a blind index or token hash: its first ten bits. */
export const bucketOfHash = (hash: Buffer): number => hash.readUInt16BE(0) >> 6

/** Compares ids as the keys of their tables do, by bucket first: whoever locks rows of several people takes them in this order. */
export const inKeyOrder = (a: string, b: string): number => bucketOf(a) - bucketOf(b) || (BigInt(a) < BigInt(b) ? -1 : a === b ? 0 : 1)

/** `bucket = … AND person_id = … OR …`: never `(bucket, person_id) IN (…)`, which scans the index in an UPDATE of one tuple on MariaDB 10.11. */
export const owners = (persons: Iterable<string>, prefix = ''): string =>
  [...new Set(persons)]
    .sort(inKeyOrder)
    .map((person) => `${prefix}bucket = ${bucketOf(person)} AND ${prefix}person_id = ${BigInt(person)}`)
    .join(' OR ')

/**
 * Ids of 63 bits: 41 of milliseconds since 2020, 5 of the node, 7 of a counter, 10 of the bucket. Monotone in a process.
 * The node number is leased from the table `node`, so two servers never share one.
 */
@Injectable()
export class Ids implements OnApplicationShutdown {
  private readonly owner = randomBytes(8).toString('hex')
  private node: bigint | undefined
  private leasedUntil = 0
  private renewal: NodeJS.Timeout | undefined
  private last = 0n
  private counter = 0n

  constructor(
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** Takes a free node number; throws when all 32 are in use. */
  async lease(): Promise<void> {
    const now = this.clock.system()
    const free = await this.db.rows<{ node_no: number }>('SELECT node_no FROM node WHERE leased_until < ? ORDER BY leased_until', [
      stamp(now),
    ])
    for (const { node_no } of free) {
      const won = await this.db.change('UPDATE node SET owner = ?, leased_until = ? WHERE node_no = ? AND leased_until < ?', [
        this.owner,
        stamp(now + LEASE_MS),
        node_no,
        stamp(now),
      ])
      if (won !== 1) continue
      this.node = BigInt(node_no)
      this.leasedUntil = now + LEASE_MS
      clearInterval(this.renewal)
      this.renewal = setInterval(() => void this.renew(), LEASE_MS / 4)
      this.renewal.unref()
      return
    }
    throw new Error('all 32 node numbers are leased: is a server running that nobody knows of?')
  }

  private async renew(): Promise<void> {
    const until = this.clock.system() + LEASE_MS
    try {
      const kept = await this.db.change('UPDATE node SET leased_until = ? WHERE node_no = ? AND owner = ?', [
        stamp(until),
        String(this.node),
        this.owner,
      ])
      if (kept === 1) this.leasedUntil = until
      else await this.lease() // the lease had ended and another server took the number
    } catch {
      // the database is away: ids may still be made until the lease ends, and then nothing could be stored anyway
    }
  }

  /** A new id in the given bucket. Throws once the lease on the node number has ended. */
  next(bucket: number): string {
    const now = this.clock.system()
    if (this.node === undefined || now > this.leasedUntil) throw new Error('the lease on the node number has ended')
    let time = BigInt(now) - EPOCH
    if (time <= this.last) {
      time = this.last
      this.counter++
      if (this.counter > 127n) {
        time = ++this.last
        this.counter = 0n
      }
    } else {
      this.last = time
      this.counter = 0n
    }
    return ((time << 22n) | (this.node << 17n) | (this.counter << 10n) | BigInt(bucket)).toString()
  }

  async onApplicationShutdown(): Promise<void> {
    clearInterval(this.renewal)
    if (this.node === undefined) return
    await this.db
      .change("UPDATE node SET leased_until = '2020-01-01' WHERE node_no = ? AND owner = ?", [String(this.node), this.owner])
      .catch(() => 0)
  }
}
