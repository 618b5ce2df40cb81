import { Body, Controller, Param } from '@nestjs/common'
import { api, type OrderView, type Params, type Parsed, type Reply } from '@shebao/shared/api'
import { CallerOf, Endpoint, type Caller } from '../http/endpoint.decorator.ts'
import { AttemptService } from './attempt.service.ts'
import { PayService } from './pay.service.ts'

@Controller()
export class PaymentController {
  constructor(
    private readonly payments: PayService,
    private readonly attempts: AttemptService,
  ) {}

  @Endpoint(api.pay)
  pay(
    @CallerOf() caller: Caller,
    @Param({ schema: api.pay.params }) { no }: Params<typeof api.pay>,
    @Body({ schema: api.pay.body }) body: Parsed<typeof api.pay>,
  ): Promise<Reply<typeof api.pay>> {
    return this.payments.pay(caller, no, body)
  }

  @Endpoint(api.order)
  look(@CallerOf() caller: Caller, @Param({ schema: api.order.params }) { no }: Params<typeof api.order>): Promise<OrderView> {
    return this.attempts.look(caller, no)
  }

  @Endpoint(api.cancelOrder)
  cancel(
    @CallerOf() caller: Caller,
    @Param({ schema: api.cancelOrder.params }) { no }: Params<typeof api.cancelOrder>,
  ): Promise<OrderView> {
    return this.attempts.cancel(caller, no)
  }
}
