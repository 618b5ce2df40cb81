import { createHash, createPrivateKey, randomBytes, sign, type KeyObject } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'

/** The parties of the demonstration that sign their messages, and what each may do. */
export const parties = { pension: 'institution', medical: 'institution', hall: 'office', bank: 'channel' } as const
export type Party = keyof typeof parties

/** A party with its private key. */
export interface Signer {
  party: Party
  key: KeyObject
}
export const signer = (folder: string, party: Party): Signer => {
  const file = path.join(folder, 'keys', 'machines', `${party}.pem`)
  if (!existsSync(file)) throw new Error(`there is no key ${file}: npm start makes it`)
  return { party, key: createPrivateKey(readFileSync(file)) }
}

/**
 * Headers that sign a message: Ed25519 over method, path with query, unix seconds, nonce and SHA-256 of the exact body.
 * Time is the system's: a message that is five minutes old is refused whatever day the rules are judged as of.
 */
export const signed = ({ party, key }: Signer, method: string, pathAndQuery: string, body: string): Record<string, string> => {
  const [timestamp, nonce] = [String(Math.floor(Date.now() / 1000)), randomBytes(16).toString('base64url')]
  const digest = createHash('sha256').update(body).digest('hex')
  const text = `${method}\n${pathAndQuery}\n${timestamp}\n${nonce}\n${digest}\n`
  return {
    'x-party': party,
    'x-timestamp': timestamp,
    'x-nonce': nonce,
    'x-signature': sign(null, Buffer.from(text), key).toString('base64'),
  }
}
