import type { Route } from 'playwright-core'
import { ids } from '../../miniapp/src/ids.ts'
import { inventPerson, type Invented } from '../../server/test/journey.ts'
import type { Viewer } from './look.ts'
import type { Phone } from './phone.ts'
import type { Place } from './place.ts'

/** Somebody who has something of everything on 2022-05-10: payable by the month, late, closed, and not open yet. */
export async function rich(place: Place, person: Invented): Promise<void> {
  const pension = await place.others.enrol(person, 'flexible_pension', { monthFrom: '2021-01' })
  await place.others.issue(pension, 'flexible_pension', { from: '2021-01', to: '2021-12' }, 788_160)
  const medical = await place.others.enrol(person, 'resident_medical')
  await place.others.issue(medical, 'resident_medical', { from: '2022-01', to: '2022-12' }, 32_000)
}

/** Keeps a request waiting while the page that waits for it is looked at. */
async function meanwhile(phone: Phone, url: string, act: () => Promise<unknown>, look: () => Promise<void>): Promise<void> {
  const waiting: Route[] = []
  let release = false
  await phone.page.route(url, (route) => (release ? route.continue() : void waiting.push(route)))
  await act()
  await look()
  release = true
  for (const route of waiting) await route.continue()
  await phone.page.unroute(url)
}

async function beginning(phone: Phone, viewer: Viewer, person: Invented): Promise<void> {
  await phone.at('consent')
  await viewer.look('consent')
  await meanwhile(
    phone,
    '**/api/sessions',
    async () => {
      await phone.tap(ids.consentYes)
      await phone.at('login')
    },
    () => viewer.look('login'),
  )
  await phone.at('realname')
  await viewer.look('realname')
  await phone.tap(ids.realnameNext)
  await phone.says('page-realname', '请填写姓名')
  await viewer.look('realname-missing')
  await phone.tap(ids.realnameType)
  await phone.find(ids.types).waitFor()
  await viewer.look('realname-types')
  await phone.tap(`${ids.types}-close`)
  await phone.type(ids.realnameName, person.name)
  await phone.typeNumber(ids.realnameNumber, person.documentNumber)
  await viewer.look('realname-filled')
  await phone.tap(ids.realnameNext)
  await phone.native('通过')
  await phone.at('home')
  await phone.says(ids.homeSelf, /可以缴|前缴|截止/)
  await viewer.look('home')
}

async function nothingFound(phone: Phone, viewer: Viewer): Promise<void> {
  await phone.tap(ids.homeAgent)
  await phone.at('agent')
  await viewer.look('agent')
  const nobody = inventPerson()
  await phone.type(ids.agentName, nobody.name)
  await phone.typeNumber(ids.agentNumber, nobody.documentNumber)
  await phone.tap(ids.agentFind)
  await phone.find('agent-untold').waitFor()
  await viewer.look('agent-consent')
  await phone.tap(ids.agentConsent)
  await phone.tap(ids.agentFind)
  await phone.at('notfound')
  await viewer.look('notfound')
  await phone.tap('check-opens')
  await phone.at('help')
  await viewer.look('help')
  for (const page of ['notfound', 'agent', 'home']) {
    await phone.back()
    await phone.at(page)
  }
}

async function choosing(phone: Phone, viewer: Viewer): Promise<void> {
  await phone.tap(ids.homeSelf)
  await phone.at('dues')
  await viewer.look('dues')
  const closed = phone.page.locator('[id^="due-"]:visible').filter({ hasText: '已截止' })
  await closed.tap()
  await phone.find(ids.duesReason).waitFor()
  await viewer.look('dues-closed')
  await phone.tap(`${ids.duesReason}-close`)
  await phone.page.locator('[id^="due-"]:visible').filter({ hasText: '有等待期' }).tap()
  await phone.at('special')
  await viewer.look('special')
  await phone.tap(ids.specialWrong)
  await phone.find(ids.specialDispute).waitFor()
  await viewer.look('special-wrong')
  await phone.tap(`${ids.specialDispute}-close`)
  await phone.tap(ids.specialPay)
  await phone.at('late')
  await viewer.look('late')
  await phone.tap(ids.lateNo)
  await phone.back()
  await phone.at('dues')
  await phone.starting('year-').tap()
  await phone.at('tier')
  await phone.tap('tier-p60')
  await viewer.look('tier')
  await phone.tap(ids.tierTable)
  await viewer.look('tier-table')
  await phone.tap(ids.tierNext)
  await phone.at('months')
  await viewer.look('months')
  await phone.tap(ids.monthsNext)
  await phone.at('check')
  await viewer.look('check')
}

async function paying(phone: Phone, viewer: Viewer): Promise<void> {
  await phone.tap(ids.checkPay)
  await phone.native('取消')
  await phone.at('order')
  await viewer.look('order')
  await phone.tap(ids.orderResume)
  await meanwhile(
    phone,
    '**/api/orders/*',
    async () => {
      await phone.native('支付')
      await phone.at('confirming')
    },
    () => viewer.look('confirming'),
  )
  await phone.at('result')
  await phone.find(ids.resultTitle).waitFor()
  await viewer.look('result')
  await phone.tap(ids.resultReceipt)
  await phone.find(ids.receiptNo).waitFor()
  await viewer.look('receipt')
  await phone.back()
  await phone.tap('result-records')
  await phone.starting('record-').waitFor()
  await viewer.look('records')
  await phone.back()
  await phone.tap(ids.resultHome)
  await phone.at('home')
}

async function refused(phone: Phone, viewer: Viewer): Promise<void> {
  await phone.tap(ids.homeSelf)
  await phone.at('dues')
  await phone.starting('year-').tap()
  await phone.at('tier')
  await phone.tap('tier-p100')
  await phone.find(ids.tierReason).waitFor()
  await viewer.look('tier-locked')
  await phone.tap(`${ids.tierReason}-close`)
  await phone.tap(ids.tierNext)
  await phone.tap(ids.monthsNext)
  await phone.at('check')
  await phone.page.route('**/api/**', (route) => route.abort())
  await phone.tap(ids.checkPay)
  await phone.find('trouble').waitFor()
  await viewer.look('check-offline')
  await phone.page.unroute('**/api/**')
}

/** Comes by every screen once. */
export async function tour(phone: Phone, viewer: Viewer, person: Invented): Promise<void> {
  await beginning(phone, viewer, person)
  await nothingFound(phone, viewer)
  await choosing(phone, viewer)
  await paying(phone, viewer)
  await refused(phone, viewer)
}
