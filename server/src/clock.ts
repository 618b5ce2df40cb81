import { dayOf, instantOf, startOf, type Instant } from '@shebao/shared/day'

/**
 * The only reader of time. Rules are judged by business time, which may be shifted for rehearsal; signatures, tokens and
 * timeouts go by system time (decision 21). Business = system + offset.
 */
export class Clock {
  private offset = 0

  constructor(asOf?: string) {
    if (asOf) this.beAsOf(asOf)
  }

  /** Moves business time to a day, keeping the time of day, or to an ISO 8601 moment. */
  beAsOf(point: string): void {
    const now = this.system()
    this.offset = (point.length === 10 ? startOf(point) + (now - startOf(dayOf(now))) : instantOf(point)) - now
  }

  get offsetMs(): number {
    return this.offset
  }
  system(): Instant {
    return Date.now()
  }
  business(): Instant {
    return this.system() + this.offset
  }
}

/** An instant as MySQL's DATETIME(3) in UTC, the zone of every connection. */
export const stamp = (instant: Instant): string => new Date(instant).toISOString().slice(0, 23).replace('T', ' ')
/** A DATETIME(3) as the driver reads it. */
export const instantFrom = (datetime: Date): Instant => datetime.getTime()
/** An instant for a column that TypeORM writes. */
export const dateOf = (instant: Instant): Date => new Date(instant)
