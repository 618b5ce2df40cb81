import { ids } from '../../miniapp/src/ids.ts'
import type { Invented } from '../../server/test/journey.ts'
import type { Phone } from './phone.ts'

/** From the first opening to home: agree, log in, and, who is not real-named yet, prove who they are by the host's face check. */
export async function enter(phone: Phone, person?: Invented): Promise<void> {
  await phone.at('consent')
  await phone.tap(ids.consentYes)
  await phone.logIn()
  if (person) {
    await phone.at('realname')
    await phone.type(ids.realnameName, person.name)
    await phone.type(ids.realnameNumber, person.documentNumber)
    await phone.tap(ids.realnameNext)
    await phone.native('通过')
  }
  await phone.at('home')
}

/** From home to the list of one's own dues. */
export async function ownDues(phone: Phone): Promise<void> {
  await phone.tap(ids.homeSelf)
  await phone.at('dues')
}

/** Fills the form of whoever is paid for, and looks up what they owe. */
export async function findOther(phone: Phone, { documentType, name, documentNumber }: Invented): Promise<void> {
  await phone.at('agent')
  if (documentType !== 'id_card') {
    await phone.tap(ids.agentType)
    await phone.tap(`type-${documentType}`)
  }
  await phone.type(ids.agentName, name)
  await phone.type(ids.agentNumber, documentNumber)
  await phone.tap(ids.agentConsent)
  await phone.tap(ids.agentFind)
}

/** From the list of dues through tier and months to the page where everything is checked. */
export async function chooseMonths(phone: Phone, tier: string, until: string): Promise<void> {
  await phone.starting('year-').tap()
  await phone.at('tier')
  await phone.tap(`tier-${tier}`)
  await phone.tap(ids.tierNext)
  await phone.at('months')
  await phone.tap(`month-${until}`)
  await phone.tap(ids.monthsNext)
  await phone.at('check')
}

/** Confirms, pays at the cashier, and waits for the result. */
export async function pay(phone: Phone): Promise<void> {
  await phone.tap(ids.checkPay)
  await phone.native('支付')
  await phone.at('result')
}

/** From the result back to home. */
export async function goHome(phone: Phone): Promise<void> {
  await phone.tap(ids.resultHome)
  await phone.at('home')
}
