import { Refusal } from './exchange.ts'
import { userKey } from './world.ts'
import type { Face, Wallet, World } from './world.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** Eighteen digits with a true check digit. @see GB 11643-1999 */
function isResidentId(text: string): boolean {
  if (!/^\d{17}[\dX]$/.test(text)) return false
  const sum = weights.reduce((total, weight, index) => total + weight * Number(text[index]), 0)
  return '10X98765432'[sum % 11] === text[17]
}

const forms: Record<string, (text: string) => boolean> = {
  IDENTITY_CARD: isResidentId,
  HOME_VISIT_PERMIT_HK_MC: (text) => /^[HM]\d{8}(\d{2})?$/.test(text),
  HOME_VISIT_PERMIT_TAIWAN: (text) => /^\d{8}(\d{2})?$/.test(text),
  RESIDENCE_PERMIT_HK_MC: (text) => /^8[12]/.test(text) && isResidentId(text),
  RESIDENCE_PERMIT_TAIWAN: (text) => text.startsWith('83') && isResidentId(text),
}

export const documentTypes = Object.keys(forms)

const pass = 10000
const numberMismatch = 10003
const faceMismatch = 10004
const cancelled = 90002

/** The verify_ret of a check: only 10000 is a pass, and a check nobody went through counts as cancelled. */
export function judge(world: World, face: Face): number {
  if (face.passed === undefined) return cancelled
  if (!face.passed) return faceMismatch
  const wallet = face.user === undefined ? undefined : world.users.get(userKey(face.host, face.user))
  const otherNumber = wallet?.documentNumber !== undefined && wallet.documentNumber !== face.document
  const otherName = wallet?.name !== undefined && wallet.name !== face.name
  if (!forms[face.type]?.(face.document) || otherNumber || otherName) return numberMismatch
  return pass
}

/** The person looked into the camera, or did not. A check that ended cannot be done again. */
export function undergo(world: World, host: Wallet, id: string, passed: boolean, user?: string): boolean {
  const face = world.faces.get(id)
  if (!face || face.host !== host) throw new Refusal(404, 'NOT_FOUND', '没有这次刷脸')
  if (face.passed !== undefined) throw new Refusal(409, 'USED', '这次刷脸已经做过')
  if (face.expiresAt <= world.clock.now()) throw new Refusal(410, 'EXPIRED', '刷脸已过期')
  if (face.user !== undefined && user !== undefined && face.user !== user) throw new Refusal(403, 'OTHER_USER', '不是发起刷脸的账号')
  const account = face.user ?? user
  const done = world.faces.put(id, { ...face, passed, ...(account === undefined ? {} : { user: account }) })
  return judge(world, done) === pass
}

export const hasPassed = (world: World, face: Face) => judge(world, face) === pass
