import { createCipheriv, createDecipheriv, createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import { DataSource } from 'typeorm'
import { Clock, dateOf } from '../clock.ts'
import { Config } from '../config.ts'
import { KeyEntity } from './key.entity.ts'

/** What a data key is for; one key never serves two purposes. */
const purposes = ['pii', 'blind_index', 'token', 'receipt'] as const
type Purpose = (typeof purposes)[number]
interface Key {
  kid: number
  key: Buffer
}

/** Suite 1: AES-256-GCM. The stored value is suite (1) | kid (2) | iv (12) | tag (16) | ciphertext. */
const SUITE = 1

const encrypt = (key: Buffer, plain: Buffer, bound: string): Buffer => {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(bound))
  const text = Buffer.concat([cipher.update(plain), cipher.final()])
  return Buffer.concat([iv, cipher.getAuthTag(), text])
}
const decrypt = (key: Buffer, stored: Buffer, bound: string): Buffer => {
  const decipher = createDecipheriv('aes-256-gcm', key, stored.subarray(0, 12))
    .setAAD(Buffer.from(bound))
    .setAuthTag(stored.subarray(12, 28))
  return Buffer.concat([decipher.update(stored.subarray(28)), decipher.final()])
}

/**
 * Envelope encryption and keyed hashes. Data keys are wrapped in `key_registry`; the key that wraps them comes from KEK_FILE.
 * Ciphertext is bound to its column and row, so that it cannot be moved to another.
 */
@Injectable()
export class Keys {
  private readonly active = new Map<Purpose, Key>()
  private readonly byKid = new Map<number, Buffer>()

  constructor(
    private readonly source: DataSource,
    private readonly config: Config,
    private readonly clock: Clock,
  ) {}

  /** Reads the registry and makes the keys that are missing. Throws when the KEK does not open what is there. */
  async load(): Promise<void> {
    const repository = this.source.getRepository(KeyEntity)
    for (const [at, purpose] of purposes.entries()) {
      let row = await repository.findOneBy({ purpose, is_active: 1 })
      if (!row) {
        const wrapped = encrypt(this.config.kek.key, randomBytes(32), `key_registry|${purpose}`)
        const fresh = { kid: at + 1, purpose, suite: SUITE, wrapped, is_active: 1, created_at: dateOf(this.clock.system()) }
        // another server may have made it first: then its key is the one
        await repository.createQueryBuilder().insert().values(fresh).orIgnore().updateEntity(false).execute()
        row = await repository.findOneByOrFail({ purpose, is_active: 1 })
      }
      this.active.set(purpose, { kid: row.kid, key: this.unwrap(row) })
    }
    for (const row of await repository.find()) this.byKid.set(row.kid, this.unwrap(row))
  }

  private unwrap(row: KeyEntity): Buffer {
    try {
      return decrypt(this.config.kek.key, row.wrapped, `key_registry|${row.purpose}`)
    } catch (cause) {
      throw new Error(`KEK_FILE does not open key ${row.kid}: it is not the key this database was made with`, { cause })
    }
  }

  private of(purpose: Purpose): Key {
    const key = this.active.get(purpose)
    if (!key) throw new Error('keys are not loaded')
    return key
  }

  /** Encrypts personal data for one place: `bound` is `table.column|row id`. */
  seal(plain: string | Buffer, bound: string): Buffer {
    const { kid, key } = this.of('pii')
    const head = Buffer.from([SUITE, kid >> 8, kid & 255])
    return Buffer.concat([head, encrypt(key, Buffer.from(plain), bound)])
  }

  /** Decrypts what `seal` made for the same place; throws on anything else, also on the ciphertext of another row. */
  open(stored: Buffer, bound: string): string {
    const key = this.byKid.get(stored.readUInt16BE(1))
    if (stored[0] !== SUITE || !key) throw new Error('sealed with an unknown suite or key')
    return decrypt(key, stored.subarray(3), bound).toString()
  }

  /** Keyed hash by which a value is found again without being stored; parts are joined by U+241F. */
  blindIndex(...parts: string[]): { kid: number; value: Buffer } {
    const { kid, key } = this.of('blind_index')
    return { kid, value: createHmac('sha256', key).update(parts.join('\u241f')).digest() }
  }

  /** A short keyed tag for the log: the same account is recognised, nobody is identified. */
  logTag(value: string): string {
    return createHmac('sha256', this.of('token').key).update(`log|${value}`).digest('base64url').slice(0, 12)
  }

  /** A new bearer token: 32 random bytes and 8 of their keyed hash, so that a made-up token costs no look-up. */
  token(): { token: string; random: Buffer } {
    const random = randomBytes(32)
    return { token: `${random.toString('base64url')}.${this.tokenTag(random).toString('base64url')}`, random }
  }
  /** The random part of a token that we made; undefined for any other text. */
  tokenRandom(token: string): Buffer | undefined {
    const [text = '', tag = ''] = token.split('.')
    const [random, claimed] = [Buffer.from(text, 'base64url'), Buffer.from(tag, 'base64url')]
    return random.length === 32 && claimed.length === 8 && timingSafeEqual(claimed, this.tokenTag(random)) ? random : undefined
  }
  private tokenTag(random: Buffer): Buffer {
    return createHmac('sha256', this.of('token').key).update(random).digest().subarray(0, 8)
  }

  /** The code that opens the public check of a receipt: 128 bits, derived from its number and a key. */
  receiptCode(no: string): string {
    return createHmac('sha256', this.of('receipt').key).update(no).digest().subarray(0, 16).toString('base64url')
  }
}
