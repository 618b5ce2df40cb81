import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { refuse } from '@shebao/shared/refusal'
import { DataSource } from 'typeorm'
import { Clock, stamp } from '../clock.ts'
import { Db, isDuplicate } from '../db/db.ts'
import type { Machine } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { MachineEntity } from './machine.entity.ts'

/** How far a sender's clock may be off, in milliseconds; a nonce is kept twice as long. */
const SKEW_MS = 300_000

/** The five lines that a party signs: method, path with query, unix seconds, nonce, SHA-256 of the exact body in hex. */
export const signedText = (method: string, path: string, timestamp: string, nonce: string, body: Buffer): string =>
  `${method}\n${path}\n${timestamp}\n${nonce}\n${createHash('sha256').update(body).digest('hex')}\n`

/** Messages of institutions, halls and channels: signed by Ed25519 over the exact bytes, fresh, and never accepted twice. */
@Injectable()
export class Machines {
  private readonly kept = new Map<string, { role: Machine['role']; key: KeyObject; until: number }>()

  constructor(
    private readonly source: DataSource,
    private readonly db: Db,
    private readonly clock: Clock,
  ) {}

  /** The party that signed, or `signature_wrong` with the reason: these are programs of the authorities, which must be told what is wrong. */
  async verify(
    method: string,
    path: string,
    headers: Readonly<Record<string, string | string[] | undefined>>,
    body: Buffer,
  ): Promise<Machine> {
    const header = (name: string): string => String(headers[name] ?? '')
    const [party, timestamp, nonce, signature] = [header('x-party'), header('x-timestamp'), header('x-nonce'), header('x-signature')]
    if (!party || !/^\d{1,12}$/.test(timestamp) || !/^[A-Za-z0-9_-]{16,64}$/.test(nonce) || !signature)
      throw new Refused(refuse('signature_wrong', { why: 'missing' }))
    const now = this.clock.system()
    if (Math.abs(Number(timestamp) * 1000 - now) > SKEW_MS) throw new Refused(refuse('signature_wrong', { why: 'stale' }))
    const known = await this.find(party, now)
    if (!known) throw new Refused(refuse('signature_wrong', { why: 'unknown_key' }))
    if (!verify(null, Buffer.from(signedText(method, path, timestamp, nonce, body)), known.key, Buffer.from(signature, 'base64')))
      throw new Refused(refuse('signature_wrong', { why: 'mismatch' }))
    try {
      await this.db.change('INSERT INTO machine_nonce (party, nonce, used_at) VALUES (?, ?, ?)', [party, nonce, stamp(now)])
    } catch (error) {
      if (isDuplicate(error)) throw new Refused(refuse('signature_wrong', { why: 'replayed' }))
      throw error
    }
    return { party, role: known.role }
  }

  /** Nonces older than any message that would still be accepted are of no use. */
  async forgetNonces(): Promise<void> {
    await this.db.change('DELETE FROM machine_nonce WHERE used_at < ? LIMIT 5000', [stamp(this.clock.system() - 2 * SKEW_MS)])
  }

  private async find(party: string, now: number): Promise<{ role: Machine['role']; key: KeyObject } | undefined> {
    const kept = this.kept.get(party)
    if (kept && now < kept.until) return kept
    const row = await this.source.getRepository(MachineEntity).findOneBy({ party })
    if (!row) return undefined
    const found = { role: row.role, key: createPublicKey({ key: row.public_key, format: 'der', type: 'spki' }), until: now + 10_000 }
    this.kept.set(party, found)
    return found
  }
}

/** Only machines of `role` may do this; another answers as if the route were not there. */
export const demandRole = (machine: Machine, role: Machine['role']): void => {
  if (machine.role !== role) throw new Refused(refuse('not_found'))
}
