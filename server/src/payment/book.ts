import type { DueKind } from '@shebao/shared/due'
import type { Insurance } from '@shebao/shared/insurance'
import { stamp } from '../clock.ts'
import type { Statements } from '../db/db.ts'
import type { PaidEvidence } from './provider.ts'

/** The attempt that a payment belongs to, with its order. */
export interface PaidAttempt {
  bucket: number
  attempt: string
  order: string
  totalFen: number
  expiresAt: number
  clockOffsetMs: number
}
/** An item of the order, as money is allocated to it. */
export interface PaidItem {
  itemNo: number
  person: string
  enrolment: string
  insurance: Insurance
  kind: DueKind
  year: number
  months: { from: string; to: string }
  sourceKey: string
  tier: string | null
  rateVersion: string | null
  units: number
  amountFen: number
}
/** The same success was booked before. */
export class Again extends Error {}

/** Ends the attempt and books the provider's transaction; throws Again when the attempt was ended by the same news before. */
export const bookPayment = async (
  t: Statements,
  attempt: PaidAttempt,
  evidence: PaidEvidence,
  state: 'allocated' | 'partly' | 'surplus' | 'mismatch',
  surplusFen: number,
): Promise<void> => {
  const ended = await t.change(
    `UPDATE attempt SET state = ?, is_live = NULL, next_check_at = NULL, version = version + 1 WHERE bucket = ? AND attempt_id = ? AND state NOT IN ('succeeded', 'mismatch')`,
    [state === 'mismatch' ? 'mismatch' : 'succeeded', attempt.bucket, attempt.attempt],
  )
  if (ended !== 1) throw new Again()
  await t.change(
    `INSERT INTO provider_payment (bucket, provider, merchant, transaction_id, attempt_id, order_id, total_fen, refundable_fen, surplus_fen, paid_at, business_paid_at, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      attempt.bucket,
      evidence.provider,
      evidence.merchant,
      evidence.transactionId,
      attempt.attempt,
      attempt.order,
      evidence.totalFen,
      evidence.totalFen,
      surplusFen,
      stamp(evidence.paidAt),
      stamp(evidence.paidAt + attempt.clockOffsetMs),
      state,
    ],
  )
}
