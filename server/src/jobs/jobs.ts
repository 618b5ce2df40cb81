import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common'
import type { Logger } from 'pino'
import { isUnreachable } from '../db/db.ts'
import { faultText } from '../http/fault.ts'

/** Work that is repeated while the server runs. A round that did something is followed at once by the next, an idle one by a pause. */
interface Job {
  name: string
  everyMs: number
  run: () => Promise<number | void>
}

/** Runs jobs in this process; each claims its rows by compare-and-set, so that any number of servers may run them. */
@Injectable()
export class Jobs implements BeforeApplicationShutdown {
  private readonly timers = new Map<string, NodeJS.Timeout>()
  private readonly running = new Set<Promise<void>>()
  private stopped = false

  constructor(private readonly log: Logger) {}

  add(job: Job): void {
    this.plan(job, job.everyMs)
  }

  private plan(job: Job, afterMs: number): void {
    if (this.stopped) return
    this.timers.set(
      job.name,
      setTimeout(() => {
        const round = this.round(job).then((busy) => this.plan(job, busy ? 0 : job.everyMs))
        this.running.add(round)
        void round.finally(() => this.running.delete(round))
      }, afterMs),
    )
  }

  private async round({ name, run }: Job): Promise<boolean> {
    try {
      return ((await run()) ?? 0) >= 100
    } catch (error) {
      if (isUnreachable(error)) this.log.warn({ job: name }, 'database out of reach')
      else this.log.error({ job: name, stack: faultText(error) }, 'job failed')
      return false
    }
  }

  /** No new rounds; those that run are waited for. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true
    for (const timer of this.timers.values()) clearTimeout(timer)
    await Promise.all(this.running)
  }
}
