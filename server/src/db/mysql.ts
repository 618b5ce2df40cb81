import mysql, { type Pool, type PoolConnection, type PoolOptions } from 'mysql2'

const session = [
  'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED', // the variable's name differs between MariaDB and MySQL
  `SET SESSION time_zone = '+00:00', sql_mode = 'STRICT_TRANS_TABLES,ONLY_FULL_GROUP_BY,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'`,
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
