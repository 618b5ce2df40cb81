import { Controller, Header, HttpCode, Post, Req, type RawBodyRequest } from '@nestjs/common'
import type { Provider } from '@shebao/shared/payment'
import { refuse } from '@shebao/shared/refusal'
import type { FastifyRequest } from 'fastify'
import { Counter } from 'prom-client'
import { Open } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { Inbox } from './inbox.ts'
import { NotVerified, type Notified } from './provider.ts'
import { Providers } from './providers.ts'

const refused = new Counter({
  name: 'notifications_refused_total',
  help: 'Notifications that did not verify, by reason',
  labelNames: ['provider', 'reason'] as const,
})

/**
 * Where providers report. A signature covers the exact bytes, so the raw body is verified, and answered only after the news is
 * committed: 401 for a forged one, 5xx (the provider resends) while the database is away.
 */
@Controller('notify')
@Open()
export class NotifyController {
  constructor(
    private readonly providers: Providers,
    private readonly inbox: Inbox,
  ) {}

  @Post('wechat')
  @HttpCode(204)
  wechat(@Req() request: RawBodyRequest<FastifyRequest>): Promise<void> {
    return this.take('wechat', request)
  }

  @Post('alipay')
  @HttpCode(200)
  @Header('content-type', 'text/plain')
  async alipay(@Req() request: RawBodyRequest<FastifyRequest>): Promise<string> {
    await this.take('alipay', request)
    return 'success'
  }

  private async take(provider: Provider, { headers, rawBody }: RawBodyRequest<FastifyRequest>): Promise<void> {
    let notified: Notified
    try {
      notified = this.providers.of(provider).readNotification(headers, rawBody ?? Buffer.alloc(0))
    } catch (error) {
      if (!(error instanceof NotVerified)) throw error
      refused.inc({ provider, reason: error.message })
      throw new Refused(refuse('signature_wrong', { why: 'mismatch' }))
    }
    await this.inbox.take(provider, notified)
  }
}
