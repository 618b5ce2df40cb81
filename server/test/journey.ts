import { randomBytes, randomInt } from 'node:crypto'
import { checkDigit, type DocumentType } from '@shebao/shared/identity'
import type { Insurance } from '@shebao/shared/insurance'
import type { Answer, TestApplication } from './application.ts'

/** An invented person. Numbers have right check digits, birthdays and a county of Jinzhou; nobody has them but by chance. */
export interface Invented {
  documentType: DocumentType
  documentNumber: string
  name: string
}
const surnames = Array.from('赵钱孙李周吴郑王冯陈')
const given = ['试甲', '试乙', '试丙', '试丁', '试戊', '试己', '试庚', '试辛', '试壬', '试癸']
const pick = <T>(all: readonly T[]): T => all[randomInt(all.length)]!
export const inventPerson = (): Invented => {
  const birthday = `${randomInt(1950, 2000)}${String(randomInt(1, 13)).padStart(2, '0')}${String(randomInt(1, 29)).padStart(2, '0')}`
  const first17 = `${pick(['210702', '210703', '210726', '210782'])}${birthday}${String(randomInt(1000)).padStart(3, '0')}`
  return { documentType: 'id_card', documentNumber: first17 + checkDigit(first17), name: pick(surnames) + pick(given) }
}
export const inventPassport = (): Invented => ({
  documentType: 'foreign_passport',
  documentNumber: `E${randomInt(10_000_000, 99_999_999)}`,
  name: `TEST ${randomBytes(3).toString('hex').toUpperCase()}`,
})

export const newKey = (): string => randomBytes(12).toString('hex')
let serials = 0
const newSerial = (): string => `S${process.pid}-${++serials}`

export type Host = 'wechat' | 'alipay'
/** Somebody who is logged in: what they send carries their session. */
export interface Traveller {
  host: Host
  user: string
  token: string
  get: (path: string) => ReturnType<TestApplication['ask']>
  post: (path: string, body?: unknown, headers?: Record<string, string>) => ReturnType<TestApplication['ask']>
}

/** The steps of a payment as their users take them, over HTTP. Each fails at once when a step is not answered as it should be. */
export class Journey {
  constructor(readonly on: TestApplication) {}

  /** The institution enrols a person; answers its serial. */
  async enrol(person: Invented, insurance: Insurance = 'flexible_pension', more: object = {}): Promise<string> {
    const serial = newSerial()
    const fact = { serial, factNo: 1, ...person, insurance, county: '210702', monthFrom: '2022-01', ...more }
    const { status, body } = await this.on.send(insurance.endsWith('medical') ? 'medical' : 'pension', '/institution/enrolments', {
      enrolments: [fact],
    })
    if (status !== 200 || body.applied !== 1) throw new Error(`not enrolled: ${status} ${JSON.stringify(body)}`)
    return serial
  }

  /** The institution issues a special due; answers its serial. */
  async issue(enrolmentSerial: string, insurance: Insurance, months: { from: string; to: string }, amountFen: number): Promise<string> {
    const serial = newSerial()
    const { status, body } = await this.on.send(insurance.endsWith('medical') ? 'medical' : 'pension', '/institution/special-dues', {
      dues: [{ serial, enrolmentSerial, insurance, months, amountFen }],
    })
    if (status !== 200 || body.applied !== 1) throw new Error(`not issued: ${status} ${JSON.stringify(body)}`)
    return serial
  }

  async logIn(host: Host = 'wechat', user?: string): Promise<Traveller> {
    const id = user ?? ((await this.on.control('/sandbox/users', { host })).id as string)
    const { code } = await this.on.control('/sandbox/codes', { host, user: id })
    const { status, body } = await this.on.ask('POST', '/api/sessions', { host, code })
    if (status !== 200) throw new Error(`not logged in: ${status} ${JSON.stringify(body)}`)
    const token = body.token as string
    const authorization = { authorization: `Bearer ${token}` }
    return {
      host,
      user: id,
      token,
      get: (path) => this.on.ask('GET', path, undefined, authorization),
      post: (path, sent = {}, headers = {}) => this.on.ask('POST', path, sent, { ...authorization, ...headers }),
    }
  }

  /** Real name by the host's check, passed. */
  async realName(traveller: Traveller, person: Invented): Promise<void> {
    const begun = await traveller.post('/api/real-name', { method: 'host', ...person })
    if (begun.status !== 200) throw new Error(`real name not begun: ${begun.status} ${JSON.stringify(begun.body)}`)
    await this.on.control('/sandbox/face', {
      host: traveller.host,
      id: begun.body.ticket.verifyId ?? begun.body.ticket.certifyId,
      pass: true,
    })
    const confirmed = await traveller.post(`/api/real-name/${begun.body.check}/confirm`)
    if (confirmed.status !== 200) throw new Error(`real name not confirmed: ${confirmed.status} ${JSON.stringify(confirmed.body)}`)
  }

  /** A person who is logged in with their real name. */
  async resident(person: Invented, host: Host = 'wechat'): Promise<Traveller> {
    const traveller = await this.logIn(host)
    await this.realName(traveller, person)
    return traveller
  }

  async lookUp(traveller: Traveller, other?: Invented): Promise<Answer> {
    const { status, body } = await traveller.post('/api/lookups', other ? { entry: 'agent', consent: true, ...other } : { entry: 'self' })
    if (status !== 200) throw new Error(`not found: ${status} ${JSON.stringify(body)}`)
    return body
  }

  /** A regular item of the first enrolment that a look-up found. */
  regular(found: Answer, from: string, to: string, tier = 'p60', year = 2022): object {
    return { kind: 'regular', enrolment: found.enrolments[0].enrolment, year, tier, months: { from, to } }
  }

  async order(
    traveller: Traveller,
    items: object[],
    expectedTotalFen: number,
    key = newKey(),
    acknowledgements: string[] = [],
  ): ReturnType<TestApplication['ask']> {
    return traveller.post('/api/orders', { items, expectedTotalFen, acknowledgements }, { 'idempotency-key': key })
  }

  /** Opens the host's cashier for an order and confirms or cancels there. */
  async cashier(traveller: Traveller, order: string, act: 'pay' | 'cancel' = 'pay'): Promise<Answer> {
    const { status, body } = await traveller.post(`/api/orders/${order}/pay`, { provider: traveller.host })
    if (status !== 200) throw new Error(`no cashier: ${status} ${JSON.stringify(body)}`)
    return this.on.control(`/sandbox/cashier/${act}`, { host: traveller.host, user: traveller.user, ...body.ticket })
  }

  /** Looks at an order until it is in the state, for at most `ms`. */
  async until(traveller: Traveller, order: string, state: string, ms = 5000): Promise<Answer> {
    const end = Date.now() + ms
    for (;;) {
      const { body } = await traveller.get(`/api/orders/${order}`)
      if (body.state === state) return body
      if (Date.now() > end) throw new Error(`the order stays ${body.state}: ${JSON.stringify(body)}`)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
}
