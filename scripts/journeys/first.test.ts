import { ids } from '../../miniapp/src/ids.ts'
import { inventPassport, inventPerson } from '../../server/test/journey.ts'
import { hostOf, targets } from './phone.ts'
import { stage } from './stage.ts'
import { chooseMonths, enter, goHome, ownDues, pay } from './steps.ts'

const { place, phone: open } = stage('2022-02-15')

describe.each(targets)('%s', (target) => {
  test('a resident pays flexible pension at 60 % for months 1–5, and later 6–12, where another tier is refused with the reason', async () => {
    const person = inventPerson()
    await place().others.enrol(person)
    const user = await place().user(hostOf(target), person)
    const phone = await open(target, user)
    await enter(phone, person)
    await ownDues(phone)
    await chooseMonths(phone, 'p60', '2022-05')
    await phone.says(ids.checkSum, '3,425.00')
    await pay(phone)
    await phone.says(ids.resultTitle, '缴好了 3,425.00 元')
    await goHome(phone)

    await ownDues(phone)
    await phone.starting('year-').tap()
    await phone.at('tier')
    await phone.tap('tier-p100')
    await phone.says(ids.tierReason, '不能换档')
    await phone.tap(`${ids.tierReason}-close`)
    await phone.tap(ids.tierNext)
    await phone.at('months')
    await phone.tap(ids.monthsYear)
    await phone.says(ids.monthsSum, '6月–12月，共 7 个月')
    await phone.tap(ids.monthsNext)
    await phone.at('check')
    await phone.says(ids.checkSum, '4,795.00')
    await pay(phone)
    await phone.says(ids.resultTitle, '缴好了 4,795.00 元')
    expect((await place().ordersOf(user)).map(({ total }) => total)).toEqual([342_500, 479_500])
  })

  test('a special due is paid whole: its facts are read, and there is nothing to choose', async () => {
    const person = inventPerson()
    const enrolment = await place().others.enrol(person, 'resident_medical')
    await place().others.issue(enrolment, 'resident_medical', { from: '2022-01', to: '2022-12' }, 32_000)
    const user = await place().resident(hostOf(target), person)
    const phone = await open(target, user)
    await enter(phone)
    await ownDues(phone)
    await phone.starting('due-').tap()
    await phone.at('special')
    await phone.says('page-special', '不能选档，也不能分次')
    await phone.tap(ids.specialPay)
    await phone.at('check')
    await phone.says(ids.checkPay, '确认支付 320.00 元')
    await pay(phone)
    await phone.tap(ids.resultReceipt)
    await phone.at('receipt')
    await phone.says('page-receipt', '本人缴')
    await phone.says(ids.receiptNo, /^[0-9a-z-]{3,40}$/)
    expect((await place().ordersOf(user)).map(({ total }) => total)).toEqual([32_000])
  })

  test('who holds a passport is turned from 给自己缴 to 我是经办人, and pays for themselves there', async () => {
    const person = inventPassport()
    await place().others.enrol(person)
    const phone = await open(target, await place().user(hostOf(target), person))
    await phone.at('consent')
    await phone.tap(ids.consentYes)
    await phone.logIn()
    await phone.at('realname')
    await phone.tap(ids.realnameType)
    await phone.tap(`type-${person.documentType}`)
    if (target !== 'alipay') {
      // WeChat certifies no passports: a hall has seen the document and gave a code for it
      const { body } = await place().application.send('hall', '/office/counter-codes', { operator: 'counter-1', ...person })
      await phone.type(ids.realnameName, person.name)
      await phone.type(ids.realnameNumber, person.documentNumber)
      await phone.type(ids.realnameCode, (body as { code: string }).code)
    }
    await phone.tap(ids.realnameNext)
    await phone.at('home')
    await phone.tap(ids.homeSelf)
    await phone.says('trouble', '我是经办人')
    await phone.tap('step-agent_entry')
    await phone.at('agent')
    await phone.tap(ids.agentSelf)
    if (target === 'alipay') {
      // Alipay told the server who they are, not the page: what the institution registered is typed once
      await phone.type(ids.agentName, person.name)
      await phone.type(ids.agentNumber, person.documentNumber)
      await phone.tap(ids.agentConsent)
      await phone.tap(ids.agentFind)
    }
    await phone.at('dues')
    await chooseMonths(phone, 'p60', '2022-02')
    expect(await phone.read('page-check')).not.toContain('您正在替')
    await pay(phone)
    await phone.says(ids.resultTitle, '缴好了 1,370.00 元')
  })
})
