import { checkDigit, type DocumentType, type RegisteredIdentity } from '@shebao/shared/identity'
import type { Insurance } from '@shebao/shared/insurance'
import type { Months } from '@shebao/shared/months'
import type { Provider } from '@shebao/shared/payment'
import { inventPerson } from './invent.ts'

/** An order through our own channels: paid, or left open, which holds its dues for a quarter of an hour. */
export interface SeedOrder {
  host: Provider
  until: 'paid' | 'held'
}
export interface SeedSpecial {
  months: Months
  amountFen: number
  order?: SeedOrder
}
export interface SeedEnrolment {
  insurance: Insurance
  county: string
  monthFrom: string
  monthTo?: string
  specials?: SeedSpecial[]
  /** Regular months of 2022 that another channel reports as paid. */
  reports?: { channel: 'bank' | 'hall' | 'liaoshitong'; tier: string; months: Months; paidAt: string }[]
  /** Regular months of 2022 ordered here. */
  order?: SeedOrder & { tier: string; months: Months }
}
/** One invented person of the demonstration. */
export interface SeedPerson {
  /** Makes the serials: the same at every start. */
  key: string
  /** What this person is there to show. */
  shows: string
  /** As the institution holds it, right or wrong. */
  registered: RegisteredIdentity
  /** The document that the person really holds: what they log in with. */
  holds: RegisteredIdentity
  enrolments: SeedEnrolment[]
}

const [GUTA, LINGHE, TAIHE, HEISHAN, YIXIAN, LINGHAI, BEIZHEN] = [
  '210702',
  '210703',
  '210711',
  '210726',
  '210727',
  '210781',
  '210782',
] as const

// prices: 2021 floor and 60 %, 2020 60 % are those of the wages of 2020 and 2019; medical amounts were not found and are demonstration values
const PENSION_2021_FLOOR = { months: { from: '2021-01', to: '2021-12' }, amountFen: 788_160 }
const PENSION_2021_PART = { months: { from: '2021-06', to: '2021-12' }, amountFen: 479_500 }
const PENSION_2020 = { months: { from: '2020-07', to: '2020-12' }, amountFen: 377_160 }
const MEDICAL_2021 = { months: { from: '2021-07', to: '2022-06' }, amountFen: 315_000 }
const MEDICAL_2020 = { months: { from: '2020-07', to: '2021-06' }, amountFen: 305_000 }
const MEDICAL_2019 = { months: { from: '2019-07', to: '2020-06' }, amountFen: 295_000 }
const RESIDENT_MEDICAL_2022 = { months: { from: '2022-01', to: '2022-12' }, amountFen: 32_000 }

const months = (from: number, to: number): Months => ({
  from: `2022-${String(from).padStart(2, '0')}`,
  to: `2022-${String(to).padStart(2, '0')}`,
})
type More = Omit<SeedEnrolment, 'insurance' | 'county' | 'monthFrom'> & { monthFrom?: string }
const enrolled =
  (insurance: Insurance, since: string) =>
  (county: string, more: More = {}): SeedEnrolment => ({ insurance, county, monthFrom: since, ...more })
const pension = enrolled('flexible_pension', '2020-01')
const medical = enrolled('flexible_medical', '2019-07')
const residentPension = enrolled('resident_pension', '2018-01')
const residentMedical = enrolled('resident_medical', '2022-01')

let made = 0
const person = (
  shows: string,
  enrolments: SeedEnrolment[],
  { type, registered = (held) => held }: { type?: DocumentType; registered?: (held: RegisteredIdentity) => RegisteredIdentity } = {},
): SeedPerson => {
  const number = ++made
  const holds = inventPerson(202_200 + number, type)
  return { key: `seed-${String(number).padStart(2, '0')}`, shows, holds, registered: registered(holds), enrolments }
}

// wrong records, as institutions hold them
const fifteen = (held: RegisteredIdentity): RegisteredIdentity => ({
  ...held,
  documentNumber: held.documentNumber.slice(0, 6) + held.documentNumber.slice(8, 17),
})
const wrongCheckDigit = (held: RegisteredIdentity): RegisteredIdentity => {
  const first17 = held.documentNumber.slice(0, 17)
  return { ...held, documentNumber: first17 + (checkDigit(first17) === '0' ? '1' : '0') }
}
const oneDigitShort = (held: RegisteredIdentity): RegisteredIdentity => ({ ...held, documentNumber: held.documentNumber.slice(0, 17) })
/** The person is called 钢, the record says 刚: the same sound. */
const steel = (one: SeedPerson): SeedPerson => ({
  ...one,
  holds: { ...one.holds, name: `${one.holds.name.slice(0, 2)}钢` },
  registered: { ...one.registered, name: `${one.registered.name.slice(0, 2)}刚` },
})
const named = (name: string, one: SeedPerson): SeedPerson => ({
  ...one,
  holds: { ...one.holds, name },
  registered: { ...one.registered, name },
})

/** Everybody in the demonstration; every insurance, kind of due and status that a look-up can show. */
export const people: readonly SeedPerson[] = [
  person('payable, provisional tiers', [pension(GUTA)]),
  person('enrolled from March: months 3–12', [pension(LINGHE, { monthFrom: '2022-03' })]),
  person('enrolment ends in June: months 1–6', [pension(TAIHE, { monthTo: '2022-06' })]),
  person('whole year paid in WeChat', [pension(HEISHAN, { order: { host: 'wechat', until: 'paid', tier: 'p60', months: months(1, 12) } })]),
  person('months 1–5 paid in Alipay, tier locked', [
    pension(YIXIAN, { order: { host: 'alipay', until: 'paid', tier: 'p60', months: months(1, 5) } }),
  ]),
  person('months 6–12 paid first: 1–5 remain', [
    pension(LINGHAI, { order: { host: 'wechat', until: 'paid', tier: 'p70', months: months(6, 12) } }),
  ]),
  person('months 1–2 paid at a bank at 80 %', [
    pension(BEIZHEN, { reports: [{ channel: 'bank', tier: 'p80', months: months(1, 2), paidAt: '2022-01-11T10:20:00+08:00' }] }),
  ]),
  person('whole year paid in a hall', [
    pension(GUTA, { reports: [{ channel: 'hall', tier: 'p100', months: months(1, 12), paidAt: '2022-01-10T09:05:00+08:00' }] }),
  ]),
  person('a bank left month 4 out: the hole may be filled', [
    pension(LINGHE, {
      reports: [
        { channel: 'bank', tier: 'p60', months: months(1, 3), paidAt: '2022-01-12T14:00:00+08:00' },
        { channel: 'bank', tier: 'p60', months: months(5, 5), paidAt: '2022-01-28T14:00:00+08:00' },
      ],
    }),
  ]),
  person('months 1–3 paid through 辽事通 at 300 %', [
    pension(TAIHE, { reports: [{ channel: 'liaoshitong', tier: 'p300', months: months(1, 3), paidAt: '2022-01-20T19:30:00+08:00' }] }),
  ]),
  person('in progress: months 1–6 held by an order', [
    pension(GUTA, { order: { host: 'wechat', until: 'held', tier: 'p60', months: months(1, 6) } }),
  ]),
  person('special 2021 closed since 01-20, 2022 payable', [pension(HEISHAN, { specials: [PENSION_2021_FLOOR] })]),
  person('two special dues, 2020 and 2021', [pension(YIXIAN, { specials: [PENSION_2020, PENSION_2021_FLOOR] })]),
  person('special for a part of 2021', [pension(LINGHAI, { monthFrom: '2021-06', specials: [PENSION_2021_PART] })]),

  person('not open before April', [residentPension(BEIZHEN)]),
  person('not open before April', [residentPension(YIXIAN)]),
  person('enrolment ended in 2021: nothing is due', [residentPension(HEISHAN, { monthTo: '2021-12' })]),

  person('in the collection window, then late, then closed', [residentMedical(GUTA, { specials: [RESIDENT_MEDICAL_2022] })]),
  person('in the collection window', [residentMedical(LINGHAI, { specials: [RESIDENT_MEDICAL_2022] })]),
  person('special due paid in Alipay', [
    residentMedical(TAIHE, { specials: [{ ...RESIDENT_MEDICAL_2022, order: { host: 'alipay', until: 'paid' } }] }),
  ]),
  person('in progress: special due held by an order', [
    residentMedical(LINGHE, { specials: [{ ...RESIDENT_MEDICAL_2022, order: { host: 'alipay', until: 'held' } }] }),
  ]),
  person('enrolled, but nothing was issued', [residentMedical(BEIZHEN)]),

  person('fee year July to June; a waiting period is possible', [medical(GUTA, { specials: [MEDICAL_2021] })]),
  person('special due paid in WeChat, acknowledged', [
    medical(LINGHE, { specials: [{ ...MEDICAL_2021, order: { host: 'wechat', until: 'paid' } }] }),
  ]),
  person('three special dues, no window published for the old ones', [
    medical(TAIHE, { specials: [MEDICAL_2019, MEDICAL_2020, MEDICAL_2021] }),
  ]),
  person('enrolled from July: opens then', [medical(YIXIAN, { monthFrom: '2022-07' })]),

  person('15-digit record', [pension(GUTA)], { registered: fifteen }),
  person('15-digit record', [residentMedical(HEISHAN, { specials: [RESIDENT_MEDICAL_2022] })], { registered: fifteen }),
  steel(person('record says 刚, the person is called 钢', [pension(LINGHE)])),
  steel(person('record says 刚, the person is called 钢', [residentMedical(BEIZHEN, { specials: [RESIDENT_MEDICAL_2022] })])),
  person('record has a wrong check digit', [residentPension(LINGHAI)], { registered: wrongCheckDigit }),
  person('record has a wrong check digit', [medical(GUTA, { specials: [MEDICAL_2021] })], { registered: wrongCheckDigit }),
  person('record is a digit short', [pension(TAIHE)], { registered: oneDigitShort }),

  person('pension and medical', [pension(GUTA), medical(GUTA, { specials: [MEDICAL_2021] })]),
  person('resident pension and medical', [residentPension(YIXIAN), residentMedical(YIXIAN, { specials: [RESIDENT_MEDICAL_2022] })]),
  person('enrolled twice in pension: flexible and resident', [pension(HEISHAN), residentPension(HEISHAN)]),
  person('moved in April: two counties, one tier lock', [
    pension(LINGHAI, { monthTo: '2022-03' }),
    pension(BEIZHEN, { monthFrom: '2022-04' }),
  ]),

  person('foreign passport: agent entry for oneself', [pension(GUTA)], { type: 'foreign_passport' }),
  person('foreign passport', [residentMedical(LINGHE, { specials: [RESIDENT_MEDICAL_2022] })], { type: 'foreign_passport' }),
  person('permit of Hong Kong or Macau', [pension(TAIHE)], { type: 'hk_macau_permit' }),
  person('permit of Taiwan', [residentMedical(GUTA, { specials: [RESIDENT_MEDICAL_2022] })], { type: 'taiwan_permit' }),
  person('residence permit of Hong Kong or Macau', [medical(LINGHE, { specials: [MEDICAL_2021] })], { type: 'hk_macau_residence' }),
  person('residence permit of Taiwan', [residentPension(TAIHE)], { type: 'taiwan_residence' }),
  person('permanent residence card of a foreigner', [pension(HEISHAN)], { type: 'foreign_permanent_resident' }),
  named('测试·古丽', person('name with a middle dot', [pension(LINGHAI)])),
]
