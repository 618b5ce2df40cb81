import type { Socket } from 'node:net'
import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2'

const session = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', // the variable's name differs between MariaDB and MySQL
  `SET SESSION innodb_lock_wait_timeout = 2, time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
]

/** mysql2 for TypeORM: every new connection gets the session settings before its first query, or is not used. */
export const mysqlDriver = {
  createPool(options: PoolOptions): Pool {
    const pool = mysql.createPool(options)
    pool.on('connection', (connection: PoolConnection) => {
      for (const statement of session)
        connection.query(statement, (error) => {
          if (!error) return
          process.stderr.write(`refused by the database: ${statement}: ${error.message}\n`)
          connection.destroy()
        })
    })
    return pool
  },
}

/** How long a connection that is in use may be silent, in milliseconds. */
const SILENCE_MS = 3000
/** How long a request waits for a connection: the two together are the longest that anybody waits for an answer. */
const WAIT_MS = 2000
const late = (what: string): Error => Object.assign(new Error(what), { code: 'ETIMEDOUT' })

/**
 * As `mysqlDriver`, for serving: a dead link ends in an error and not in a wait. mysql2 gives up a statement, at most, and
 * leaves its connection waiting for the answer; preparing a statement, and what TypeORM sends, has no limit at all.
 */
export const servingDriver = {
  createPool(options: PoolOptions): Pool {
    const pool = mysqlDriver.createPool(options)
    const socketOf = (connection: PoolConnection): Socket => (connection as unknown as { stream: Socket }).stream
    pool.on('connection', (connection: PoolConnection) =>
      socketOf(connection).on('timeout', () => {
        socketOf(connection).destroy(late('the database is silent')) // whatever waits on this connection hears of it
        connection.destroy()
      }),
    )
    pool.on('acquire', (connection: PoolConnection) => socketOf(connection).setTimeout(SILENCE_MS))
    pool.on('release', (connection: PoolConnection) => socketOf(connection).setTimeout(0))
    const take = pool.getConnection.bind(pool)
    pool.getConnection = (taken) => {
      let gone = false
      const timer = setTimeout(() => {
        gone = true
        taken(late('no connection in time') as NodeJS.ErrnoException, undefined as never)
      }, WAIT_MS)
      take((error, connection) => {
        clearTimeout(timer)
        if (!gone) taken(error, connection)
        else if (!error) connection.release()
      })
    }
    return pool
  },
}
