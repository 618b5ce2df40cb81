import { api, type Body, type Lookup } from '@shebao/shared/api'
import { branchOf, type Insurance } from '@shebao/shared/insurance'
import { eachMonth, monthsIn } from '@shebao/shared/months'
import { jinzhou2022 } from '@shebao/shared/policy/jinzhou-2022'
import type { Provider } from '@shebao/shared/payment'
import { Refused } from '../client.ts'
import { logIn, order, pay, proveIdentity, untilPaid, type System } from '../journey.ts'
import { people, type SeedEnrolment, type SeedOrder, type SeedPerson } from './people.ts'

/** An order that has less than this left to live is made again. */
const FRESH_S = 5 * 60
const hosts: readonly Provider[] = ['wechat', 'alipay']

const serialOf = ({ key }: SeedPerson, at: number): string => `${key}-${at}`
const everyEnrolment = people.flatMap((person) =>
  person.enrolments.map((enrolment, at) => ({ person, enrolment, serial: serialOf(person, at) })),
)
const walletOf = (person: SeedPerson, host: Provider): string => `${host}-${person.key}`

/** Somebody whose order could not be made, with the sentence that said so. */
export interface NotOrdered {
  person: SeedPerson
  sentence: string
}

/**
 * Brings the invented people into a running system, by the interfaces that institutions, banks and residents use. A second time
 * it changes nothing, but for the orders that are in progress: their quarter of an hour begins anew.
 */
export const seed = async (on: System): Promise<NotOrdered[]> => {
  for (const branch of ['pension', 'medical'] as const) {
    const own = everyEnrolment.filter(({ enrolment }) => branchOf(enrolment.insurance) === branch)
    await sendEnrolments(on, branch, own)
    await sendSpecials(on, branch, own)
  }
  await reportPayments(on)
  await addUsers(on)
  const orders = people.flatMap((person) => wantedOf(person).map((wanted) => ({ person, wanted })))
  const outcomes = await Promise.all(orders.map(({ person, wanted }) => ensureOrder(on, person, wanted)))
  return outcomes.flatMap((outcome) => outcome ?? [])
}

type Own = typeof everyEnrolment
/** An institution that takes less than it was sent says why: the seed is wrong then. */
const demandAll = ({ received, applied, repeated, notes }: { received: number; applied: number; repeated: number; notes: object[] }) => {
  if (applied + repeated !== received) throw new Error(`the seed was not taken: ${JSON.stringify(notes)}`)
}

const sendEnrolments = async (on: System, branch: 'pension' | 'medical', own: Own): Promise<void> => {
  const enrolments = own.map(({ person, enrolment: { insurance, county, monthFrom, monthTo }, serial }) => ({
    serial,
    factNo: 1,
    ...person.registered,
    insurance,
    county,
    monthFrom,
    ...(monthTo && { monthTo }),
  }))
  demandAll(await on.api.tell(on.signer(branch), api.sendEnrolments, { enrolments }))
}

const sendSpecials = async (on: System, branch: 'pension' | 'medical', own: Own): Promise<void> => {
  const dues = own.flatMap(({ enrolment: { insurance, specials = [] }, serial }) =>
    specials.map(({ months, amountFen }, at) => ({ serial: `${serial}-s${at}`, enrolmentSerial: serial, insurance, months, amountFen })),
  )
  demandAll(await on.api.tell(on.signer(branch), api.sendSpecialDues, { dues }))
}

/** What one month of a tier costs while the rate is provisional: banks took these payments in January. */
const unitFen = (insurance: Insurance, tier: string): number => {
  const rate = jinzhou2022.rates.find((each) => each.insurance === insurance && each.kind === 'provisional')
  const found = rate?.tiers.find(({ code }) => code === tier)
  if (!found) throw new Error(`the seed names a tier ${tier} that is not offered`)
  return found.unitFen
}

const reportPayments = async (on: System): Promise<void> => {
  for (const { enrolment, serial } of everyEnrolment)
    for (const [at, { channel, tier, months, paidAt }] of (enrolment.reports ?? []).entries()) {
      const { insurance } = enrolment
      const amountFen = unitFen(insurance, tier) * monthsIn(months)
      const report = {
        channel,
        serial: `${serial}-r${at}`,
        enrolmentSerial: serial,
        insurance,
        year: 2022,
        tier,
        months,
        amountFen,
        paidAt,
      }
      const { state } = await on.api.tell(on.signer('bank'), api.reportPayment, report)
      if (state === 'conflict') throw new Error(`the report ${report.serial} of the seed conflicts with what is paid`)
    }
}

/** Everybody has both wallets, so that whoever looks around can log in as them. */
const addUsers = async (on: System): Promise<void> => {
  const known = await on.wallets.users()
  for (const person of people)
    for (const host of hosts) {
      const id = walletOf(person, host)
      if (!known.has(`${host}:${id}`)) await on.wallets.addUser(host, person.holds, id)
    }
}

/** One order that the seed wants: how to find its item in a look-up, and whether that is paid already. */
interface Wanted extends SeedOrder {
  enrolment: SeedEnrolment
  item: (lookup: Lookup) => { item: Body<typeof api.quote>['items'][number]; isPaid: boolean }
}
const wantedOf = (person: SeedPerson): Wanted[] =>
  person.enrolments.flatMap((enrolment): Wanted[] => [
    ...(enrolment.order ? [{ ...enrolment.order, enrolment, item: regularItem(enrolment, enrolment.order) }] : []),
    ...(enrolment.specials ?? []).flatMap((special): Wanted[] =>
      special.order
        ? [
            {
              ...special.order,
              enrolment,
              item: ({ dues }) => {
                const due = dues.find((each) => each.insurance === enrolment.insurance && each.period.from === special.months.from)
                if (!due) throw new Error(`${person.key} has no special due of ${special.months.from}`)
                return { item: { kind: 'due', due: due.due }, isPaid: due.status === 'paid' }
              },
            },
          ]
        : [],
    ),
  ])
const regularItem =
  ({ insurance }: SeedEnrolment, { tier, months }: NonNullable<SeedEnrolment['order']>): Wanted['item'] =>
  ({ enrolments }) => {
    const found = enrolments.find((each) => each.insurance === insurance)
    const year = found?.years.find((each) => each.year === 2022)
    if (!found || !year) throw new Error(`no fee year 2022 of ${insurance}`)
    const chosen = eachMonth(months)
    return {
      item: { kind: 'regular', enrolment: found.enrolment, year: 2022, tier, months },
      isPaid: year.months.every(({ month, status }) => !chosen.includes(month) || status === 'paid'),
    }
  }

/** Makes an order what the seed wants it to be, whatever an earlier start left of it. */
const ensureOrder = async (on: System, person: SeedPerson, { host, until, item }: Wanted): Promise<NotOrdered | undefined> => {
  const traveller = await logIn(on, host, walletOf(person, host))
  if (!traveller.me.realName) await proveIdentity(on, traveller, person.holds)
  const wanted = item(await traveller.api.call(api.lookUp, { body: { entry: 'self' } }))
  if (wanted.isPaid) return undefined
  const { orders } = await traveller.api.call(api.orders, { query: { open: 'true' } })
  const open = orders.find(({ state, secondsLeft }) => state === 'held' && secondsLeft > FRESH_S)
  if (open && until === 'held') return undefined
  try {
    for (const { no } of orders) if (no !== open?.no) await traveller.api.call(api.cancelOrder, { params: { no } })
    const { no } = open ?? (await order(traveller, [wanted.item], `${person.key}-${Date.now().toString(36)}`))
    if (until === 'held') return undefined
    await pay(on, traveller, no)
    await untilPaid(traveller, no)
    return undefined
  } catch (error) {
    // as of a day on which it cannot be paid, it stays unpaid
    if (error instanceof Refused && error.status === 422) return { person, sentence: error.sentence }
    throw error
  }
}
