import { Body, Controller, Headers, Query } from '@nestjs/common'
import { api, IdempotencyKey, type OrderView, type Parsed, type Query as QueryOf, type Reply } from '@shebao/shared/api'
import { refuse } from '@shebao/shared/refusal'
import * as v from 'valibot'
import { CallerOf, Endpoint, type Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { OrderCreator } from './order.create.ts'
import { OrderReader } from './order.read.ts'
import { QuoteService } from './quote.service.ts'

@Controller()
export class OrderController {
  constructor(
    private readonly quotes: QuoteService,
    private readonly creator: OrderCreator,
    private readonly orders: OrderReader,
  ) {}

  @Endpoint(api.quote)
  quote(@CallerOf() caller: Caller, @Body({ schema: api.quote.body }) body: Parsed<typeof api.quote>): Promise<Reply<typeof api.quote>> {
    return this.quotes.quote(caller, body)
  }

  @Endpoint(api.createOrder)
  create(
    @CallerOf() caller: Caller,
    @Body({ schema: api.createOrder.body }) body: Parsed<typeof api.createOrder>,
    @Headers('idempotency-key') header: string | undefined,
  ): Promise<OrderView> {
    const key = v.safeParse(IdempotencyKey, header)
    if (!key.success) throw new Refused(refuse('idempotency_key_missing'))
    return this.creator.create(caller, body, key.output)
  }

  @Endpoint(api.orders)
  async open(
    @CallerOf() caller: Caller,
    @Query({ schema: api.orders.query }) _query: QueryOf<typeof api.orders>,
  ): Promise<Reply<typeof api.orders>> {
    return { orders: await this.orders.open(caller) }
  }
}
