import type { CashierTicket } from '@shebao/shared/api'
import type { DocumentType } from '@shebao/shared/identity'
import type { Provider } from '@shebao/shared/payment'

/** A host in which the mini-program runs: its name, its wallet, and which documents its own check takes (decision 33). */
export interface HostFacts {
  code: Provider
  name: string
  certifies: readonly DocumentType[]
  /** Documents whose certified identity the host shares. */
  shares: readonly DocumentType[]
}

/** What the page was told by the host's cashier. Nothing of it is believed: the server asks the provider. */
export type Told = 'ok' | 'cancel' | 'fail'
/** The cashier of the host. In a browser the page is left, and `back` is the page that is opened afterwards with `said`. */
export type OpenCashier = (ticket: CashierTicket, back: string) => Promise<Told>

/** What the host's face check is opened with. */
export type FaceTicket = { host: 'wechat'; verifyId: string } | { host: 'alipay'; certifyId: string; url: string }
/** Whether the check ran to its end; the server asks the host whether it passed. */
export type ShowFace = (ticket: FaceTicket, back: string) => Promise<boolean>
