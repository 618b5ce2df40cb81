// what the server would answer, made by the rules themselves
import type { Lookup, OrderView } from '@shebao/shared/api'
import { instantOf } from '@shebao/shared/day'
import { dueView, feeYearsOf, type DueRow } from '@shebao/shared/due'
import { jinzhou2022 } from '@shebao/shared/policy/jinzhou-2022'

export const AS_OF = '2022-02-15T10:00:00.000+08:00'

const pensionRow = (month: string): DueRow => ({
  due: month.replace('-', ''),
  insurance: 'flexible_pension',
  kind: 'regular',
  monthFrom: month,
  monthTo: month,
  year: 2022,
  state: 'paid',
  amountFen: 68_500,
})

/** Somebody in flexible pension with some months paid, and with a special due of resident medical. */
export const lookupAt = (asOf: string = AS_OF, paid: readonly string[] = []): Lookup => {
  const now = instantOf(asOf)
  const enrolment = { enrolment: '7', insurance: 'flexible_pension' as const, county: '210702', monthFrom: '2020-01', monthTo: '9999-12' }
  const locks = paid.length > 0 ? [{ insurance: 'flexible_pension' as const, year: 2022, tier: 'p60', units: paid.length }] : []
  return {
    asOf,
    contributor: { ref: '5', maskedName: '王*钢', lastFour: '9018', isSelf: true },
    enrolments: [
      {
        enrolment: '7',
        insurance: 'flexible_pension',
        institution: 'pension',
        county: '210702',
        countyName: '古塔区',
        years: feeYearsOf(jinzhou2022, now, enrolment, paid.map(pensionRow), locks),
      },
    ],
    dues: [
      dueView(jinzhou2022, now, {
        due: '31',
        insurance: 'resident_medical',
        kind: 'special',
        monthFrom: '2022-01',
        monthTo: '2022-12',
        year: 2022,
        state: 'open',
        amountFen: 32_000,
      }),
    ],
  }
}

export const order: OrderView = {
  no: '9001',
  state: 'held',
  payment: 'none',
  provider: null,
  totalFen: 342_500,
  expiresAt: '2022-02-15T10:15:00.000+08:00',
  secondsLeft: 900,
  paidAt: null,
  creditDay: null,
  items: [
    {
      kind: 'regular',
      insurance: 'flexible_pension',
      year: 2022,
      months: { from: '2022-01', to: '2022-05' },
      tier: 'p60',
      tierLabel: '60%档',
      rateVersion: 'flexible_pension-2022-provisional',
      provisional: true,
      unitFen: 68_500,
      unitCount: 5,
      amountFen: 342_500,
      unpaidBefore: [],
      acknowledgement: null,
      changesAt: null,
      changesTo: null,
      contributor: { ref: '5', maskedName: '王*钢', lastFour: '9018' },
      outcome: 'due',
      receipt: null,
    },
  ],
}

export const me = (documentType: 'id_card' | 'foreign_passport' = 'id_card') => ({
  account: '1',
  host: 'wechat' as const,
  realName: { maskedName: '王*钢', lastFour: '9018', documentType },
  asOf: AS_OF,
})
