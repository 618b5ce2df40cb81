import { jest } from '@jest/globals'
import { openApplication, type TestApplication } from '../../test/application.ts'
import { broken, violations } from '../../test/invariants.ts'
import { RaceGround, RACES, replace, run, type Outcome } from '../../test/races.ts'

// Negative controls: a safeguard is taken away, and the races must show it. A race that nothing can lose proves nothing.

const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 10)
/** The figures of the long form. */
const say = (figures: object): void =>
  void (process.env['RACE_ROUNDS'] && process.stdout.write(`${expect.getState().currentTestName}: ${JSON.stringify(figures)}\n`))

jest.setTimeout(ROUNDS * 2000)

let on: TestApplication
let ground: RaceGround
const undo: (() => void)[] = []
// each control has a database of its own: what it breaks stays broken
beforeEach(async () => {
  on = await openApplication()
  ground = await RaceGround.open(on)
}, 60_000)
afterEach(async () => {
  for (const restore of undo.splice(0)) restore()
  await on.close()
})

const withoutKeyOfDue = (): Promise<unknown> =>
  on.db.query(
    'ALTER TABLE due DROP PRIMARY KEY, ADD PRIMARY KEY (bucket, due_id), ADD KEY ix_unit (bucket, person_id, insurance, kind, month_from, source_key)',
  )
/** The statements of the tier lock change nothing and say that they did. */
const withoutTierLock = (): void => {
  undo.push(
    replace('changeOf', async (statement, sql, parameters) => {
      if (sql.startsWith('INSERT INTO fee_year')) return (parameters[0] as unknown[]).length
      if (sql.startsWith('UPDATE fee_year')) return sql.match(/person_id = /g)?.length ?? 0
      return statement(sql, parameters)
    }),
  )
}
const winners = (results: readonly Outcome<unknown>[]): number => results.filter((result) => 'ok' in result).length
/** How often `round` had two winners. */
const twice = async (round: () => Promise<Outcome<unknown>[]>): Promise<number> => {
  let count = 0
  for (let number = 0; number < ROUNDS; number++) if (winners(await round()) > 1) count++
  return count
}

test('control: dues without their natural key and without the tier lock: one month is held twice (decision: a month belongs to the person)', async () => {
  await withoutKeyOfDue()
  withoutTierLock()
  const [a, b] = ground.payers
  const both = await twice(async () => {
    const who = [await ground.contributor()]
    return Promise.all([ground.hold(a, who, [1, 5]), ground.hold(b, who, [3, 8])])
  })
  say({ ROUNDS, both, ...broken(await violations(on.db)) })
  expect(both).toBeGreaterThan(0)
  expect((await violations(on.db))['no unit is held or paid twice']).toBeGreaterThanOrEqual(3 * both)
})

test('control: dues without their natural key, with the tier lock: the lock alone does not hold once its row is there', async () => {
  await withoutKeyOfDue()
  const [a, b] = ground.payers
  const both = await twice(async () => {
    const who = [await ground.contributor()]
    await ground.release((await ground.held(a, who, [1, 1])).no)
    return Promise.all([ground.hold(a, who, [2, 6]), ground.hold(b, who, [4, 8])])
  })
  say({ ROUNDS, both, ...broken(await violations(on.db)) })
  expect(both).toBeGreaterThan(0)
  expect((await violations(on.db))['no unit is held or paid twice']).toBeGreaterThanOrEqual(3 * both)
})

test('control: without the tier lock two tiers win and are paid; the natural key still keeps every month single (R34, decision 5)', async () => {
  withoutTierLock()
  const [a, b] = ground.payers
  const tiers = await twice(async () => {
    const who = [await ground.contributor()]
    const results = await Promise.all([ground.hold(a, who, [1, 5], 'p60'), ground.hold(b, who, [6, 12], 'p100')])
    for (const [index, result] of results.entries())
      if ('ok' in result) await ground.settler.settle(await ground.begin(index === 0 ? a : b, result.ok))
    return results
  })
  const months = await twice(async () => {
    const who = [await ground.contributor()]
    return Promise.all([ground.hold(a, who, [1, 5]), ground.hold(b, who, [3, 8])])
  })
  const counts = await violations(on.db)
  say({ ROUNDS, tiers, months, ...broken(counts) })
  expect(tiers).toBeGreaterThan(0)
  expect(counts['paid dues of one year share one tier']).toBe(tiers)
  expect([months, counts['no unit is held or paid twice']]).toEqual([0, 0])
})

/** The statement that ends an attempt no longer asks whether it was ended before. */
const withoutCompareAndSet = (): void => {
  undo.push(
    replace('change', (statement, sql, parameters) =>
      statement(sql.startsWith('UPDATE attempt SET state') ? sql.replace(/ AND state NOT IN \([^)]*\)$/, '') : sql, parameters),
    ),
  )
}
/** The same news three times at once; answers how often it was booked, and how often a unique key stopped it. */
const tellThreeTimes = async (): Promise<{ booked: number; caught: number }> => {
  let caught = 0
  undo.push(
    replace('change', async (statement, sql, parameters) => {
      try {
        return await statement(sql, parameters)
      } catch (error) {
        if ((error as { errno?: number }).errno === 1062 && sql.startsWith('INSERT INTO provider_payment')) caught++
        throw error
      }
    }),
  )
  const [payer] = ground.payers
  let booked = 0
  for (let number = 0; number < ROUNDS; number++) {
    const evidence = await ground.begin(payer, await ground.held(payer, [await ground.contributor()], [1, 5]))
    const outcomes = await Promise.all([1, 2, 3].map(() => ground.settler.settle(evidence)))
    booked += outcomes.filter((outcome) => outcome !== 'again').length
  }
  return { booked, caught }
}

test('control: settling without compare-and-set on the attempt is caught by the unique keys of the payment (N1)', async () => {
  withoutCompareAndSet()
  const { booked, caught } = await tellThreeTimes()
  say({ ROUNDS, booked, caught })
  expect(booked).toBe(ROUNDS)
  expect(caught).toBeGreaterThan(0)
  expect(broken(await violations(on.db))).toEqual({})
})

test('control: settling without compare-and-set and without those keys books the same money again (N1, I3)', async () => {
  withoutCompareAndSet()
  await on.db.query('ALTER TABLE provider_payment DROP PRIMARY KEY, DROP KEY uq_attempt, ADD KEY ix_attempt (bucket, attempt_id)')
  await on.db.query('ALTER TABLE ledger_entry DROP PRIMARY KEY, ADD KEY ix_source (bucket, source, source_id)')
  const { booked } = await tellThreeTimes()
  const counts = await violations(on.db)
  say({ ROUNDS, booked, ...broken(counts) })
  expect(booked).toBeGreaterThan(ROUNDS)
  expect(counts['a settled attempt has exactly one payment, any other none']).toBeGreaterThan(0)
  expect(counts['each payment is in the ledger once, split as it was allocated']).toBeGreaterThan(0)
})

test('control: beginning a payment without the lock on its order reads past the release of it (I10)', async () => {
  undo.push(replace('change', (statement, sql, parameters) => statement(sql.replace(' LOCK IN SHARE MODE', ''), parameters)))
  const race = RACES['beginning a payment while the order is being given up in a transaction that has not ended']!
  const tally = await run(ground, race, ROUNDS)
  say(tally)
  expect(tally['won: an attempt']).toBeGreaterThan(0)
})
