import { Controller, Get, HttpCode } from '@nestjs/common'
import { refuse } from '@shebao/shared/refusal'
import { Db } from '../db/db.ts'
import { Open } from './endpoint.decorator.ts'
import { Refused } from './refused.ts'

/** Whether the process runs, and whether it can serve: asked by whoever starts or balances it. */
@Controller('health')
@Open()
export class HealthController {
  constructor(private readonly db: Db) {}

  @Get('live')
  live(): { live: true } {
    return { live: true }
  }

  @Get('ready')
  @HttpCode(200)
  async ready(): Promise<{ ready: true }> {
    try {
      await this.db.rows('SELECT 1')
    } catch {
      throw new Refused(refuse('unavailable'))
    }
    return { ready: true }
  }
}
