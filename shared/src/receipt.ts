import * as v from 'valibot'
import { DueKind } from './due.ts'
import { Insurance } from './insurance.ts'

/** A way to pay (渠道): our own through a provider, or one that reports payments to us (R59). */
export const Channel = v.picklist(['wechat', 'alipay', 'bank', 'hall', 'liaoshitong'])
export type Channel = v.InferOutput<typeof Channel>

/** Proof of payment (票据, R70): a paid item of an order, or a payment reported by another channel. */
export const Receipt = v.object({
  no: v.string(),
  /** Opens the public check; 128 bits that nobody can guess. */
  verifyCode: v.string(),
  contributor: v.object({ maskedName: v.string(), lastFour: v.string() }),
  /** Whether the account that paid is not the contributor (R78; decision 30). */
  paidByAgent: v.boolean(),
  insurance: Insurance,
  kind: DueKind,
  year: v.number(),
  months: v.object({ from: v.string(), to: v.string() }),
  tier: v.nullable(v.string()),
  amountFen: v.number(),
  channel: Channel,
  paidAt: v.string(),
  /** Expected day of entitlement, "YYYY-MM-DD" (R74). */
  creditDay: v.string(),
  state: v.picklist(['paid', 'refunding', 'refunded']),
  order: v.nullable(v.string()),
})
export type Receipt = v.InferOutput<typeof Receipt>
