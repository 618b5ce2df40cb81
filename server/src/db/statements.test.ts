import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { iso } from '@shebao/shared/day'
import type { Pool } from 'mysql2/promise'
import type { Pool as CallbackPool } from 'mysql2'
import { openApplication, type TestApplication } from '../../test/application.ts'
import { inventPerson, Journey, newKey, type Invented, type Traveller } from '../../test/journey.ts'
import { withdrawDue } from '../institution/institution.service.ts'
import { Jobs } from '../jobs/jobs.ts'
import { Machines } from '../machine/machine.service.ts'
import { AttemptService } from '../payment/attempt.service.ts'
import { Inbox } from '../payment/inbox.ts'
import { reopenItem } from '../refund/reopen.ts'
import { Db, type Listener } from './db.ts'
import { bucketOf } from './id.ts'

/** Rows of strangers in every table that grows: on an empty one the optimiser may read all of it, and nothing would be learnt. */
const STRANGERS = 3000
const MONTH_FEN = 68_500

let on: TestApplication
let journey: Journey
let db: Db
let pool: Pool
beforeAll(async () => {
  on = await openApplication()
  journey = new Journey(on)
  db = on.app.get(Db)
  pool = (on.db.driver as unknown as { pool: CallbackPool }).pool.promise()
  // the sweepers run here when they are called
  await on.app.get(Jobs).beforeApplicationShutdown()
}, 60_000)
afterAll(() => on.close())

interface Heard {
  sql: string
  parameters: Parameters<Listener>[1]
  prepared: boolean
  transaction: number
}
/** What is sent while `work` runs. */
const hear = async (work: () => Promise<unknown>): Promise<Heard[]> => {
  const heard: Heard[] = []
  db.listen((sql, parameters, sent) => heard.push({ sql, parameters, ...sent }))
  await work()
  db.listen(undefined)
  return heard
}

describe('the statements between an order and its payment (R80: money is booked once, whatever the months)', () => {
  /** Orders and pays months of 2022 over HTTP; answers what was sent from the order until it is booked, but for the session. */
  const orderAndPay = async (from: string, to: string, months: number): Promise<Heard[]> => {
    const person = inventPerson()
    await journey.enrol(person)
    const resident = await journey.resident(person)
    const found = await journey.lookUp(resident)
    const heard = await hear(async () => {
      const order = await journey.order(resident, [journey.regular(found, from, to)], MONTH_FEN * months)
      await journey.cashier(resident, order.body.no)
      await booked(order.body.no)
    })
    return heard.filter(({ sql }) => !/^(SELECT [^(]* FROM|UPDATE) session\b/s.test(sql))
  }
  /** Waits for the notification to be booked, by statements that are not heard. */
  const booked = async (order: string): Promise<void> => {
    for (;;) {
      const [row] = await on.db.query<{ state: string }[]>('SELECT state FROM pay_order WHERE bucket = ? AND order_id = ?', [
        bucketOf(order),
        order,
      ])
      if (row?.state === 'paid') return
      await new Promise((resolve) => setTimeout(resolve, 10))
    }
  }
  const shapes = (heard: readonly Heard[]): string[] => heard.map(({ sql }) => sql.replace(/\d+/g, 'N')).toSorted()

  test('at most 24, in 2 transactions and at most 5 commits; the same for 1 month and for 12', async () => {
    const one = await orderAndPay('2022-01', '2022-01', 1)
    const twelve = await orderAndPay('2022-01', '2022-12', 12)
    expect(shapes(twelve)).toEqual(shapes(one))
    expect(one.length).toBeLessThanOrEqual(24)
    const transactions = new Set(one.map(({ transaction }) => transaction)).size - 1
    const alone = one.filter(({ sql, transaction }) => transaction === 0 && !sql.startsWith('SELECT')).length
    expect(transactions).toBe(2)
    expect(transactions + alone).toBeLessThanOrEqual(5)
    expect(one.some(({ sql }) => sql.startsWith('INSERT INTO ledger_entry'))).toBe(true)
  }, 60_000)
})

describe('every hand-written statement finds its rows by a key (data model 4)', () => {
  /** Tables that stay small whatever happens: reading all of them is right. */
  const SMALL: Record<string, string> = {
    node: '32 rows',
    policy_version: 'one row for each policy',
    machine: 'one row for each party',
    key_registry: 'a few rows for each purpose',
  }
  /** Statements that the journey does not send, or only by chance, with parameters as they would have for the id of an order. */
  const RARE: Readonly<Record<string, (id: string) => Heard['parameters']>> = {
    // two phones at once
    'SELECT state, prepay_id FROM attempt WHERE bucket = ? AND attempt_id = ?': (id) => [bucketOf(id), id],
    'SELECT state FROM attempt WHERE bucket = ? AND attempt_id = ?': (id) => [bucketOf(id), id],
    // a second attempt that is live while the first one ends; a rejected one that the provider does not know after its end
    "UPDATE pay_order SET state = 'closing' WHERE bucket = ? AND order_id = ?": (id) => [bucketOf(id), id],
    'UPDATE attempt SET next_check_at = NULL WHERE bucket = ? AND attempt_id = ? AND is_live IS NULL': (id) => [bucketOf(id), id],
    // somebody's true identity under which another was registered by mistake
    'UPDATE registered_identity SET person_id = ?, is_current = 1 WHERE bucket = ? AND subject_bi = ? AND is_current IS NULL': (id) => [
      id,
      bucketOf(id),
      Buffer.alloc(32),
    ],
    // a deadline within the next quarter of an hour
    'UPDATE pay_order SET expires_at = ? WHERE bucket = ? AND order_id = ?': (id) => ['2022-01-01', bucketOf(id), id],
    // the number of this server: at the start, every quarter of a minute, at the end
    'SELECT node_no FROM node WHERE leased_until < ? ORDER BY leased_until': () => ['2022-01-01'],
    'UPDATE node SET owner = ?, leased_until = ? WHERE node_no = ? AND leased_until < ?': () => ['x', '2022-01-01', '1', '2022-01-01'],
    'UPDATE node SET leased_until = ? WHERE node_no = ? AND owner = ?': () => ['2022-01-01', '1', 'x'],
    "UPDATE node SET leased_until = '2020-01-01' WHERE node_no = ? AND owner = ?": () => ['1', 'x'],
  }
  const heard = new Map<string, Heard>()
  const keep = (all: readonly Heard[]): void => {
    for (const one of all) {
      const lists = one.parameters.map((value) => (Array.isArray(value) ? value.length : 1)).join()
      heard.set(`${one.sql.replace(/\d{6,}/g, 'N')} ${lists}`, one)
    }
  }

  test.each([1, 2, 50])(
    'a journey for %i people is recorded',
    async (count) => {
      keep(await hear(() => everything(count)))
      expect(heard.size).toBeGreaterThan(60)
    },
    120_000,
  )

  test('the journey sends every statement that stands in the sources', () => {
    const known = [...heard.values()].map(({ sql }) => sql.replace(/\s+/g, ' '))
    known.push(...Object.keys(RARE))
    expect(written().filter((text) => !known.some((sql) => sql.includes(text)))).toEqual([])
  })

  test('none of them reads a whole table or a whole index, or goes by the bucket alone', async () => {
    await fillWithStrangers()
    const wrong: string[] = []
    let explained = 0
    const [order] = await on.db.query<{ id: string }[]>('SELECT MAX(order_id) AS id FROM pay_order')
    const rare = Object.entries(RARE).map(([sql, of]): Heard => ({ sql, parameters: of(order!.id), prepared: true, transaction: 0 }))
    for (const statement of [...heard.values(), ...rare])
      for (const { table, type, key, key_len } of await explain(statement)) {
        explained++
        if (!table || table.startsWith('<') || Object.hasOwn(SMALL, await tableOf(table, statement.sql))) continue
        // a bucket is two bytes: a key used no further than that leads to a thousandth of the table, which grows with it
        if (type === 'ALL' || type === 'index' || (key !== null && Number(key_len) <= 2))
          wrong.push(`${type} of ${table} by ${key} (${key_len}): ${statement.sql.replace(/\s+/g, ' ').slice(0, 300)}`)
      }
    expect(wrong).toEqual([])
    expect(explained).toBeGreaterThan(100)
  }, 60_000)

  test('a statement that goes by a column without a key would be seen', async () => {
    const [row] = await explain({
      sql: 'UPDATE due SET version = version WHERE order_id = ?',
      parameters: ['1'],
      prepared: true,
      transaction: 0,
    })
    expect(['ALL', 'index']).toContain(row?.type)
  })

  /** Everything that a resident, an institution, a bank and the jobs do, for so many people. */
  const everything = async (count: number): Promise<void> => {
    const people = Array.from({ length: count }, inventPerson)
    const serials: string[] = []
    for (const person of people) serials.push(await journey.enrol(person))
    const payer = await journey.resident(people[0]!)
    const found = [await journey.lookUp(payer)]
    for (const person of people.slice(1)) found.push(await journey.lookUp(payer, person))
    const run = (from: string, to: string): object[] => found.map((each) => journey.regular(each, from, to))
    const certainly = async (answer: Promise<{ status: number; body: unknown }>): Promise<Answered> => {
      const { status, body } = await answer
      if (status !== 200) throw new Error(`${status} ${JSON.stringify(body)}`)
      return body as Answered
    }
    type Answered = { no: string; items: { receipt: string }[]; state: string; ticket: object }
    const order = (from: string, to: string, months: number): Promise<Answered> =>
      certainly(journey.order(payer, run(from, to), MONTH_FEN * months * count))

    // quote, order, pay, receipt, records; a repeat of the order
    await certainly(payer.post('/api/quotes', { items: run('2022-01', '2022-02') }))
    const key = newKey()
    const first = await certainly(journey.order(payer, run('2022-01', '2022-02'), MONTH_FEN * 2 * count, key))
    await certainly(journey.order(payer, run('2022-01', '2022-02'), MONTH_FEN * 2 * count, key))
    await journey.cashier(payer, first.no)
    const paid = await journey.until(payer, first.no, 'paid')
    await certainly(payer.get(`/api/receipts/${paid.items[0].receipt}`))
    await certainly(payer.get('/api/records'))
    await certainly(payer.get('/api/records?year=2022'))
    await certainly(payer.get('/api/orders?open=true'))
    await on.ask('GET', '/health')
    // refund of the first item; then its months again, by rows that are there
    await reopenItem(db, first.no, 0)
    await certainly(journey.order(payer, [journey.regular(found[0], '2022-01', '2022-02')], MONTH_FEN * 2).then(cancelled(payer)))

    // given up before and after the payment was begun
    await order('2022-03', '2022-03', 1).then(({ no }) => certainly(payer.post(`/api/orders/${no}/cancel`)))
    const begun = await order('2022-03', '2022-04', 2)
    await certainly(payer.post(`/api/orders/${begun.no}/pay`, { provider: 'wechat' }))
    await Promise.all([1, 2].map(() => certainly(payer.get(`/api/orders/${begun.no}`))))
    await certainly(payer.post(`/api/orders/${begun.no}/cancel`))

    // a bank: months that nobody has, months that an order holds (which is then paid), months that are paid
    const bank = (serial: string, from: string, to: string, months: number): Promise<Answered> =>
      certainly(
        on.send('bank', '/channel/payments', {
          channel: 'bank',
          serial: newKey(),
          enrolmentSerial: serial,
          insurance: 'flexible_pension',
          year: 2022,
          tier: 'p60',
          months: { from, to },
          amountFen: MONTH_FEN * months,
          paidAt: iso(on.clock.business()),
        }),
      )
    await bank(serials[0]!, '2022-03', '2022-04', 2)
    const next = found.map((each, at) =>
      at === 0 ? journey.regular(each, '2022-05', '2022-06') : journey.regular(each, '2022-03', '2022-04'),
    )
    const evicted = await certainly(journey.order(payer, next, MONTH_FEN * 2 * count))
    const { ticket } = await certainly(payer.post(`/api/orders/${evicted.no}/pay`, { provider: 'wechat' }))
    await bank(serials[0]!, '2022-05', '2022-05', 1)
    await bank(serials[0]!, '2022-05', '2022-05', 1)
    // the cashier was open before the bank's report came: paid all the same
    await on.control('/sandbox/cashier/pay', { host: payer.host, user: payer.user, ...ticket })
    await journey.until(payer, evicted.no, count === 1 ? 'returned' : 'paid')
    await certainly(payer.get('/api/records'))

    // a special due: issued, quoted, paid; another one withdrawn
    const medical = await journey.enrol(people[0]!, 'flexible_medical', { monthFrom: '2021-07' })
    await journey.issue(medical, 'flexible_medical', { from: '2021-07', to: '2022-06' }, 327_600)
    const again = await journey.lookUp(payer)
    const special = [{ kind: 'due', due: again.dues[0].due }]
    await certainly(payer.post('/api/quotes', { items: special }))
    const ordered = await certainly(journey.order(payer, special, 327_600, newKey(), ['possible_waiting']))
    await certainly(payer.post(`/api/orders/${ordered.no}/cancel`))
    await withdrawDue(db, again.dues[0].due)

    // what the jobs find: an attempt to ask about, an order past its end, a notification that was not applied
    const waiting = await certainly(journey.order(payer, [journey.regular(found[0], '2022-06', '2022-06')], MONTH_FEN))
    await certainly(payer.post(`/api/orders/${waiting.no}/pay`, { provider: 'wechat' }))
    await on.db.query("UPDATE attempt SET next_check_at = '2022-01-01' WHERE order_id = ?", [waiting.no])
    await on.app.get(AttemptService).sweep()
    await certainly(payer.post(`/api/orders/${waiting.no}/cancel`))
    const forgotten = await certainly(journey.order(payer, [journey.regular(found[0], '2022-06', '2022-06')], MONTH_FEN))
    await on.db.query("UPDATE pay_order SET expires_at = '2022-01-01' WHERE order_id = ?", [forgotten.no])
    await on.app.get(AttemptService).expire()
    await on.db.query("UPDATE provider_inbox SET next_check_at = '2022-01-01' WHERE provider = 'wechat' AND applied_at IS NOT NULL LIMIT 1")
    await on.app.get(Inbox).sweep()
    await on.app.get(Machines).forgetNonces()

    // an identity that the institution corrects; sessions that end
    const corrected = { ...people.at(-1)!, name: `${people.at(-1)!.name}改` }
    await journey.enrol(corrected, 'flexible_pension', { serial: serials.at(-1), factNo: 2 })
    await sessions(count)
  }
  const cancelled =
    (payer: Traveller) =>
    async ({ body }: { body: { no: string } }): ReturnType<Traveller['post']> =>
      payer.post(`/api/orders/${body.no}/cancel`)

  /** Logging in by two hosts as one person, by a counter code, more often than sessions are kept, and out again. */
  const sessions = async (count: number): Promise<void> => {
    const person: Invented = inventPerson()
    await journey.resident(person, 'wechat')
    const other = await journey.resident(person, 'alipay')
    for (let number = 0; number < 4; number++) await journey.logIn('alipay', other.user)
    const issued = await on.send('hall', '/office/counter-codes', { operator: `hall-${count}`, ...person })
    const late = await journey.logIn()
    await late.post('/api/real-name', { method: 'counter_code', ...person, code: issued.body.code })
    const last = await journey.logIn()
    await on.db.query('UPDATE session SET seen_at = NOW(3) - INTERVAL 10 MINUTE')
    await last.get('/api/me')
    await on.ask('DELETE', '/api/sessions/current', undefined, { authorization: `Bearer ${last.token}` })
  }
})

/** The beginnings of all statements in the sources that read, change or delete rows: as far as they are fixed text. */
const written = (): string[] => {
  const folder = path.join(import.meta.dirname, '..')
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => /(?<!\.test)\.ts$/.test(file) && !file.includes('migrations'),
  )
  return files.flatMap((file) => {
    const text = readFileSync(path.join(folder, file), 'utf8').replace(/\/\*[^]*?\*\/|\/\/.*$/gm, '')
    return [
      ...text.matchAll(
        /`\s*((?:SELECT|UPDATE|DELETE)\s[^`]*?)(?:\$\{|`)|'((?:SELECT|UPDATE|DELETE)\s[^'\n]*)'|"((?:SELECT|UPDATE|DELETE)\s[^"\n]*)"/g,
      ),
    ]
      .map(([, template, single, double]) => (template ?? single ?? double ?? '').replace(/\s+/g, ' ').trim())
      .filter((statement) => statement.length > 12) // one that begins with a constant is known by its other parts
  })
}

interface Plan {
  table: string | null
  type: string
  key: string | null
  key_len: string | null
}
/** How the database would find the rows, with the parameters as they were sent. What is inserted is not looked for; what it is taken from is. */
const explain = async ({ sql, parameters, prepared }: Heard): Promise<Plan[]> => {
  const reading = sql.startsWith('INSERT') ? /(?<=\)\s*)SELECT[^]*$/.exec(sql)?.[0] : sql
  if (reading === undefined) return []
  const [rows] = prepared
    ? await pool.execute(`EXPLAIN ${reading}`, parameters as (string | number | null | Buffer)[])
    : await pool.query(`EXPLAIN ${reading}`, [...parameters])
  return rows as Plan[]
}
/** The table behind an alias. */
const tableOf = async (alias: string, sql: string): Promise<string> =>
  new RegExp(`(?:FROM|JOIN|UPDATE)\\s+(\\w+)\\s+(?:AS\\s+)?${alias}\\b`).exec(sql)?.[1] ?? alias

/** Fills every table that grows with rows in the buckets that it has: there it is as full as it would be with a thousand times as many rows. */
const fillWithStrangers = async (): Promise<void> => {
  const small = ['migrations', 'node', 'policy_version', 'machine', 'key_registry']
  const columns = await on.db.query<{ name: string; of: string; type: string; nullable: string; size: string | null }[]>(
    'SELECT column_name AS name, table_name AS `of`, data_type AS type, is_nullable AS nullable, character_maximum_length AS size FROM information_schema.columns WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position',
  )
  const states: Record<string, string> = {
    pay_order: 'paid',
    due: 'paid',
    attempt: 'succeeded',
    provider_payment: 'allocated',
    external_payment: 'applied',
  }
  const words: Record<string, string> = {
    insurance: 'flexible_pension',
    kind: 'regular',
    month_from: '2022-01',
    month_to: '2022-01',
    outcome: 'due',
    provider: 'wechat',
    aggregate: 'order',
    source: 'attempt',
  }
  const value = (
    { name, of, type, nullable, size }: (typeof columns)[number],
    row: number,
    bucket: number,
  ): string | number | Buffer | null => {
    const time = new Date(Date.now() - (row % 500) * 1000).toISOString().slice(0, 23).replace('T', ' ')
    if (name === 'bucket') return bucket
    if (name === 'state') return states[of] ?? 'done'
    if (name === 'is_current') return 1
    if (words[name]) return words[name]
    if (nullable === 'YES' && name !== 'order_id') return null
    switch (type) {
      case 'bigint':
        return name.endsWith('_id') ? (BigInt(row + 1) * 4_194_304n + BigInt(bucket)).toString() : 1
      case 'binary':
        return createHash('sha256').update(`${name}${row}`).digest()
      case 'varbinary':
      case 'blob':
      case 'mediumblob':
        return Buffer.from('x')
      case 'datetime':
        return time
      case 'date':
        return time.slice(0, 10)
      case 'char':
      case 'varchar':
        return name === 'insurance' ? 'flexible_pension' : `f${row}`.slice(0, Number(size))
      case 'json':
      case 'longtext':
        return '{}'
      default:
        return name === 'year' ? 2022 : 1
    }
  }
  for (const table of new Set(columns.map(({ of }) => of))) {
    if (small.includes(table)) continue
    const own = columns.filter(({ of }) => of === table)
    const used = own.some(({ name }) => name === 'bucket')
      ? await on.db.query<{ bucket: number }[]>(`SELECT DISTINCT bucket FROM ${table}`)
      : []
    for (let from = 0; from < STRANGERS; from += 1000) {
      const rows = Array.from({ length: 1000 }, (_, number) =>
        own.map((column) => value(column, from + number, Number(used[number % used.length]?.bucket ?? 0))),
      )
      await pool.query(`INSERT INTO ${table} (${own.map(({ name }) => name).join(', ')}) VALUES ?`, [rows])
    }
    await pool.query(`ANALYZE TABLE ${table}`)
  }
}

describe('ids beyond 2^53 are compared as what they are, not as floating-point numbers', () => {
  const ids = ['9007199254740992', '9007199254740993', '9007199254740994', '18446744073709551614', '18446744073709551615']
  beforeAll(() =>
    // one key that begins with them, one column that no key has: a double would hold both pairs for equal
    db.changeOf(
      'INSERT INTO due (bucket, person_id, insurance, kind, month_from, source_key, due_id, enrolment_id, month_to, year, state, order_id) VALUES ?',
      [ids.map((id) => [7, id, 'flexible_pension', 'special', '2022-01', 'double', id, id, '2022-01', 2022, 'open', id])],
    ),
  )
  const columns = ['person_id', 'due_id', 'order_id', 'enrolment_id']
  const found = (rows: { id: string }[]): string[] => rows.map(({ id }) => id)

  test.each(columns)('%s by a prepared statement: equal, unequal, less', async (column) => {
    for (const [at, id] of ids.entries()) {
      const by = async (operator: string): Promise<string[]> =>
        found(
          await db.rows<{ id: string }>(
            `SELECT ${column} AS id FROM due WHERE bucket = ? AND source_key = 'double' AND ${column} ${operator} ? ORDER BY ${column}`,
            [7, id],
          ),
        )
      expect(await by('=')).toEqual([id])
      expect(await by('<>')).toEqual(ids.filter((other) => other !== id))
      expect(await by('<')).toEqual(ids.slice(0, at))
    }
  })
  test.each(columns)('%s by text: equal, and in a list', async (column) => {
    for (const id of ids)
      expect(found(await db.rowsOf<{ id: string }>(`SELECT ${column} AS id FROM due WHERE bucket = 7 AND ${column} = ?`, [id]))).toEqual([
        id,
      ])
    const list = [ids[1]!, ids[3]!]
    expect(
      found(
        await db.rowsOf<{ id: string }>(`SELECT ${column} AS id FROM due WHERE bucket = 7 AND ${column} IN (?) ORDER BY ${column}`, [list]),
      ),
    ).toEqual(list)
  })
  test.each(columns)('%s changed by a prepared statement and by text: one row each', async (column) => {
    for (const id of ids) {
      expect(await db.change(`UPDATE due SET version = version + 1 WHERE bucket = ? AND ${column} = ?`, [7, id])).toBe(1)
      expect(await db.changeOf(`UPDATE due SET version = version + 1 WHERE bucket = 7 AND ${column} = ?`, [id])).toBe(1)
    }
  })
  test('the bucket of an id is its own, in the database as in the program', async () => {
    for (const id of ids) {
      const [row] = await db.rows<{ bucket: number }>('SELECT person_id & 1023 AS bucket FROM due WHERE bucket = 7 AND due_id = ?', [id])
      expect(Number(row?.bucket)).toBe(bucketOf(id))
    }
  })
})
