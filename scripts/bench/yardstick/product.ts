import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { answerParent, type Recorded, type Script } from './parts.ts'

// The product's own server in this process, told to write down its statements when it is asked to.
const dist = path.resolve(import.meta.dirname, '../../../../server/dist')
const load = (file: string): Promise<Record<string, unknown>> =>
  import(pathToFileURL(path.join(dist, file)).href) as Promise<Record<string, unknown>>

interface Listening {
  listen: (to: (sql: string, parameters: readonly unknown[], sent: { prepared: boolean; transaction: number }) => void) => void
}
const { start } = (await load('application.js')) as { start: () => Promise<{ port: number; db: Listening }> }
const { port, db } = await start()
/** What the sweepers and leases send by the clock belongs to no request. */
const byTheClock = /next_check_at <= \?|expires_at <= \?|machine_nonce|\bnode\b/
const script: Script = {}
let current: Recorded[] | undefined
answerParent((say) => {
  if (say.say === 'record') {
    // the first mark turns the recorder on: before it, and in the measured rounds, nothing is heard
    if (!current)
      db.listen(
        (sql, parameters, { prepared, transaction }) =>
          byTheClock.test(sql) || current?.push({ sql, parameters: [...parameters], prepared, transaction }),
      )
    script[say.as] = current = []
    return { done: true }
  }
  return { script }
})
process.send?.({ ready: port })
