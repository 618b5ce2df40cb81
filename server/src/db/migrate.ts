import 'reflect-metadata'
import { jinzhou2022 } from '@shebao/shared/policy/jinzhou-2022'
import { Clock } from '../clock.ts'
import { Config } from '../config.ts'
import { publishPolicy } from '../policy/policy.service.ts'
import { openDataSource } from '../data-source.ts'

// `node server/dist/db/migrate.js`: brings the schema up to date and, in an empty database, publishes the first policy.
const source = await openDataSource(new Config().databaseUrl)
try {
  const ran = await source.runMigrations()
  const published = await publishPolicy(source, jinzhou2022, new Clock())
  process.stdout.write(`migrations: ${ran.length} run; policy: ${published ? `${jinzhou2022.version} published` : 'unchanged'}\n`)
} finally {
  await source.destroy()
}
