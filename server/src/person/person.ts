import { Injectable } from '@nestjs/common'
import type { RegisteredIdentity } from '@shebao/shared/identity'
import { Clock, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { Db, isDuplicate, type Statements } from '../db/db.ts'
import { anyBucket, bucketOf, bucketOfHash, Ids } from '../db/id.ts'
import { identityFrom, identityIndex, sealIdentity } from '../login/identity.ts'

/** A contributor as looked up. */
export interface Person {
  person: string
  identity: RegisteredIdentity
}

const bound = (person: string): string => `person.identity|${person}`

/** Contributors, found only by the exact identity that an institution registered. */
@Injectable()
export class Persons {
  constructor(
    private readonly db: Db,
    private readonly keys: Keys,
    private readonly ids: Ids,
    private readonly clock: Clock,
  ) {}

  /** The contributor with this identity at present; undefined for every kind of miss. */
  async findIn(on: Statements, identity: RegisteredIdentity): Promise<Person | undefined> {
    return this.findByIndex(identityIndex(this.keys, identity).value, on)
  }

  /** As `findIn`, by the blind index: an account's verified identity is looked up without opening it. */
  async findByIndex(index: Buffer, on: Statements = this.db): Promise<Person | undefined> {
    const [row] = await on.rows<{ person_id: string; identity_enc: Buffer }>(
      `SELECT p.person_id, p.identity_enc FROM registered_identity r JOIN person p ON p.bucket = r.person_id & 1023 AND p.person_id = r.person_id
        WHERE r.bucket = ? AND r.subject_bi = ? AND r.is_current = 1`,
      [bucketOfHash(index), index],
    )
    return row && { person: row.person_id, identity: this.identityOf(row.person_id, row.identity_enc) }
  }

  /** Opens the identity stored on a person's row. */
  identityOf(person: string, sealed: Buffer): RegisteredIdentity {
    return identityFrom(this.keys, sealed, bound(person))
  }

  /** The contributor with this identity, made if there is none. Two feeds at once make one person: the second finds the first's. */
  async findOrCreate(t: Statements, identity: RegisteredIdentity, region: string): Promise<string> {
    const { value: index, kid } = identityIndex(this.keys, identity)
    const key = [bucketOfHash(index), index] as const
    const known = async (): Promise<string | undefined> => {
      const [row] = await t.rows<{ person_id: string }>(
        'SELECT person_id FROM registered_identity WHERE bucket = ? AND subject_bi = ? AND is_current = 1',
        [...key],
      )
      return row?.person_id
    }
    const found = await known()
    if (found) return found
    const person = this.ids.next(anyBucket())
    const now = stamp(this.clock.system())
    try {
      await t.change(
        'INSERT INTO registered_identity (bucket, subject_bi, kid, person_id, is_current, created_at) VALUES (?, ?, ?, ?, 1, ?)',
        [...key, kid, person, now],
      )
    } catch (error) {
      if (!isDuplicate(error)) throw error
      const first = await known()
      if (first) return first
      // somebody was registered under it by mistake and has been corrected since: now it is this person's
      const freed = await t.change(
        'UPDATE registered_identity SET person_id = ?, is_current = 1 WHERE bucket = ? AND subject_bi = ? AND is_current IS NULL',
        [person, ...key],
      )
      if (freed !== 1) throw error
    }
    await t.change('INSERT INTO person (bucket, person_id, identity_enc, region, created_at) VALUES (?, ?, ?, ?, ?)', [
      bucketOf(person),
      person,
      sealIdentity(this.keys, identity, bound(person)),
      region,
      now,
    ])
    return person
  }

  /** An institution corrected the identity of a person: the new one finds them from now on, the former no longer (history stays). */
  async correct(t: Statements, person: string, identity: RegisteredIdentity): Promise<void> {
    const { value: index, kid } = identityIndex(this.keys, identity)
    const now = stamp(this.clock.system())
    await t.change('UPDATE registered_identity SET is_current = NULL WHERE person_id = ? AND subject_bi <> ?', [person, index])
    await t.change(
      'INSERT INTO registered_identity (bucket, subject_bi, kid, person_id, is_current, created_at) VALUES (?, ?, ?, ?, 1, ?) ON DUPLICATE KEY UPDATE person_id = VALUES(person_id), is_current = 1',
      [bucketOfHash(index), index, kid, person, now],
    )
    await t.change('UPDATE person SET identity_enc = ?, version = version + 1 WHERE bucket = ? AND person_id = ?', [
      sealIdentity(this.keys, identity, bound(person)),
      bucketOf(person),
      person,
    ])
  }
}
