import { Body, Controller } from '@nestjs/common'
import { api, type Parsed, type Reply } from '@shebao/shared/api'
import { CallerOf, Endpoint, type Caller } from '../http/endpoint.decorator.ts'
import { LookupService } from './lookup.service.ts'

@Controller()
export class DueController {
  constructor(private readonly lookups: LookupService) {}

  @Endpoint(api.lookUp)
  lookUp(
    @CallerOf() caller: Caller,
    @Body({ schema: api.lookUp.body }) body: Parsed<typeof api.lookUp>,
  ): Promise<Reply<typeof api.lookUp>> {
    return this.lookups.lookUp(caller, body)
  }
}
