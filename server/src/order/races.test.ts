import { openApplication, type TestApplication } from '../../test/application.ts'
import { broken, INVARIANTS, violations } from '../../test/invariants.ts'
import { RaceGround, RACES, run } from '../../test/races.ts'
import { inKeyOrder } from '../db/id.ts'

/** Enough to meet most orders in which the statements of two can fall; RACE_ROUNDS=100 is the long form. */
const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 15)

let on: TestApplication
let ground: RaceGround
beforeAll(async () => {
  on = await openApplication()
  ground = await RaceGround.open(on)
}, 60_000)
afterAll(() => on.close())

// a fault, a deadlock that comes through included, rejects: whatever is counted here was an answer
test.each(Object.entries(RACES))(
  'race: %s (decision 11, I1–I5, I10)',
  async (name, race) => {
    const tally = await run(ground, race, ROUNDS)
    if (process.env['RACE_ROUNDS']) process.stdout.write(`${name}: ${JSON.stringify(tally)}\n`)
    expect(Object.keys(tally).filter((result) => !race.allowed.includes(result))).toEqual([])
    expect(broken(await violations(on.db))).toEqual({})
  },
  ROUNDS * 10_000,
)

test('the database chose no victim of a deadlock in any race', () => {
  expect(ground.deadlocks).toEqual([])
})

test('who holds, releases or settles for several people takes their rows in the order of the key, whatever the order of the items', async () => {
  const [payer] = ground.payers
  const people = await Promise.all(Array.from({ length: 20 }, () => ground.contributor()))
  const inOrder = people.map(({ person }) => person).toSorted(inKeyOrder)
  const locked = async (
    match: string,
    personOf: (parameters: readonly unknown[]) => unknown[],
    work: () => Promise<unknown>,
  ): Promise<unknown[]> => {
    const persons: unknown[] = []
    ground.db.listen((sql, parameters) => {
      if (sql.startsWith(match)) persons.push(...personOf(parameters))
    })
    await work()
    ground.db.listen(undefined)
    return persons
  }
  const rowsOf = ([rows]: readonly unknown[]): unknown[] => [...new Set((rows as unknown[][]).map((row) => row[1]))]
  const person = (parameters: readonly unknown[]): unknown[] => [parameters[1]]
  const touch = 'UPDATE fee_year SET version = version + 1 WHERE'
  let order = ''
  const hold = async (): Promise<void> => void (order = (await ground.held(payer, people.toReversed(), [1, 2])).no)
  expect(await locked('INSERT INTO fee_year', rowsOf, hold)).toEqual(inOrder)
  expect(await locked(touch, person, () => ground.release(order))).toEqual(inOrder)
  await ground.held(payer, people, [3, 4])
  expect(await locked('INSERT INTO due', rowsOf, async () => ground.held(payer, people.toReversed(), [5, 6]))).toEqual(inOrder)
  const paid = await ground.held(payer, people.toReversed(), [7, 8])
  const evidence = await ground.begin(payer, paid)
  await ground.bank(people[7]!, [7, 7])
  expect(await locked(touch, person, () => ground.settler.settle(evidence))).toEqual(inOrder)
  expect(broken(await violations(on.db))).toEqual({})
}, 60_000)

// what each invariant must see, done to what the races left behind; a unit twice needs a table without its key: see the controls
const damage: Record<string, readonly string[]> = {
  'fee year counters = due rows': ['UPDATE fee_year SET held_units = held_units + 1', 'DELETE FROM fee_year'],
  'no fee year counts more units than a year has': [
    'UPDATE fee_year SET paid_units = 13',
    "UPDATE fee_year SET tier = '' WHERE paid_units > 0",
  ],
  'paid dues of one year share one tier': ["UPDATE due SET tier = 'p70' WHERE state = 'paid' AND month_from = '2022-04'"],
  'money in = allocated items + surplus': [
    "UPDATE provider_payment SET total_fen = total_fen + 1 WHERE state = 'allocated'",
    "UPDATE pay_order SET state = 'held' WHERE state = 'paid'",
    "UPDATE order_item SET outcome = 'surplus' WHERE outcome = 'due'",
  ],
  'a payment is in the state that its surplus says': ["UPDATE provider_payment SET state = 'allocated' WHERE state = 'surplus'"],
  'surplus goes back exactly once': ['DELETE FROM refund', 'UPDATE refund SET amount_fen = amount_fen * 2'],
  'ledger sums to zero per source': ['UPDATE ledger_entry SET amount_fen = amount_fen + 1 WHERE line = 0'],
  'each payment is in the ledger once, split as it was allocated': [
    'DELETE FROM ledger_entry',
    "UPDATE ledger_entry SET ledger_account = 'surplus_payable' WHERE line = 1",
  ],
  'a paid item owns exactly its dues, any other item none': [
    "UPDATE due SET item_no = 7 WHERE state = 'paid'",
    "UPDATE pay_order SET state = 'held' WHERE state = 'paid'",
  ],
  'nothing is held by an order that is finished or not there': [
    "UPDATE pay_order SET state = 'cancelled' WHERE state = 'held'",
    "UPDATE due SET order_id = 1 WHERE state = 'held'",
  ],
  'a due has the owner that its state says': [
    "UPDATE due SET state = 'open' WHERE state = 'held'",
    "UPDATE due SET external_id = 1 WHERE state = 'paid'",
    "UPDATE due SET order_id = NULL WHERE state = 'paid'",
  ],
  'an applied bank payment owns its months, one in conflict none': [
    "UPDATE external_payment SET month_to = '2022-12' WHERE state = 'applied'",
    "UPDATE external_payment SET state = 'conflict' WHERE state = 'applied'",
  ],
  'an order is the sum of its items': ['UPDATE pay_order SET total_fen = total_fen + 1', 'DELETE FROM order_item'],
  'a settled attempt has exactly one payment, any other none': [
    'DELETE FROM provider_payment',
    "UPDATE attempt SET state = 'closed' WHERE state = 'succeeded'",
  ],
  'no attempt is live whose order is cancelled': [
    "UPDATE attempt a JOIN pay_order o USING (bucket, order_id) SET a.is_live = 1 WHERE o.state = 'cancelled'",
  ],
  'each change of an order left its event': [
    "DELETE FROM event WHERE name = 'order.cancelled'",
    "DELETE FROM event WHERE name = 'order.paid'",
    'DELETE FROM event WHERE seq = 0',
  ],
  'each payment left exactly one event': ["DELETE FROM event WHERE name = 'order.surplus'"],
}
test('every invariant has a damage that it must see', () => {
  expect([...Object.keys(damage), 'no unit is held or paid twice'].toSorted()).toEqual(Object.keys(INVARIANTS).toSorted())
})
test.each(Object.entries(damage).flatMap(([name, statements]) => statements.map((statement) => [name, statement] as const)))(
  '%s: seen after %s',
  async (name, statement) => {
    const runner = on.db.createQueryRunner()
    await runner.startTransaction()
    try {
      await runner.query(statement)
      expect((await violations(runner))[name]).toBeGreaterThan(0)
    } finally {
      await runner.rollbackTransaction()
      await runner.release()
    }
  },
)
