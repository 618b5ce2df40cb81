import type { LoggerService } from '@nestjs/common'
import type { Logger } from 'pino'

/** Nest's own messages through the one logger; its start-up chatter is left out. */
export class NestLogger implements LoggerService {
  constructor(private readonly log_: Logger) {}
  log(): void {
    // one line per module and route at every start tells nobody anything
  }
  error(message: unknown, ...rest: unknown[]): void {
    this.log_.error({ rest: rest.map(String) }, message instanceof Error ? `${message.name}: ${message.message}` : String(message))
  }
  warn(message: unknown): void {
    this.log_.warn(String(message))
  }
}
