import { Injectable } from '@nestjs/common'
import type { Provider } from '@shebao/shared/payment'
import { AlipayPay } from './alipay-pay.ts'
import type { PaymentProvider } from './provider.ts'
import { WechatPay } from './wechat-pay.ts'

/** The providers by name. */
@Injectable()
export class Providers {
  private readonly all: Record<Provider, PaymentProvider>

  constructor(wechat: WechatPay, alipay: AlipayPay) {
    this.all = { wechat, alipay }
  }
  of(provider: Provider): PaymentProvider {
    return this.all[provider]
  }
}
