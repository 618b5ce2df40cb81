import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import mysql from 'mysql2/promise'
import { answerParent, type Recorded } from './parts.ts'

// The yardstick: bare node:http and mysql2. For each request it sends the statements that the product sent for it, with the same
// parameters, prepared or not as there, in the same transactions. No validation, no signatures, no encryption, no rules.
const { v8 } = { v8: await import('node:v8') }
const script = v8.deserialize(readFileSync(process.env['BENCH_SCRIPT'] ?? '')) as Record<string, Recorded[]>
const pool = mysql.createPool({
  uri: process.env['DATABASE_URL'] ?? '',
  connectionLimit: 16,
  supportBigNumbers: true,
  bigNumberStrings: true,
  timezone: 'Z',
  dateStrings: ['DATE'],
  flags: ['-FOUND_ROWS'],
  enableKeepAlive: true,
})
pool.on('connection', (connection) => {
  ;(connection as unknown as { query: (sql: string) => void }).query('SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED')
})
type Conn = Pick<mysql.PoolConnection, 'execute' | 'query'>
const send = async (on: Conn, { sql, parameters, prepared }: Recorded): Promise<unknown> =>
  prepared ? on.execute(sql, parameters as (string | number | null)[]) : on.query(sql, parameters)

/** Statements of the pool that the product sent together are sent together here, too: a look-up's three reads. */
const together = (statements: readonly Recorded[]): Recorded[][] => {
  const groups: Recorded[][] = []
  for (const one of statements) {
    const last = groups.at(-1)
    const reads = (each: Recorded | undefined): boolean =>
      each !== undefined && each.transaction === 0 && /^SELECT .* FROM (enrolment|fee_year|due)\b/s.test(each.sql) && each.prepared
    if (last && ((one.transaction > 0 && last[0]?.transaction === one.transaction) || (reads(one) && reads(last[0])))) last.push(one)
    else groups.push([one])
  }
  return groups
}

const run = async (statements: readonly Recorded[]): Promise<number> => {
  for (const group of together(statements)) {
    if (group[0]?.transaction) {
      const connection = await pool.getConnection()
      await connection.query('START TRANSACTION')
      for (const one of group) await send(connection, one)
      await connection.query('COMMIT')
      connection.release()
    } else await Promise.all(group.map((one) => send(pool, one)))
  }
  return statements.length
}

const server = createServer((request, reply) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    run(script[(request.url ?? '').slice(1)] ?? []).then(
      (statements) => reply.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ statements })),
      (error: Error) => reply.writeHead(500).end(error.message),
    )
  })
})
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  answerParent(() => ({ script: {} }))
  process.send?.({ ready: typeof address === 'object' && address ? address.port : 0 })
})
process.on('SIGTERM', () => process.exit(0))
