/** The vendor's clock: it may run beside ours by an offset, and its waiting times may be shortened by a factor. */
export class Clock {
  offset: number
  readonly scale: number

  constructor(offset = 0, scale = 1) {
    if (!(scale > 0)) throw new Error('the time scale is a positive number')
    this.offset = offset
    this.scale = scale
  }

  now(): number {
    return Date.now() + this.offset
  }

  /** The point in time that the documents put `ms` from now; only waiting times are scaled, never validities. */
  after(ms: number): number {
    return this.now() + ms / this.scale
  }
}

const inBeijing = (time: number) => new Date(time + 8 * 3_600_000).toISOString()

/** `2018-06-08T10:34:56+08:00`, as WeChat Pay writes times. */
export const rfc3339 = (time: number) => `${inBeijing(time).slice(0, 19)}+08:00`

/** `2014-07-24 03:07:50` in Beijing time, as Alipay writes times whatever the host's zone is. */
export const beijing = (time: number) => inBeijing(time).slice(0, 19).replace('T', ' ')

/** Work to be done later in the vendor's time; all of it is forgotten at close and resumed from the journal at the next start. */
export class Agenda {
  readonly #timers = new Set<NodeJS.Timeout>()
  #closed = false
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  at(time: number, work: () => void | Promise<void>): void {
    if (this.#closed) return
    const wait = time - this.#clock.now()
    // setTimeout's largest delay is about 24.8 days; a longer wait is taken in steps.
    const step = Math.min(Math.max(wait, 0), 2_000_000_000)
    const timer = setTimeout(() => {
      this.#timers.delete(timer)
      if (wait > step) this.at(time, work)
      else void this.#run(work)
    }, step)
    this.#timers.add(timer)
  }

  async #run(work: () => void | Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      console.error('sandbox: work on the agenda failed', error)
    }
  }

  close(): void {
    this.#closed = true
    for (const timer of this.#timers) clearTimeout(timer)
    this.#timers.clear()
  }
}
