import assert from 'node:assert/strict'
import { randomBytes, randomInt } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { Command, Option } from 'commander'
import { api, type Body, type Lookup, type OrderView } from '@shebao/shared/api'
import { addDays } from '@shebao/shared/day'
import type { RegisteredIdentity } from '@shebao/shared/identity'
import { yuan } from '@shebao/shared/money'
import type { Provider } from '@shebao/shared/payment'
import { Refused } from './client.ts'
import { logIn, order, pay, proveIdentity, systemAt, untilPaid, type System, type Traveller } from './journey.ts'
import { inventPerson } from './seed/invent.ts'

/** `npm run walk`: one payment from login to receipt over HTTP, each step with its time, each answer checked. */

/** Five months at 60 % of the average wage: as long as the rate is provisional, and once it is final. */
const FIVE_MONTHS_FEN = { provisional: 342_500, final: 383_000 }
const SEVEN_MONTHS_FEN = { provisional: 479_500, final: 536_200 }
/** Demonstration value: what residents of Jinzhou paid for medical insurance in 2022 was not found. */
const RESIDENT_MEDICAL_FEN = 32_000

interface Options {
  host: Provider
  entry: 'self' | 'agent'
  document: 'id-card' | 'passport'
  special?: true
  second?: true
  server: string
  sandbox: string
  folder: string
}
type Items = Body<typeof api.quote>['items']

const running = (): { server: string; sandbox: string } => {
  const file = '.data/start/running.json'
  return existsSync(file)
    ? (JSON.parse(readFileSync(file, 'utf8')) as { server: string; sandbox: string })
    : { server: 'http://127.0.0.1:8080', sandbox: 'http://127.0.0.1:8090' }
}

let steps = 0
let current = ''
/** Runs one step and prints it: number, name, milliseconds, what came of it. */
const step = async <T>(name: string, work: () => Promise<T>, says: (done: T) => string): Promise<T> => {
  current = name
  const began = performance.now()
  const done = await work()
  const ms = `${Math.round(performance.now() - began)} ms`
  console.log(`${String(++steps).padStart(3)} ${name.padEnd(10)} ${ms.padStart(8)}  ${says(done)}`)
  return done
}
/** A step that must be refused, with what the person is told. */
const refusedStep = (name: string, code: string, work: () => Promise<unknown>): Promise<Refused> =>
  step(
    name,
    async () => {
      const refused = await work().then(
        () => undefined,
        (error: unknown) => error,
      )
      assert.ok(refused instanceof Refused, `${name}: ${code} was expected, and nothing was refused`)
      assert.equal(refused.code, code, refused.message)
      return refused
    },
    ({ sentence }) => `refused, as it must be: ${code} “${sentence}”`,
  )

/** The institution sends the person, and with --special what it already settled. */
const enrol = async (on: System, person: RegisteredIdentity, special: boolean): Promise<void> => {
  const serial = `walk-${Date.now().toString(36)}-${randomBytes(4).toString('hex')}`
  const insurance = special ? 'resident_medical' : 'flexible_pension'
  const institution = on.signer(special ? 'medical' : 'pension')
  const fact = { serial, factNo: 1, ...person, insurance, county: '210702', monthFrom: '2022-01' } as const
  const { applied, notes } = await on.api.tell(institution, api.sendEnrolments, { enrolments: [fact] })
  assert.equal(applied, 1, JSON.stringify(notes))
  if (!special) return
  const due = {
    serial: `${serial}-s`,
    enrolmentSerial: serial,
    insurance,
    months: { from: '2022-01', to: '2022-12' },
    amountFen: RESIDENT_MEDICAL_FEN,
  } as const
  const issued = await on.api.tell(institution, api.sendSpecialDues, { dues: [due] })
  assert.equal(issued.applied, 1, JSON.stringify(issued.notes))
}

/** Login and real name, then the entry that the person may use. */
const find = async (on: System, options: Options, traveller: Traveller, person: RegisteredIdentity): Promise<Lookup> => {
  const lookUp = (body: Body<typeof api.lookUp>) => traveller.api.call(api.lookUp, { body })
  const found = (lookup: Lookup): string =>
    `${lookup.contributor.maskedName} …${lookup.contributor.lastFour} as of ${lookup.asOf.slice(0, 10)}: ${lookup.enrolments.length} enrolment, ${lookup.dues.length} special due`
  if (options.entry === 'self' && options.document === 'id-card') return step('look-up', () => lookUp({ entry: 'self' }), found)
  if (options.document === 'passport') await refusedStep('look-up', 'use_agent_entry', () => lookUp({ entry: 'self' }))
  return step('look-up', () => lookUp({ entry: 'agent', consent: options.entry === 'agent', ...person }), found)
}

/** A run of months at a tier, priced. */
const choose = async (traveller: Traveller, lookup: Lookup): Promise<{ items: Items; totalFen: number }> => {
  const [enrolment] = lookup.enrolments
  const year = enrolment?.years.find((each) => each.year === 2022)
  assert.ok(enrolment && year, 'the look-up shows no fee year 2022')
  assert.equal(year.status, 'payable')
  await step(
    'tier',
    async () => assert.ok(year.tiers.some(({ code }) => code === 'p60')),
    () => `60 % of ${year.tiers.map(({ label }) => label).join(' ')}${year.provisional ? ' (provisional: a difference will follow)' : ''}`,
  )
  const items: Items = [
    { kind: 'regular', enrolment: enrolment.enrolment, year: 2022, tier: 'p60', months: { from: '2022-01', to: '2022-05' } },
  ]
  return step(
    'months',
    async () => {
      const { totalFen } = await traveller.api.call(api.quote, { body: { items } })
      assert.equal(totalFen, year.provisional ? FIVE_MONTHS_FEN.provisional : FIVE_MONTHS_FEN.final)
      return { items, totalFen }
    },
    ({ totalFen }) => `1–5, ${yuan(totalFen)} yuan`,
  )
}

/** A special due: neither tier nor months may be chosen, it is paid whole. */
const chooseSpecial = async (traveller: Traveller, lookup: Lookup): Promise<{ items: Items; totalFen: number }> => {
  const [due] = lookup.dues
  assert.ok(due, 'the look-up shows no special due')
  const quote = (items: Items) => traveller.api.call(api.quote, { body: { items } })
  await refusedStep('tier', 'tier_not_allowed', () => quote([{ kind: 'due', due: due.due, tier: 'p60' }]))
  await refusedStep('months', 'whole_only', () => quote([{ kind: 'due', due: due.due, months: { from: '2022-01', to: '2022-05' } }]))
  const items: Items = [{ kind: 'due', due: due.due }]
  return step(
    'months',
    async () => {
      const { totalFen, acknowledgements } = await quote(items)
      assert.equal(totalFen, RESIDENT_MEDICAL_FEN)
      return { items, totalFen, acknowledgements }
    },
    ({ totalFen, acknowledgements }) =>
      `whole, ${yuan(totalFen)} yuan, ${due.status}${acknowledgements.length > 0 ? `; acknowledged: ${acknowledgements.join(', ')}` : ''}`,
  )
}

/** Order, cashier, confirmation, receipt. */
const settle = async (on: System, traveller: Traveller, { items, totalFen }: { items: Items; totalFen: number }): Promise<void> => {
  const held = await step(
    'order',
    () => order(traveller, items, randomBytes(12).toString('hex')),
    ({ no, secondsLeft }) => `${no} holds its dues for ${secondsLeft} s`,
  )
  assert.equal(held.totalFen, totalFen)
  await step(
    'pay',
    () => pay(on, traveller, held.no),
    () => `confirmed at the cashier of ${traveller.host === 'wechat' ? 'WeChat Pay' : 'Alipay'}`,
  )
  const paid = await step(
    'confirm',
    () => untilPaid(traveller, held.no),
    ({ payment, paidAt }) => `paid at ${paidAt?.slice(0, 19)}, money ${payment}`,
  )
  await receive(traveller, paid)
}

const receive = async (traveller: Traveller, paid: OrderView): Promise<void> => {
  const no = paid.items[0]?.receipt
  assert.ok(no, 'a paid order has no receipt')
  await step(
    'receipt',
    async () => {
      const receipt = await traveller.api.call(api.receipt, { params: { no } })
      assert.equal(receipt.amountFen, paid.totalFen)
      assert.equal(receipt.channel, traveller.host)
      assert.equal(receipt.creditDay, addDays(receipt.paidAt.slice(0, 10), 3))
      return receipt
    },
    ({ contributor, amountFen, months, creditDay, paidByAgent }) =>
      `${no}: ${contributor.maskedName} ${months.from}..${months.to} ${yuan(amountFen)} yuan, credited on ${creditDay}${paidByAgent ? ', paid by an agent' : ''}`,
  )
}

/** The rest of the year: at another tier it is refused with the reason, at the same one it is paid. */
const payRest = async (on: System, traveller: Traveller, [first]: Items): Promise<void> => {
  assert.ok(first?.kind === 'regular')
  const rest = { ...first, months: { from: '2022-06', to: '2022-12' } }
  const quote = (items: Items) => traveller.api.call(api.quote, { body: { items } })
  await refusedStep('tier', 'tier_locked', () => quote([{ ...rest, tier: 'p100' }]))
  const { totalFen } = await step(
    'months',
    async () => {
      const { items, totalFen } = await quote([rest])
      assert.equal(totalFen, items[0]?.provisional ? SEVEN_MONTHS_FEN.provisional : SEVEN_MONTHS_FEN.final)
      return { totalFen }
    },
    ({ totalFen }) => `6–12 at 60 %, ${yuan(totalFen)} yuan`,
  )
  await settle(on, traveller, { items: [rest], totalFen })
}

const walk = async (options: Options): Promise<void> => {
  const on = systemAt({ ...options, name: 'walk/1' })
  const contributor = inventPerson(randomInt(2 ** 32), options.document === 'passport' ? 'foreign_passport' : 'id_card')
  // whoever pays for somebody else is another invented person, who needs no enrolment
  const operator = options.entry === 'agent' && options.document === 'id-card' ? inventPerson(randomInt(2 ** 32)) : contributor
  await step(
    'enrol',
    () => enrol(on, contributor, options.special === true),
    () => `the institution sends ${contributor.name} ${contributor.documentNumber}${options.special ? ' and a special due' : ''}`,
  )
  const traveller = await step(
    'login',
    async () => logIn(on, options.host, await on.wallets.addUser(options.host, operator)),
    ({ me }) => `${options.host}, account ${me.account}`,
  )
  await step(
    'real name',
    () => proveIdentity(on, traveller, operator),
    (method) => `${operator.name}, by ${method}`,
  )
  const lookup = await find(on, options, traveller, contributor)
  const chosen = options.special ? await chooseSpecial(traveller, lookup) : await choose(traveller, lookup)
  await settle(on, traveller, chosen)
  if (options.second) await payRest(on, traveller, chosen.items)
  console.log('walked: login → real name → look-up → tier → months → pay → receipt')
}

const at = running()
const program = new Command('npm run walk --')
  .description('Walks one payment of an invented person from login to receipt, over HTTP against a running system.')
  .addOption(
    new Option('--host <host>', 'where the person is: the wallet that is logged in with and pays')
      .choices(['wechat', 'alipay'])
      .default('wechat'),
  )
  .addOption(new Option('--entry <entry>', 'pay for oneself, or as an agent for somebody else').choices(['self', 'agent']).default('self'))
  .addOption(
    new Option('--document <document>', 'a passport holder is sent from the self entry to the agent entry')
      .choices(['id-card', 'passport'])
      .default('id-card'),
  )
  .addOption(new Option('--special', 'pay a special due, whole and without a tier').conflicts('second'))
  .addOption(new Option('--second', 'then pay the rest of the year: refused at another tier, paid at the same one'))
  .addOption(new Option('--server <url>', 'the API').default(at.server))
  .addOption(new Option('--sandbox <url>', 'the stand-ins of WeChat and Alipay').default(at.sandbox))
  .addOption(new Option('--folder <path>', 'where the demonstration keeps its keys').default('.data'))
  .action(async (options: Options) => {
    try {
      await walk(options)
    } catch (error) {
      const [why = ''] = String(error instanceof Error ? error.message : error).split('\n')
      console.error(
        why === 'fetch failed'
          ? `✗ nobody answers at ${options.server} or ${options.sandbox}: run npm start first`
          : `✗ step ${steps + 1} of the walk, ${current}: ${why}`,
      )
      process.exitCode = 1
    }
  })
await program.parseAsync()
