import * as v from 'valibot'
import { Month } from './day.ts'
import { DocumentNumber, DocumentType, Name } from './identity.ts'
import { Insurance, type Insurance as InsuranceCode } from './insurance.ts'

/** A county of Jinzhou, GB/T 2260 code of six digits. */
export const County = v.pipe(v.string(), v.regex(/^\d{6}$/))
/** A serial number as an institution writes it. */
export const Serial = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]{1,40}$/))

/**
 * 参保信息 as an institution sends it (R51): who is in which insurance where and since when; never a tier (R36: one that
 * comes along is ignored and reported). `factNo` is the institution's own sequence: an older fact never overwrites a newer.
 */
export const EnrolmentFact = v.strictObject({
  serial: Serial,
  factNo: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  documentType: DocumentType,
  documentNumber: DocumentNumber,
  name: Name,
  insurance: Insurance,
  county: County,
  monthFrom: Month,
  monthTo: v.optional(Month),
  tier: v.optional(v.string()),
})
export type EnrolmentFact = v.InferOutput<typeof EnrolmentFact>

/** A contributor in an insurance at an institution. `monthTo` is '9999-12' while it runs. */
export interface Enrolment {
  enrolment: string
  insurance: InsuranceCode
  county: string
  monthFrom: string
  monthTo: string
}
