import * as v from 'valibot'

/** 险种. The three that ended before 2022 (R63, R64) live only in the legacy guide. */
export const Insurance = v.picklist(['flexible_pension', 'flexible_medical', 'resident_pension', 'resident_medical'])
export type Insurance = v.InferOutput<typeof Insurance>

/** 经办机构: who registers the contributor and answers for tier and amount (R82). */
export const Branch = v.picklist(['pension', 'medical'])
export type Branch = v.InferOutput<typeof Branch>

/** The institution that an insurance belongs to; it may not touch the other's (R2). */
export const branchOf = (insurance: Insurance): Branch => (insurance.endsWith('pension') ? 'pension' : 'medical')

/** Whether a regular due of this insurance is one month (R37) or one whole period (R39). */
export const isMonthly = (insurance: Insurance): boolean => insurance === 'flexible_pension'

/** First month of a fee year: flexible medical runs from July to June (R17); the fee year is named after its start year (R68). */
const startsIn = (insurance: Insurance): string => (insurance === 'flexible_medical' ? '07' : '01')

/** 费款所属期 of a whole fee year, both months included. */
export const periodOf = (insurance: Insurance, year: number): { from: string; to: string } =>
  startsIn(insurance) === '01' ? { from: `${year}-01`, to: `${year}-12` } : { from: `${year}-07`, to: `${year + 1}-06` }

/** The fee year in which a month of this insurance lies. */
export const feeYearOf = (insurance: Insurance, month: string): number => {
  const year = Number(month.slice(0, 4))
  return month.slice(5) < startsIn(insurance) ? year - 1 : year
}
