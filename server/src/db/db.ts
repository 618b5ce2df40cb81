import { randomInt } from 'node:crypto'
import { Injectable } from '@nestjs/common'
import type { Pool, PoolConnection, ResultSetHeader } from 'mysql2/promise'
import type { Pool as CallbackPool } from 'mysql2'
import { Counter } from 'prom-client'
import { DataSource } from 'typeorm'

/** How long one statement may take before the answer is 503, in milliseconds. */
const STATEMENT_TIMEOUT_MS = 3000

/** What a statement may be given. Ids are decimal strings; binary columns take a Buffer. */
export type Value = string | number | null | Buffer
/** Rows for `VALUES ?`: one multi-row INSERT. */
export type Rows = readonly (readonly Value[])[]

const statements = new Counter({ name: 'db_statements_total', help: 'SQL statements sent, by kind', labelNames: ['kind'] as const })
const transactions = new Counter({ name: 'db_transactions_total', help: 'Transactions, by outcome', labelNames: ['outcome'] as const })

/** How a statement was sent: prepared or as text, and in which transaction (0: none, each on its own). */
export interface Sent {
  prepared: boolean
  transaction: number
}
/** Hears every hand-written statement and its parameters: the bench records with it what the yardstick replays. */
export type Listener = (sql: string, parameters: readonly (Value | Rows | readonly string[])[], sent: Sent) => void

/** A deadlock victim, a lock wait that timed out, or a connection that broke: the whole transaction may be tried again. */
const isPassing = (error: unknown): boolean => {
  const { errno, code } = error as { errno?: number; code?: string }
  return errno === 1213 || errno === 1205 || code === 'PROTOCOL_CONNECTION_LOST' || code === 'ECONNRESET'
}
/** A duplicate key; with `key`, of that unique key. */
export const isDuplicate = (error: unknown, key?: string): boolean =>
  (error as { errno?: number }).errno === 1062 && (key === undefined || (error as Error).message.includes(key))
/** The database is not there, or did not answer in time: 503, and nothing is said about what happened (an error is not "not done"). */
export const isUnreachable = (error: unknown): boolean =>
  [
    'ECONNREFUSED',
    'ECONNRESET',
    'ETIMEDOUT',
    'EPIPE',
    'PROTOCOL_CONNECTION_LOST',
    'PROTOCOL_SEQUENCE_TIMEOUT',
    'ER_SERVER_SHUTDOWN',
    'ER_CON_COUNT_ERROR',
    'POOL_CLOSED',
  ].includes((error as { code?: string }).code ?? '') ||
  (error instanceof Error &&
    /Queue limit reached|Pool is closed|Can't add new command when connection is in closed state/.test(error.message))

/** Statements of one connection: the pool, or a transaction on it. */
export class Statements {
  constructor(
    private readonly on: Pool | PoolConnection,
    private readonly heard: { listener?: Listener | undefined },
    private readonly numbered = 0,
  ) {}

  /** A SELECT of fixed shape, prepared once per connection. */
  async rows<Row>(sql: string, parameters: readonly Value[] = []): Promise<Row[]> {
    this.count('select', sql, parameters, true)
    const [rows] = await this.on.execute({ sql, timeout: STATEMENT_TIMEOUT_MS }, [...parameters])
    return rows as Row[]
  }

  /** A SELECT whose text depends on the number of its parameters; not prepared, or every length would be a statement to keep. */
  async rowsOf<Row>(sql: string, parameters: readonly (Value | readonly string[])[] = []): Promise<Row[]> {
    this.count('select', sql, parameters, false)
    const [rows] = await this.on.query({ sql, timeout: STATEMENT_TIMEOUT_MS }, [...parameters])
    return rows as Row[]
  }

  /** An INSERT, UPDATE or DELETE of fixed shape; answers how many rows it changed. */
  async change(sql: string, parameters: readonly Value[] = []): Promise<number> {
    this.count('change', sql, parameters, true)
    const [header] = await this.on.execute({ sql, timeout: STATEMENT_TIMEOUT_MS }, [...parameters])
    return (header as ResultSetHeader).affectedRows
  }

  /** As `change`, for text whose length varies (`VALUES ?`, lists of owners). */
  async changeOf(sql: string, parameters: readonly (Value | Rows | readonly string[])[]): Promise<number> {
    this.count('change', sql, parameters, false)
    const [header] = await this.on.query({ sql, timeout: STATEMENT_TIMEOUT_MS }, [...parameters])
    return (header as ResultSetHeader).affectedRows
  }

  private count(kind: string, sql: string, parameters: readonly (Value | Rows | readonly string[])[], prepared: boolean): void {
    statements.inc({ kind })
    this.heard.listener?.(sql, parameters, { prepared, transaction: this.numbered })
  }
}

/**
 * Hand-written SQL on the pool that TypeORM opened: the hot paths. READ COMMITTED; correctness rests on unique keys and on
 * compare-and-set with the affected rows asserted, never on gap locks or on what was read before.
 */
@Injectable()
export class Db extends Statements {
  private readonly pool: Pool
  private readonly hearing: { listener?: Listener | undefined }
  private transactions = 0

  constructor(source: DataSource) {
    const pool = (source.driver as unknown as { pool: CallbackPool }).pool.promise()
    const hearing: { listener?: Listener | undefined } = {}
    super(pool, hearing)
    this.pool = pool
    this.hearing = hearing
  }

  /** Hears every statement from now on; undefined: no more. */
  listen(listener: Listener | undefined): void {
    this.hearing.listener = listener
  }

  /**
   * Runs `work` in a transaction; a deadlock or a broken connection runs the whole of it again, up to 8 times. `work` may
   * therefore have happened although the first try failed: its unique keys must say so. Nothing outside the database may be
   * called inside.
   */
  async transaction<Result>(work: (t: Statements) => Promise<Result>): Promise<Result> {
    for (let tries = 1; ; tries++) {
      const connection = await this.pool.getConnection()
      let begun = false
      try {
        await connection.query({ sql: 'START TRANSACTION', timeout: STATEMENT_TIMEOUT_MS })
        begun = true
        const result = await work(new Statements(connection, this.hearing, ++this.transactions))
        await connection.query({ sql: 'COMMIT', timeout: STATEMENT_TIMEOUT_MS })
        connection.release()
        transactions.inc({ outcome: 'committed' })
        return result
      } catch (error) {
        if (isUnreachable(error) || !begun) connection.destroy()
        else {
          try {
            await connection.query({ sql: 'ROLLBACK', timeout: STATEMENT_TIMEOUT_MS })
            connection.release()
          } catch {
            connection.destroy() // a connection that cannot roll back is not given to anybody else; the server rolls back when it goes
          }
        }
        transactions.inc({ outcome: 'rolled_back' })
        if (!isPassing(error) || tries >= 8) throw error
        await new Promise((resolve) => setTimeout(resolve, randomInt(5 * tries))) // two victims do not meet again at once
      }
    }
  }
}
