import { matchedNumber, type RegisteredIdentity } from '@shebao/shared/identity'
import type { Keys } from '../crypto/keys.ts'

/** Blind index of an identity: type, number as matched, and name, all three exact after normalising (R54, R56). */
export const identityIndex = (keys: Keys, { documentType, documentNumber, name }: RegisteredIdentity): { kid: number; value: Buffer } =>
  keys.blindIndex('identity', documentType, matchedNumber(documentType, documentNumber), name)

/** An identity sealed for one row; `bound` is `table.column|row`. */
export const sealIdentity = (keys: Keys, identity: RegisteredIdentity, bound: string): Buffer =>
  keys.seal(JSON.stringify([identity.documentType, identity.documentNumber, identity.name]), bound)

/** Opens what `sealIdentity` made for the same row. */
export const identityFrom = (keys: Keys, sealed: Buffer, bound: string): RegisteredIdentity => {
  const [documentType, documentNumber, name] = JSON.parse(keys.open(sealed, bound)) as [RegisteredIdentity['documentType'], string, string]
  return { documentType, documentNumber, name }
}
