import { DataSource, type DataSourceOptions } from 'typeorm'
import { KeyEntity } from './crypto/key.entity.ts'
import { AccountEntity, AccountIdentityEntity, CounterCodeEntity, HostIdentityEntity, RealNameCheckEntity } from './login/login.entity.ts'
import { MachineEntity } from './machine/machine.entity.ts'
import { PolicyVersionEntity } from './policy/policy.entity.ts'
import { Spine1732400000000 } from './db/migrations/1732400000000-spine.ts'
import { mysqlDriver, servingDriver } from './db/mysql.ts'

export const dataSourceOptions = (url: string): DataSourceOptions => ({
  type: 'mysql', // on MariaDB, too: 'mariadb' would send INSERT … RETURNING
  driver: servingDriver,
  url,
  entities: [
    AccountEntity,
    AccountIdentityEntity,
    HostIdentityEntity,
    RealNameCheckEntity,
    CounterCodeEntity,
    MachineEntity,
    PolicyVersionEntity,
    KeyEntity,
  ],
  migrations: [Spine1732400000000],
  migrationsTransactionMode: 'each',
  charset: 'utf8mb4_unicode_ci',
  timezone: 'Z',
  dateStrings: ['DATE'],
  supportBigNumbers: true,
  bigNumberStrings: true,
  poolSize: 16,
  connectTimeout: 2000,
  extra: { queueLimit: 1000, flags: '-FOUND_ROWS', enableKeepAlive: true, maxIdle: 16, idleTimeout: 60_000, trace: false },
})

/** For migrations and tools: a statement may take as long as it takes. */
export const openDataSource = (url: string): Promise<DataSource> =>
  new DataSource({ ...dataSourceOptions(url), driver: mysqlDriver } as DataSourceOptions).initialize()
