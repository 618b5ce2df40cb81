import { Controller, Param, Query } from '@nestjs/common'
import { api, type Params, type Query as QueryOf, type Reply } from '@shebao/shared/api'
import type { Receipt } from '@shebao/shared/receipt'
import { CallerOf, Endpoint, type Caller } from '../http/endpoint.decorator.ts'
import { ReceiptService } from './receipt.service.ts'

@Controller()
export class ReceiptController {
  constructor(private readonly receipts: ReceiptService) {}

  @Endpoint(api.records)
  records(
    @CallerOf() caller: Caller,
    @Query({ schema: api.records.query }) query: QueryOf<typeof api.records>,
  ): Promise<Reply<typeof api.records>> {
    return this.receipts.records(caller, query)
  }

  @Endpoint(api.receipt)
  receipt(@CallerOf() caller: Caller, @Param({ schema: api.receipt.params }) { no }: Params<typeof api.receipt>): Promise<Receipt> {
    return this.receipts.find(caller, no)
  }
}
