import type { Browser } from 'playwright-core'
import { ids } from '../../miniapp/src/ids.ts'
import { inventPerson } from '../../server/test/journey.ts'
import { measured, tooLarge, type Measured } from './measure.ts'
import { hostOf, openBrowser, Phone, targets, type Target } from './phone.ts'
import { Place } from './place.ts'
import { chooseMonths, enter, goHome, ownDues, pay } from './steps.ts'

let place: Place
let browser: Browser
let phone: Phone
beforeAll(async () => {
  ;[place, browser] = await Promise.all([Place.open('2022-02-15'), openBrowser()])
})
afterAll(async () => {
  await browser?.close()
  await place?.close()
})

const seen: Record<string, Measured> = {}
afterEach(async () => {
  const now = await measured(phone)
  seen[`${expect.getState().currentTestName}`] = now
  await phone.close()
  expect(now.errors).toEqual([])
  expect(tooLarge(now)).toEqual([])
})

describe.each(targets)('%s', (target: Target) => {
  test('a resident pays flexible pension at 60 % for months 1–5, and later for 6–12 at the same tier only', async () => {
    const person = inventPerson()
    await place.others.enrol(person)
    phone = await Phone.open(browser, place, target, await place.user(hostOf(target), person))
    await enter(phone, person)
    await ownDues(phone)
    await chooseMonths(phone, 'p60', '2022-05')
    expect(await phone.read(ids.checkSum)).toContain('3,425.00')
    await pay(phone)
    expect(await phone.read(ids.resultTitle)).toContain('3425.00')
  })
})
