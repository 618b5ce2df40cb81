import type { DueKind, DueRow, FeeYearRow } from '@shebao/shared/due'
import type { Enrolment } from '@shebao/shared/enrolment'
import type { Insurance } from '@shebao/shared/insurance'
import type { DueState } from '@shebao/shared/payment'
import type { Statements } from '../db/db.ts'
import { owners } from '../db/id.ts'
import { instantFrom } from '../clock.ts'

/** A row of `enrolment` with its owner. */
export interface OwnedEnrolment extends Enrolment {
  person: string
  institution: string
}
/** A row of `due` with what the order path needs of it; `holder` is the account whose order holds it. */
export interface OwnedDue extends DueRow {
  person: string
  enrolment: string
  sourceKey: string
  order?: string
  holder?: string
}
/** A row of `fee_year` with its owner. */
export interface OwnedFeeYear extends FeeYearRow {
  person: string
}

interface EnrolmentColumns {
  person_id: string
  enrolment_id: string
  insurance: Insurance
  institution: string
  county: string
  month_from: string
  month_to: string
}
export const enrolmentOf = (row: EnrolmentColumns): OwnedEnrolment => ({
  person: row.person_id,
  enrolment: row.enrolment_id,
  insurance: row.insurance,
  institution: row.institution,
  county: row.county,
  monthFrom: row.month_from,
  monthTo: row.month_to,
})

interface DueColumns {
  person_id: string
  due_id: string
  enrolment_id: string
  insurance: Insurance
  kind: DueKind
  month_from: string
  month_to: string
  source_key: string
  year: number
  state: DueState
  order_id: string | null
  amount_fen: string | null
  expires_at: Date | null
  holder: string | null
}

// the holder's order is joined in for two facts: until when the wait lasts, and whether the holder is the one who asks
const DUES = `SELECT d.person_id, d.due_id, d.enrolment_id, d.insurance, d.kind, d.month_from, d.month_to, d.source_key, d.year, d.state, d.order_id, d.amount_fen,
    o.expires_at, o.account_id AS holder
  FROM due d LEFT JOIN pay_order o ON d.state = 'held' AND o.bucket = d.order_id & 1023 AND o.order_id = d.order_id`
const dueOf = (row: DueColumns, offsetMs: number): OwnedDue => ({
  person: row.person_id,
  due: row.due_id,
  enrolment: row.enrolment_id,
  insurance: row.insurance,
  kind: row.kind,
  monthFrom: row.month_from,
  monthTo: row.month_to,
  sourceKey: row.source_key,
  year: row.year,
  state: row.state,
  amountFen: row.amount_fen === null ? null : Number(row.amount_fen),
  ...(row.order_id && { order: row.order_id }),
  ...(row.holder && { holder: row.holder }),
  // the row is in system time, the rules are in business time
  ...(row.expires_at && { until: instantFrom(row.expires_at) + offsetMs }),
})
interface FeeYearColumns {
  person_id: string
  insurance: Insurance
  year: number
  tier: string
  held_units: number
  paid_units: number
}
const feeYearOf = (row: FeeYearColumns): OwnedFeeYear => ({
  person: row.person_id,
  insurance: row.insurance,
  year: row.year,
  tier: row.tier,
  units: row.held_units + row.paid_units,
})

/** Dues with a row, of one person, not withdrawn. `offsetMs` turns the ends of holds into business time. */
export const duesOf = async (on: Statements, bucket: number, person: string, offsetMs: number): Promise<OwnedDue[]> =>
  (await on.rows<DueColumns>(`${DUES} WHERE d.bucket = ? AND d.person_id = ? AND d.state <> 'withdrawn'`, [bucket, person])).map((row) =>
    dueOf(row, offsetMs),
  )
/** The same of several persons. */
export const duesOfAll = async (on: Statements, persons: readonly string[], offsetMs: number): Promise<OwnedDue[]> =>
  (await on.rowsOf<DueColumns>(`${DUES} WHERE (${owners(persons, 'd.')}) AND d.state <> 'withdrawn'`)).map((row) => dueOf(row, offsetMs))

const FEE_YEARS = 'SELECT person_id, insurance, year, tier, held_units, paid_units FROM fee_year WHERE'
/** The tier locks of one person. */
export const feeYearsOf = async (on: Statements, bucket: number, person: string): Promise<OwnedFeeYear[]> =>
  (await on.rows<FeeYearColumns>(`${FEE_YEARS} bucket = ? AND person_id = ?`, [bucket, person])).map(feeYearOf)
/** The same of several persons. */
export const feeYearsOfAll = async (on: Statements, persons: readonly string[]): Promise<OwnedFeeYear[]> =>
  (await on.rowsOf<FeeYearColumns>(`${FEE_YEARS} ${owners(persons)}`)).map(feeYearOf)

/** The enrolments of one person. */
export const enrolmentsOf = async (on: Statements, bucket: number, person: string): Promise<OwnedEnrolment[]> =>
  (
    await on.rows<EnrolmentColumns>(
      'SELECT person_id, enrolment_id, insurance, institution, county, month_from, month_to FROM enrolment WHERE bucket = ? AND person_id = ?',
      [bucket, person],
    )
  ).map(enrolmentOf)
