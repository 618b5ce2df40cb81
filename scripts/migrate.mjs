// @ts-check
// `npm run migrate`: brings the schema of DATABASE_URL, or of the private database of `npm start`, up to date.
import { openDatabase } from './database.mjs'
import { all, compile, data, install, main, script, step } from './workspace.mjs'

await main(async () => {
  await install()
  const opening = openDatabase('start', { durable: true, share: true })
  try {
    await all(compile('shared', 'server', 'scripts'), opening)
    const { environment } = await import('./dist/environment.js')
    const { url } = await opening
    // migrations read the database's address only; the rest is what the demonstration would be given
    const env = await environment({
      databaseUrl: url,
      folder: data,
      port: 8080,
      metricsPort: 9090,
      sandboxUrl: 'http://127.0.0.1:8090',
      asOf: '2022-02-15',
    })
    await step('migrate', script('server/dist/db/migrate.js'), { env: { ...env, ...process.env }, loud: true })
  } finally {
    await opening.then(
      (database) => database.close(),
      () => {},
    )
  }
})
