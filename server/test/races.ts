import { randomBytes } from 'node:crypto'
import type { OrderView } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import type { Insurance } from '@shebao/shared/insurance'
import { monthsIn } from '@shebao/shared/months'
import type { QuoteRequestItem } from '@shebao/shared/quote'
import { ChannelService } from '../src/channel/channel.service.ts'
import { Clock, stamp } from '../src/clock.ts'
import { Db, Statements } from '../src/db/db.ts'
import { bucketOf, Ids } from '../src/db/id.ts'
import { EnrolmentService } from '../src/enrolment/enrolment.service.ts'
import type { Caller } from '../src/http/endpoint.decorator.ts'
import { Refused } from '../src/http/refused.ts'
import { InstitutionService, withdrawDue } from '../src/institution/institution.service.ts'
import { Jobs } from '../src/jobs/jobs.ts'
import { Sessions } from '../src/login/session.ts'
import { OrderCreator } from '../src/order/order.create.ts'
import { release } from '../src/order/release.ts'
import { AttemptService } from '../src/payment/attempt.service.ts'
import { PayService } from '../src/payment/pay.service.ts'
import { Inbox } from '../src/payment/inbox.ts'
import type { PaidEvidence } from '../src/payment/provider.ts'
import { Providers } from '../src/payment/providers.ts'
import { Settler } from '../src/payment/settle.ts'
import { reopenItem } from '../src/refund/reopen.ts'
import type { TestApplication } from './application.ts'
import { inventPerson, Journey, newKey } from './journey.ts'

const REGION = '210700'
/** Price of one month of flexible pension in 2022, by the provisional base. */
const MONTH_FEN = { p60: 68_500, p100: 114_180 }
type Tier = keyof typeof MONTH_FEN

/** A contributor with an enrolment, whom every payer may pay for. */
export interface Contributor {
  person: string
  enrolment: string
  serial: string
}
/** What became of something that may be refused by a rule. A fault is neither: it ends the race. */
export type Outcome<T> = { ok: T } | { no: string }
export const outcome = async <T>(work: Promise<T>): Promise<Outcome<T>> => {
  try {
    return { ok: await work }
  } catch (error) {
    if (error instanceof Refused) return { no: error.refusal.code }
    throw error
  }
}
const word = (result: Outcome<unknown>): string => ('ok' in result ? 'won' : result.no)
const words = (results: readonly Outcome<unknown>[]): string => results.map(word).toSorted().join(' + ')

/** Where races are run: the services of a whole server, payers who are logged in, and contributors made as they are needed. */
export class RaceGround {
  readonly db: Db
  readonly ids: Ids
  readonly clock: Clock
  readonly orders: OrderCreator
  readonly attempts: AttemptService
  readonly payments: PayService
  readonly settler: Settler
  readonly inbox: Inbox
  readonly channels: ChannelService
  /** Deadlocks and lock waits that the database reported; those that a transaction survives by being run again count, too. */
  readonly deadlocks: string[] = []

  private constructor(
    readonly on: TestApplication,
    readonly payers: readonly [Caller, Caller, Caller],
  ) {
    const { app } = on
    this.db = app.get(Db)
    this.ids = app.get(Ids)
    this.clock = app.get(Clock)
    this.orders = app.get(OrderCreator)
    this.attempts = app.get(AttemptService)
    this.payments = app.get(PayService)
    this.settler = app.get(Settler)
    this.inbox = app.get(Inbox)
    this.channels = app.get(ChannelService)
  }

  static async open(on: TestApplication): Promise<RaceGround> {
    // the sweepers would only take part by chance
    await on.app.get(Jobs).beforeApplicationShutdown()
    const journey = new Journey(on)
    const logIn = async (): Promise<Caller> => {
      const caller = await on.app.get(Sessions).find(`Bearer ${(await journey.logIn()).token}`)
      if (!caller) throw new Error('a session that was just opened is not there')
      return caller
    }
    const ground = new RaceGround(on, [await logIn(), await logIn(), await logIn()])
    replace('change', (statement, sql, parameters) => ground.hearDeadlock(sql, statement(sql, parameters)))
    replace('changeOf', (statement, sql, parameters) => ground.hearDeadlock(sql, statement(sql, parameters)))
    replace('rowsOf', (statement, sql, parameters) => ground.hearDeadlock(sql, statement(sql, parameters)))
    return ground
  }

  private async hearDeadlock<T>(sql: string, work: Promise<T>): Promise<T> {
    try {
      return await work
    } catch (error) {
      const { errno } = error as { errno?: number }
      if (errno === 1213 || errno === 1205) this.deadlocks.push(sql)
      throw error
    }
  }

  async contributor(insurance: Insurance = 'flexible_pension'): Promise<Contributor> {
    const serial = `R${newKey()}`
    const institution = insurance.endsWith('medical') ? 'medical' : 'pension'
    const enrolments = this.on.app.get(EnrolmentService)
    const fact = { serial, factNo: 1, ...inventPerson(), insurance, county: '210702', monthFrom: '2021-07' }
    await enrolments.apply(institution, fact, REGION)
    const known = await enrolments.find(this.db, institution, serial)
    if (!known) throw new Error('an enrolment that was just applied is not there')
    await this.db.changeOf('INSERT INTO lookup_grant (bucket, account_id, person_id, is_self, expires_at) VALUES ?', [
      this.payers.map(({ account }) => [bucketOf(account), account, known.person, 0, stamp(this.clock.system() + 3_600_000)]),
    ])
    return { person: known.person, enrolment: known.enrolment, serial }
  }

  /** A special due of flexible medical insurance; its amount is the institution's. */
  async special(of: Contributor): Promise<{ due: string; item: QuoteRequestItem; totalFen: number }> {
    const totalFen = 327_600
    const serial = `Z${newKey()}`
    const { applied } = await this.on.app.get(InstitutionService).takeSpecialDues('medical', {
      dues: [
        {
          serial,
          enrolmentSerial: of.serial,
          insurance: 'flexible_medical',
          months: { from: '2021-07', to: '2022-06' },
          amountFen: totalFen,
        },
      ],
    })
    const [row] = await this.db.rows<{ due_id: string }>(
      "SELECT due_id FROM due WHERE bucket = ? AND person_id = ? AND insurance = 'flexible_medical' AND kind = 'special' AND source_key = ?",
      [bucketOf(of.person), of.person, serial],
    )
    if (applied !== 1 || !row) throw new Error('a special due was not issued')
    return { due: row.due_id, item: { kind: 'due', due: row.due_id }, totalFen }
  }

  /** Months of 2022 of one contributor after another, as one order of `payer`. */
  hold(
    payer: Caller,
    people: readonly Contributor[],
    [first, last]: readonly [number, number],
    tier: Tier = 'p60',
    key = newKey(),
  ): Promise<Outcome<OrderView>> {
    const months = { from: month(first), to: month(last) }
    const items = people.map(({ enrolment }): QuoteRequestItem => ({ kind: 'regular', enrolment, year: 2022, tier, months }))
    return this.order(payer, items, MONTH_FEN[tier] * monthsIn(months) * people.length, key)
  }
  order(payer: Caller, items: QuoteRequestItem[], expectedTotalFen: number, key = newKey()): Promise<Outcome<OrderView>> {
    return outcome(this.orders.create(payer, { items, expectedTotalFen, acknowledgements: ['possible_waiting'] }, key))
  }
  /** As `hold`, of which it is certain that nothing stands in its way. */
  async held(payer: Caller, people: readonly Contributor[], months: readonly [number, number], tier: Tier = 'p60'): Promise<OrderView> {
    return certainly(await this.hold(payer, people, months, tier))
  }

  /** Begins the payment at WeChat; answers what a success of it will say. */
  async begin(payer: Caller, { no, totalFen }: OrderView): Promise<PaidEvidence> {
    await this.payments.pay(payer, no, { provider: 'wechat' })
    const [row] = await this.db.rows<{ out_trade_no: string }>(
      'SELECT out_trade_no FROM attempt WHERE bucket = ? AND order_id = ? AND is_live = 1',
      [bucketOf(no), no],
    )
    if (!row) throw new Error('a payment that was just begun is not there')
    return {
      provider: 'wechat',
      merchant: this.on.app.get(Providers).of('wechat').merchant,
      outTradeNo: row.out_trade_no,
      transactionId: `T${randomBytes(12).toString('hex')}`,
      totalFen,
      isOurs: true,
      paidAt: this.clock.system(),
    }
  }
  /** Begins a payment that WeChat takes although it says no: the order gets a second one, and both can be paid. */
  async beginTwice(payer: Caller, order: OrderView): Promise<[PaidEvidence, PaidEvidence]> {
    const { id } = await this.on.control('/sandbox/faults', {
      on: { method: 'POST', path: '/v3/pay/transactions/jsapi$' },
      fault: 'error',
      status: 400,
      code: 'PARAM_ERROR',
      work: true,
      times: 1,
    })
    const rejected = await outcome(this.payments.pay(payer, order.no, { provider: 'wechat' }))
    if (word(rejected) !== 'provider_unavailable') throw new Error(`the first payment was not rejected: ${word(rejected)}, fault ${id}`)
    const [first] = await this.db.rows<{ out_trade_no: string }>('SELECT out_trade_no FROM attempt WHERE bucket = ? AND order_id = ?', [
      bucketOf(order.no),
      order.no,
    ])
    const second = await this.begin(payer, order)
    return [{ ...second, outTradeNo: first!.out_trade_no, transactionId: `${second.transactionId}x` }, second]
  }

  /** What follows when the provider confirmed that the order's live attempt, if there is one, is closed. */
  async release(order: string): Promise<boolean> {
    const [live] = await this.db.rows<{ attempt_id: string }>(
      'SELECT attempt_id FROM attempt WHERE bucket = ? AND order_id = ? AND is_live = 1',
      [bucketOf(order), order],
    )
    return release(this.db, this.ids, this.clock, order, 'race', live?.attempt_id)
  }

  /** A bank reports months of 2022. */
  async bank(of: Contributor, [first, last]: readonly [number, number], tier: Tier = 'p60'): Promise<string> {
    const months = { from: month(first), to: month(last) }
    const { state } = await this.channels.takePayment('bank', {
      channel: 'bank',
      serial: newKey(),
      enrolmentSerial: of.serial,
      insurance: 'flexible_pension',
      year: 2022,
      tier,
      months,
      amountFen: MONTH_FEN[tier] * monthsIn(months),
      paidAt: iso(this.clock.business()),
    })
    return state
  }

  /** Lets the other side of a race go ahead by so many statements. */
  async pause(statements: number): Promise<void> {
    for (let count = 0; count < statements; count++) await this.db.rows('SELECT 1')
  }

  /** The history of an order, and where it ended. */
  async story(order: string): Promise<string> {
    const events = await this.db.rows<{ name: string }>(
      "SELECT name FROM event WHERE bucket = ? AND aggregate = 'order' AND aggregate_id = ? ORDER BY seq",
      [bucketOf(order), order],
    )
    return events.map(({ name }) => name.replace(/^order\./, '')).join(' → ')
  }

  /** The regular units of a contributor, as text: which months are in which state, at which tier. */
  async units(of: Contributor): Promise<string> {
    const rows = await this.db.rows<{ month_from: string; state: string; tier: string }>(
      "SELECT month_from, state, tier FROM due WHERE bucket = ? AND person_id = ? AND kind = 'regular' AND state <> 'open' ORDER BY month_from",
      [bucketOf(of.person), of.person],
    )
    const runs: { from: string; to: string; what: string }[] = []
    for (const { month_from, state, tier } of rows) {
      const at = String(Number(month_from.slice(5)))
      const last = runs.at(-1)
      if (last?.what === `${state} ${tier}` && Number(last.to) + 1 === Number(at)) last.to = at
      else runs.push({ from: at, to: at, what: `${state} ${tier}` })
    }
    return runs.map(({ from, to, what }) => `${from}–${to} ${what}`).join(', ')
  }
}

const month = (number: number): string => `2022-${String(number).padStart(2, '0')}`
const certainly = <T>(result: Outcome<T>): T => {
  if ('no' in result) throw new Error(`refused although nothing stood in the way: ${result.no}`)
  return result.ok
}

/** A race: one round of it, and the outcomes that are allowed. */
export interface Race {
  /** What may come out; anything else is a failure. */
  allowed: readonly string[]
  /** How many of the rounds are run: those with fifty people are as good as many with one. */
  share?: number
  round: (ground: RaceGround, round: number) => Promise<string | string[]>
}

const twins = (results: readonly Outcome<OrderView>[]): OrderView[] => results.flatMap((each) => ('ok' in each ? [each.ok] : []))
/** What may differ between the first answer and a repeat: the seconds that have passed, and the advice of the quote, which is not kept. */
const PASSING = new Set(['secondsLeft', 'unpaidBefore', 'acknowledgement', 'changesAt', 'changesTo'])
const facts = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(facts)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !PASSING.has(key))
  return Object.fromEntries(
    kept.map(([key, inner]) => [key, facts(inner)]).toSorted(([one], [other]) => (String(one) < String(other) ? -1 : 1)),
  )
}
const sameAnswer = (answers: readonly OrderView[]): boolean => new Set(answers.map((answer) => JSON.stringify(facts(answer)))).size === 1

export const RACES: Readonly<Record<string, Race>> = {
  'months 1–5 against 3–8, no row yet; then both and 6–12 after a release': {
    allowed: ['due_held + won', 'after release: due_held + due_held + won', 'after release: due_held + won + won'],
    round: async (ground) => {
      const [a, b, c] = ground.payers
      const who = [await ground.contributor()]
      const first = await Promise.all([ground.hold(a, who, [1, 5]), ground.hold(b, who, [3, 8])])
      for (const { no } of twins(first)) await ground.release(no)
      const then = await Promise.all([ground.hold(a, who, [1, 5]), ground.hold(b, who, [3, 8]), ground.hold(c, who, [6, 12])])
      return [words(first), `after release: ${words(then)}`]
    },
  },
  'months 1–5 at 60 % against 6–12 at 100 %, no row yet; then again after a release': {
    allowed: ['tier_locked + won', 'after release: tier_locked + won'],
    round: async (ground) => {
      const [a, b] = ground.payers
      const who = [await ground.contributor()]
      const both = (): Promise<Outcome<OrderView>[]> =>
        Promise.all([ground.hold(a, who, [1, 5], 'p60'), ground.hold(b, who, [6, 12], 'p100')])
      const first = await both()
      for (const { no } of twins(first)) await ground.release(no)
      return [words(first), `after release: ${words(await both())}`]
    },
  },
  'months 1–5 against 6–12 at the same tier': {
    allowed: ['won + won: 1–12 held p60'],
    round: async (ground) => {
      const [a, b] = ground.payers
      const one = await ground.contributor()
      return `${words(await Promise.all([ground.hold(a, [one], [1, 5]), ground.hold(b, [one], [6, 12])]))}: ${await ground.units(one)}`
    },
  },
  'holding a special due against its withdrawal': {
    allowed: ['held, not withdrawn: held', 'due_held, withdrawn: withdrawn', 'due_withdrawn, withdrawn: withdrawn'],
    round: async (ground, round) => {
      const [payer] = ground.payers
      const { due, item, totalFen } = await ground.special(await ground.contributor('flexible_medical'))
      const withdraw = async (): Promise<boolean> => {
        // each statement of the order is a moment at which it may come
        await ground.pause(round % 9)
        return withdrawDue(ground.db, due)
      }
      const [order, withdrawn] = await Promise.all([ground.order(payer, [item], totalFen), withdraw()])
      const [row] = await ground.db.rows<{ state: string }>('SELECT state FROM due WHERE bucket = ? AND due_id = ?', [bucketOf(due), due])
      return `${'ok' in order ? 'held' : order.no}, ${withdrawn ? 'withdrawn' : 'not withdrawn'}: ${row?.state}`
    },
  },
  'settling months 1–5 against a bank payment of 3–4': {
    allowed: ['paid, bank conflict: 1–5 paid p60', 'surplus, bank applied: 3–4 paid p60'],
    round: async (ground, round) => {
      const [payer] = ground.payers
      const one = await ground.contributor()
      const evidence = await ground.begin(payer, await ground.held(payer, [one], [1, 5]))
      const bankReports = async (): Promise<string> => {
        await ground.pause(round % 5)
        return ground.bank(one, [3, 4])
      }
      const [settled, bank] = await Promise.all([ground.settler.settle(evidence), bankReports()])
      return `${settled}, bank ${bank}: ${await ground.units(one)}`
    },
  },
  'settling months 1–5 against a bank payment of 3–4 while another order holds 6–12': {
    allowed: ['paid, bank conflict: 1–5 paid p60, 6–12 held p60', 'surplus, bank applied: 3–4 paid p60, 6–12 held p60'],
    round: async (ground, round) => {
      const [payer, other] = ground.payers
      const one = await ground.contributor()
      const evidence = await ground.begin(payer, await ground.held(payer, [one], [1, 5]))
      await ground.held(other, [one], [6, 12])
      const bankReports = async (): Promise<string> => {
        await ground.pause(round % 5)
        return ground.bank(one, [3, 4])
      }
      const [settled, bank] = await Promise.all([ground.settler.settle(evidence), bankReports()])
      return `${settled}, bank ${bank}: ${await ground.units(one)}`
    },
  },
  'settling months 1–5 at 60 % against a bank payment of 6–12 at 100 %': {
    allowed: ['paid, bank conflict: 1–5 paid p60', 'surplus, bank applied: 6–12 paid p100'],
    round: async (ground, round) => {
      const [payer] = ground.payers
      const one = await ground.contributor()
      const evidence = await ground.begin(payer, await ground.held(payer, [one], [1, 5], 'p60'))
      const bankReports = async (): Promise<string> => {
        await ground.pause(round % 5)
        return ground.bank(one, [6, 12], 'p100')
      }
      const [settled, bank] = await Promise.all([ground.settler.settle(evidence), bankReports()])
      return `${settled}, bank ${bank}: ${await ground.units(one)}`
    },
  },
  'a bank payment of 1–5 at 60 % while 6–12 at 100 % is held, which is then paid': {
    allowed: ['bank applied, then surplus: 1–5 paid p60'],
    round: async (ground) => {
      const [payer] = ground.payers
      const one = await ground.contributor()
      const evidence = await ground.begin(payer, await ground.held(payer, [one], [6, 12], 'p100'))
      const bank = await ground.bank(one, [1, 5], 'p60')
      return `bank ${bank}, then ${await ground.settler.settle(evidence)}: ${await ground.units(one)}`
    },
  },
  'the same notification three times against a release': {
    allowed: ['held → paid, not released: 1–5 paid p60', 'held → cancelled → paid_late, released: 1–5 paid p60'],
    round: async (ground, round) => {
      const [payer] = ground.payers
      const one = await ground.contributor()
      const order = await ground.held(payer, [one], [1, 5])
      const payment = await ground.begin(payer, order)
      const notified = { notifyId: newKey(), outTradeNo: payment.outTradeNo, payment }
      const tell = (): Promise<void> => ground.inbox.take('wechat', notified)
      const giveUp = async (): Promise<boolean> => {
        await ground.pause(round % 6)
        return ground.release(order.no)
      }
      const [released] = await Promise.all([giveUp(), tell(), tell(), tell()])
      return `${await ground.story(order.no)}, ${released ? 'released' : 'not released'}: ${await ground.units(one)}`
    },
  },
  'a success after the release, with the dues still open or month 5 held by another': {
    allowed: ['open: paid_late: 1–5 paid p60', 'taken: surplus: 5–6 held p60'],
    round: async (ground, round) => {
      const [payer, other] = ground.payers
      const one = await ground.contributor()
      const order = await ground.held(payer, [one], [1, 5])
      const evidence = await ground.begin(payer, order)
      await ground.release(order.no)
      if (round % 2 === 1) await ground.held(other, [one], [5, 6])
      return `${round % 2 === 1 ? 'taken' : 'open'}: ${await ground.settler.settle(evidence)}: ${await ground.units(one)}`
    },
  },
  'the same idempotency key three times': {
    allowed: ['won + won + won, one order, one answer'],
    round: async (ground) => {
      const [payer] = ground.payers
      const who = [await ground.contributor()]
      const key = newKey()
      const answers = await Promise.all([1, 2, 3].map(() => ground.hold(payer, who, [2, 5], 'p60', key)))
      const orders = twins(answers)
      const numbers = new Set(orders.map(({ no }) => no)).size
      return `${words(answers)}, ${numbers === 1 ? 'one order' : `${numbers} orders`}, ${sameAnswer(orders) ? 'one answer' : 'answers that differ'}`
    },
  },
  'refunding an item twice at once, then another tier': {
    allowed: ['reopened once, then 1–12 held p100'],
    round: async (ground) => {
      const [payer, other] = ground.payers
      const one = await ground.contributor()
      const order = await ground.held(payer, [one], [1, 5])
      await ground.settler.settle(await ground.begin(payer, order))
      const reopened = await Promise.all([reopenItem(ground.db, order.no, 0), reopenItem(ground.db, order.no, 0)])
      await ground.held(other, [one], [1, 12], 'p100')
      return `reopened ${reopened.filter(Boolean).length === 1 ? 'once' : 'not once'}, then ${await ground.units(one)}`
    },
  },
  'a second payment of one order, at the same time or after it is paid': {
    allowed: ['paid + surplus: 1–5 paid p60, one refund'],
    round: async (ground, round) => {
      const [payer] = ground.payers
      const one = await ground.contributor()
      const order = await ground.held(payer, [one], [1, 5])
      const [rejected, second] = await ground.beginTwice(payer, order)
      const settled =
        round % 2 === 0
          ? await Promise.all([ground.settler.settle(rejected), ground.settler.settle(second)])
          : [await ground.settler.settle(second), await ground.settler.settle(rejected)]
      const refunds = await ground.db.rows('SELECT refund_id FROM refund WHERE bucket = ? AND order_id = ?', [bucketOf(order.no), order.no])
      return `${settled.toSorted().join(' + ')}: ${await ground.units(one)}, ${refunds.length === 1 ? 'one refund' : `${refunds.length} refunds`}`
    },
  },
  'a second payment of an order whose first payment all went back': {
    allowed: ['surplus + surplus: nothing, two refunds'],
    round: async (ground) => {
      const [payer, other] = ground.payers
      const one = await ground.contributor()
      const order = await ground.held(payer, [one], [1, 5])
      const [rejected, second] = await ground.beginTwice(payer, order)
      await ground.release(order.no)
      const between = await ground.held(other, [one], [5, 6])
      const first = await ground.settler.settle(second)
      // its months are open once more, but the payer was told that the money comes back
      await ground.release(between.no)
      const settled = [first, await ground.settler.settle(rejected)]
      const refunds = await ground.db.rows('SELECT refund_id FROM refund WHERE bucket = ? AND order_id = ?', [bucketOf(order.no), order.no])
      return `${settled.toSorted().join(' + ')}: ${(await ground.units(one)) || 'nothing'}, ${refunds.length === 2 ? 'two refunds' : `${refunds.length} refunds`}`
    },
  },
  'two phones begin the payment of one order at once': {
    allowed: ['one attempt, one prepay id, the stored one'],
    round: async (ground) => {
      const [payer] = ground.payers
      const { no } = await ground.held(payer, [await ground.contributor()], [1, 5])
      const begun = await Promise.all([1, 2].map(() => ground.payments.pay(payer, no, { provider: 'wechat' })))
      const packages = new Set(begun.map(({ ticket }) => (ticket.provider === 'wechat' ? ticket.package : '')))
      const attempts = await ground.db.rows<{ prepay_id: string }>('SELECT prepay_id FROM attempt WHERE bucket = ? AND order_id = ?', [
        bucketOf(no),
        no,
      ])
      const stored = packages.has(`prepay_id=${attempts[0]?.prepay_id}`)
      return `${attempts.length === 1 ? 'one attempt' : `${attempts.length} attempts`}, ${packages.size === 1 ? 'one prepay id' : `${packages.size} prepay ids`}, ${stored ? 'the stored one' : 'not the stored one'}`
    },
  },
  'beginning a payment against giving the order up': {
    // only "closing": our create may still be on its way to the provider, so the dues stay held until it can no longer be paid
    allowed: [
      'begun: held → closing → cancelled',
      'begun: held → closing',
      'order_expired: held → closing → cancelled',
      'order_not_payable: held → closing → cancelled',
    ],
    round: async (ground, round) => {
      const [payer] = ground.payers
      const { no } = await ground.held(payer, [await ground.contributor()], [1, 5])
      const cancel = async (): Promise<void> => {
        await ground.pause(round % 3)
        await ground.attempts.cancel(payer, no)
      }
      const [begun] = await Promise.all([outcome(ground.payments.pay(payer, no, { provider: 'wechat' })), cancel()])
      return `${'ok' in begun ? 'begun' : begun.no}: ${await ground.story(no)}`
    },
  },
  'beginning a payment while the order is being given up in a transaction that has not ended': {
    allowed: ['order_not_payable: no attempt'],
    round: async (ground) => {
      const [payer] = ground.payers
      const { no } = await ground.held(payer, [await ground.contributor()], [1, 5])
      let undo = (): void => undefined
      const asked = new Promise<void>((resolve) => {
        undo = replace('change', (statement, sql, parameters) => {
          if (sql.startsWith('INSERT INTO attempt')) resolve()
          return statement(sql, parameters)
        })
      })
      const paying = await ground.db.transaction(async (t) => {
        await t.change("UPDATE pay_order SET state = 'closing' WHERE bucket = ? AND order_id = ?", [bucketOf(no), no])
        const begun = outcome(ground.payments.pay(payer, no, { provider: 'wechat' }))
        await asked
        await ground.pause(10)
        return { begun }
      })
      const begun = await paying.begun
      undo()
      await ground.attempts.cancel(payer, no)
      const attempts = await ground.db.rows('SELECT attempt_id FROM attempt WHERE bucket = ? AND order_id = ?', [bucketOf(no), no])
      return `${word(begun)}: ${attempts.length === 0 ? 'no attempt' : 'an attempt'}`
    },
  },
  'fifty people against twenty-five of the same in reverse order, then paid': {
    allowed: ['due_held + won, then paid'],
    share: 1 / 5,
    round: async (ground) => {
      const [a, b] = ground.payers
      const people = await village(ground)
      const results = await Promise.all([ground.hold(a, people, [1, 12]), ground.hold(b, people.slice(25).toReversed(), [1, 12])])
      const [winner] = twins(results)
      const payer = 'ok' in results[0] ? a : b
      return `${words(results)}, then ${await ground.settler.settle(await ground.begin(payer, winner!))}`
    },
  },
  'fifty people whose order of 1–5 is released against an order of 6–12 for twenty-five of them': {
    allowed: ['released, won'],
    share: 1 / 5,
    round: async (ground, round) => {
      const [a, b] = ground.payers
      const people = await village(ground)
      const { no } = await ground.held(a, people, [1, 5])
      const later = async (): Promise<Outcome<OrderView>> => {
        await ground.pause((8 * round) % 64)
        return ground.hold(b, people.slice(25).toReversed(), [6, 12])
      }
      const [released, order] = await Promise.all([ground.release(no), later()])
      return `${released ? 'released' : 'not released'}, ${word(order)}`
    },
  },
}

const village = async (ground: RaceGround): Promise<Contributor[]> => Promise.all(Array.from({ length: 50 }, () => ground.contributor()))

/** Runs a race; answers how often each outcome came. */
export const run = async (ground: RaceGround, { round, share = 1 }: Race, rounds: number): Promise<Record<string, number>> => {
  const tally: Record<string, number> = {}
  for (let number = 0; number < Math.ceil(rounds * share); number++)
    for (const result of [await round(ground, number)].flat()) tally[result] = (tally[result] ?? 0) + 1
  return tally
}

type Method = 'rows' | 'rowsOf' | 'change' | 'changeOf'
type Statement = (sql: string, parameters: readonly unknown[]) => Promise<unknown>

/** Puts a double in the place of one method of every connection; answers what takes it away again. */
export const replace = (
  method: Method,
  double: (statement: Statement, sql: string, parameters: readonly unknown[]) => Promise<unknown>,
): (() => void) => {
  const original = Statements.prototype[method] as (this: Statements, sql: string, parameters: readonly unknown[]) => Promise<unknown>
  Object.assign(Statements.prototype, {
    [method](this: Statements, sql: string, parameters: readonly unknown[] = []): Promise<unknown> {
      return double((...given) => original.apply(this, given), sql, parameters)
    },
  })
  return () => void Object.assign(Statements.prototype, { [method]: original })
}
