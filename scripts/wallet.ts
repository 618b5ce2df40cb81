import type { CashierTicket } from '@shebao/shared/api'
import type { DocumentType, RegisteredIdentity } from '@shebao/shared/identity'
import type { Provider } from '@shebao/shared/payment'

/** How the stand-ins name kinds of documents. */
const documentKinds: Record<DocumentType, string> = {
  id_card: 'IDENTITY_CARD',
  hk_macau_permit: 'HOME_VISIT_PERMIT_HK_MC',
  taiwan_permit: 'HOME_VISIT_PERMIT_TAIWAN',
  hk_macau_residence: 'RESIDENCE_PERMIT_HK_MC',
  taiwan_residence: 'RESIDENCE_PERMIT_TAIWAN',
  foreign_passport: 'PASSPORT',
  chinese_passport: 'PASSPORT',
  foreign_permanent_resident: 'FOREIGN_PERMANENT_RESIDENT',
}

/** The hands of a person with a phone: what they do in WeChat or Alipay, done at the stand-ins. */
export class Wallets {
  constructor(private readonly base: string) {}

  /** A user of a host, who holds this document; `id` where it must be the same one at every start. */
  async addUser(host: Provider, person: RegisteredIdentity, id?: string): Promise<string> {
    const { name, documentNumber } = person
    const user = { host, name, documentNumber, documentType: documentKinds[person.documentType], certified: true, ...(id && { id }) }
    return (await this.post<{ id: string }>('/sandbox/users', user)).id
  }

  /** Ids of the users that exist, as `host:id`. */
  async users(): Promise<Set<string>> {
    const answer = await fetch(`${this.base}/sandbox/users`)
    const { users } = (await answer.json()) as { users: { host: string; id: string }[] }
    return new Set(users.map(({ host, id }) => `${host}:${id}`))
  }

  /** wx.login, my.getAuthCode. */
  async code(host: Provider, user: string): Promise<string> {
    return (await this.post<{ code: string }>('/sandbox/codes', { host, user })).code
  }

  /** Looks into the camera and passes. */
  async showFace(host: Provider, id: string): Promise<void> {
    await this.post('/sandbox/face', { host, id, pass: true })
  }

  /** Confirms at the cashier: what the host then tells the page. */
  async pay(user: string, ticket: CashierTicket): Promise<string> {
    const { provider: host, ...order } = ticket
    return (await this.post<{ result: string }>('/sandbox/cashier/pay', { host, user, ...order })).result
  }

  private async post<T>(to: string, body: object): Promise<T> {
    const answer = await fetch(this.base + to, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(20_000),
    })
    if (!answer.ok) throw new Error(`the stand-in answered ${answer.status} to ${to}: ${await answer.text()}`)
    return (await answer.json()) as T
  }
}
