import type { Policy } from '../policy.ts'

/**
 * Jinzhou (Liaoning), as published on 2022-01-02 and, for amounts and for dues that began later, as the sources named beside
 * each value say. This file seeds the table `policy_version`; the running server reads only the table.
 */

const NOTICE = 'notice of 2022-01-02'
const PENSION_2021 = '辽人社〔2021〕32号: average wage 2020 of 5709 yuan a month, ceiling 17127'
const PENSION_2022 = '辽人社〔2022〕27号: average wage 2021 of 6383 yuan a month, ceiling 19149, floor 3678'
const MEDICAL_2022 = 'Jinzhou flexible medical notice of 2022-07'

const stated = <V>(value: V, clause: string) => ({ value, clause, source: NOTICE, certainty: 'stated' as const })
const inferred = <V>(value: V, clause: string) => ({ value, clause, source: NOTICE, certainty: 'inferred' as const })
const elsewhere = <V>(value: V, source: string, certainty: 'stated' | 'inferred' | 'demo' = 'stated') => ({ value, source, certainty })

/** Contribution base of a share of the average wage: whole yuan, rounded half up; one month is 20 % of it, exact in fen (R45). */
const pensionTier = (wage: number, percent: number) => {
  const baseYuan = Math.floor((wage * percent + 50) / 100)
  return { code: `p${percent}`, label: `${percent}%档`, baseYuan, unitFen: baseYuan * 20 }
}
const PERCENTS = [60, 70, 80, 90, 100, 200, 300]

export const jinzhou2022: Policy = {
  version: 'jinzhou-2022.1',
  region: '210700',
  regionName: '锦州市',
  notice: {
    title: '锦州市自然人社保缴费升级通告',
    issued: '2022-01-02',
    issuers: ['国家税务总局锦州市税务局', '锦州市人力资源和社会保障局', '锦州市医疗保障局'],
  },
  counties: [
    { code: '210702', name: '古塔区' },
    { code: '210703', name: '凌河区' },
    { code: '210711', name: '太和区' },
    { code: '210726', name: '黑山县' },
    { code: '210727', name: '义县' },
    { code: '210781', name: '凌海市' },
    { code: '210782', name: '北镇市' },
  ],
  opens: stated('2022-01-01T00:00:00+08:00', '一(一)'),
  feeYears: [
    {
      insurance: 'flexible_pension',
      year: 2022,
      kind: 'regular',
      window: { opens: stated('2022-01', '二(四)'), collectionUntil: inferred(null, '二(一)2'), deadline: inferred(null, '二(一)2') },
    },
    {
      insurance: 'resident_pension',
      year: 2022,
      kind: 'regular',
      window: { opens: stated('2022-04', '二(四)'), collectionUntil: inferred(null, '二(一)2'), deadline: inferred(null, '二(一)2') },
    },
    {
      insurance: 'flexible_medical',
      year: 2022,
      kind: 'regular',
      window: {
        opens: elsewhere('2022-07', MEDICAL_2022),
        collectionUntil: elsewhere('2022-09-30', MEDICAL_2022),
        deadline: elsewhere('2023-06-30', MEDICAL_2022),
      },
    },
    {
      insurance: 'flexible_pension',
      year: 2020,
      kind: 'special',
      window: {
        opens: stated('2022-01', '二(一)2'),
        collectionUntil: inferred(null, '二(一)2'),
        deadline: stated('2022-01-20', '二(一)2'),
      },
    },
    {
      insurance: 'flexible_pension',
      year: 2021,
      kind: 'special',
      window: {
        opens: stated('2022-01', '二(一)2'),
        collectionUntil: inferred(null, '二(一)2'),
        deadline: stated('2022-01-20', '二(一)2'),
      },
    },
    {
      insurance: 'flexible_medical',
      year: 2021,
      kind: 'special',
      window: {
        opens: stated('2022-01', '二(一)2'),
        collectionUntil: inferred('unknown', '二(一)2'),
        deadline: stated('2022-06', '二(一)2'),
      },
    },
    {
      insurance: 'resident_medical',
      year: 2022,
      kind: 'special',
      window: {
        opens: stated('2022-01', '二(一)2'),
        collectionUntilBefore: null,
        collectionUntil: stated('2022-03-31', '二(一)2'),
        deadline: stated('2022-09', '二(一)2'),
      },
    },
  ],
  rates: [
    {
      version: 'flexible_pension-2022-provisional',
      insurance: 'flexible_pension',
      kind: 'provisional',
      basisYear: 2020,
      months: { from: '2022-01', to: '2022-12' },
      chargeableFrom: '2022-01',
      tiers: PERCENTS.map((percent) => pensionTier(5709, percent)),
      clause: '二(五)',
      source: PENSION_2021,
      certainty: 'recomputed',
    },
    {
      version: 'flexible_pension-2022-final',
      insurance: 'flexible_pension',
      kind: 'final',
      basisYear: 2021,
      months: { from: '2022-01', to: '2022-12' },
      chargeableFrom: '2022-09-01',
      tiers: [
        { code: 'floor', label: '下限档', baseYuan: 3678, unitFen: 73_560 },
        ...PERCENTS.map((percent) => pensionTier(6383, percent)),
      ],
      clause: '二(五)',
      source: `${PENSION_2022}; the day from which Jinzhou charged it was not found`,
      certainty: 'demo',
    },
    {
      version: 'resident_pension-2022',
      insurance: 'resident_pension',
      kind: 'final',
      basisYear: null,
      months: { from: '2022-01', to: '2022-12' },
      chargeableFrom: '2022-04',
      tiers: [200, 300, 500, 800, 1000, 2000, 3000].map((yuan) => ({ code: `y${yuan}`, label: `${yuan}元档`, unitFen: yuan * 100 })),
      source: 'Liaoning resident pension tiers, published for 2023; not verified for 2022',
      certainty: 'demo',
    },
    {
      version: 'flexible_medical-2022',
      insurance: 'flexible_medical',
      kind: 'final',
      basisYear: null,
      months: { from: '2022-07', to: '2023-06' },
      chargeableFrom: '2022-07',
      tiers: [
        { code: 'pooled', label: '单建统筹', unitFen: 327_600 },
        { code: 'combined', label: '统账结合', unitFen: 446_040 },
      ],
      source: MEDICAL_2022,
      certainty: 'stated',
    },
  ],
  creditDays: [{ from: '2022-01-01', days: stated(3, '二(十)') }],
  mustStartAtEarliestUnpaid: elsewhere(false, 'the notice asks only for months without a gap', 'inferred'),
}
