import { Module, StandardSchemaSerializerInterceptor, type DynamicModule, type OnApplicationBootstrap } from '@nestjs/common'
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core'
import { TypeOrmModule } from '@nestjs/typeorm'
import type { Logger } from 'pino'
import { ChannelController } from './channel/channel.controller.ts'
import { ChannelService } from './channel/channel.service.ts'
import { Clock } from './clock.ts'
import { Config } from './config.ts'
import { Keys } from './crypto/keys.ts'
import { dataSourceOptions } from './data-source.ts'
import { Db } from './db/db.ts'
import { Ids } from './db/id.ts'
import { DocsController } from './docs/docs.controller.ts'
import { DueController } from './due/due.controller.ts'
import { LookupService } from './due/lookup.service.ts'
import { EnrolmentService } from './enrolment/enrolment.service.ts'
import { AlipayHost } from './host/alipay.ts'
import { WechatHost } from './host/wechat.ts'
import { ContractPipe } from './http/contract.pipe.ts'
import { HealthController } from './http/health.controller.ts'
import { RefusedFilter } from './http/refused.filter.ts'
import { InstitutionController } from './institution/institution.controller.ts'
import { InstitutionService } from './institution/institution.service.ts'
import { Jobs } from './jobs/jobs.ts'
import { AccessGuard } from './login/access.guard.ts'
import { LoginController } from './login/login.controller.ts'
import { LoginService } from './login/login.service.ts'
import { RealNameService } from './login/real-name.service.ts'
import { Sessions } from './login/session.ts'
import { Machines } from './machine/machine.service.ts'
import { OfficeController } from './office/office.controller.ts'
import { OrderController } from './order/order.controller.ts'
import { OrderCreator } from './order/order.create.ts'
import { OrderReader } from './order/order.read.ts'
import { QuoteService } from './order/quote.service.ts'
import { AlipayPay } from './payment/alipay-pay.ts'
import { AttemptService } from './payment/attempt.service.ts'
import { Inbox } from './payment/inbox.ts'
import { NotifyController } from './payment/notify.controller.ts'
import { PayService } from './payment/pay.service.ts'
import { PaymentController } from './payment/payment.controller.ts'
import { Providers } from './payment/providers.ts'
import { Settler } from './payment/settle.ts'
import { WechatPay } from './payment/wechat-pay.ts'
import { Persons } from './person/person.ts'
import { PolicyService } from './policy/policy.service.ts'
import { ReceiptController } from './receipt/receipt.controller.ts'
import { ReceiptService } from './receipt/receipt.service.ts'

const services = [
  Keys,
  Db,
  Ids,
  Machines,
  PolicyService,
  WechatHost,
  AlipayHost,
  Sessions,
  LoginService,
  RealNameService,
  Persons,
  EnrolmentService,
  LookupService,
  QuoteService,
  OrderReader,
  OrderCreator,
  WechatPay,
  AlipayPay,
  Providers,
  Settler,
  AttemptService,
  PayService,
  Inbox,
  ReceiptService,
  InstitutionService,
  ChannelService,
]

/** The whole server. What every start shares is here; what differs (settings, clock, log) is given. */
@Module({})
export class AppModule implements OnApplicationBootstrap {
  constructor(
    private readonly keys: Keys,
    private readonly ids: Ids,
    private readonly jobs: Jobs,
    private readonly attempts: AttemptService,
    private readonly inbox: Inbox,
    private readonly machines: Machines,
  ) {}

  static with(config: Config, clock: Clock, log: Logger): DynamicModule {
    return {
      module: AppModule,
      imports: [TypeOrmModule.forRootAsync({ useFactory: () => ({ ...dataSourceOptions(config.databaseUrl), retryAttempts: 0 }) })],
      controllers: [
        HealthController,
        DocsController,
        LoginController,
        DueController,
        OrderController,
        PaymentController,
        NotifyController,
        ReceiptController,
        InstitutionController,
        ChannelController,
        OfficeController,
      ],
      providers: [
        { provide: Config, useValue: config },
        { provide: Clock, useValue: clock },
        { provide: Jobs, useFactory: () => new Jobs(log) },
        ...services,
        { provide: APP_GUARD, useClass: AccessGuard },
        { provide: APP_PIPE, useClass: ContractPipe },
        { provide: APP_INTERCEPTOR, useClass: StandardSchemaSerializerInterceptor },
        { provide: APP_FILTER, useClass: RefusedFilter },
      ],
    }
  }

  /** Before the first request: keys are read, a node number is leased, and the sweepers run. */
  async onApplicationBootstrap(): Promise<void> {
    await this.keys.load()
    await this.ids.lease()
    this.jobs.add({ name: 'attempts', everyMs: 1000, run: () => this.attempts.sweep() })
    this.jobs.add({ name: 'inbox', everyMs: 1000, run: () => this.inbox.sweep() })
    this.jobs.add({ name: 'expired orders', everyMs: 1000, run: () => this.attempts.expire() })
    this.jobs.add({ name: 'nonces', everyMs: 60_000, run: () => this.machines.forgetNonces() })
  }
}
