import { ids } from '../../miniapp/src/ids.ts'
import { inventPerson } from '../../server/test/journey.ts'
import { hostOf } from './phone.ts'
import { stage } from './stage.ts'
import { chooseMonths, enter, findOther, ownDues, pay } from './steps.ts'

const { place, phone: open } = stage('2022-02-15')

describe.each(['weapp', 'alipay'] as const)('%s', (target) => {
  /** Somebody real-named, at home on their phone. */
  const atHome = async (person = inventPerson()) => {
    const user = await place().resident(hostOf(target), person)
    const phone = await open(target, user)
    await enter(phone)
    return { phone, person, user }
  }

  test('an agent pays for another person, whose consent is asked for first', async () => {
    const other = inventPerson()
    await place().others.enrol(other)
    const { phone, user } = await atHome()
    await phone.tap(ids.homeAgent)
    await phone.at('agent')
    await phone.type(ids.agentName, other.name)
    await phone.type(ids.agentNumber, other.documentNumber)
    await phone.tap(ids.agentFind)
    await phone.says('agent-untold', '同意')
    await phone.tap(ids.agentConsent)
    await phone.tap(ids.agentFind)
    await phone.at('dues')
    await chooseMonths(phone, 'p60', '2022-03')
    await phone.says('page-check', `您正在替`)
    await pay(phone)
    await phone.tap(ids.resultReceipt)
    await phone.at('receipt')
    await phone.says('page-receipt', '由他人代缴')
    expect((await place().ordersOf(user)).map(({ total }) => total)).toEqual([205_500])
  })

  test('nothing found: a page that gives the reasons in order, and the way to try again', async () => {
    const { phone } = await atHome()
    await phone.tap(ids.homeAgent)
    await findOther(phone, inventPerson())
    await phone.at('notfound')
    const text = await phone.read(ids.notfoundChecks)
    const order = ['check-number', 'check-name', 'check-fifteen', 'check-enrolled', 'check-paid', 'check-opens']
    const titles = await Promise.all(order.map((id) => phone.find(id).locator('.row-t').first().innerText()))
    expect(titles.map((title) => text.indexOf(title))).toEqual(titles.map((title) => text.indexOf(title)).toSorted((a, b) => a - b))
    await phone.says('page-notfound', '没有扣款')
    await phone.tap(ids.notfoundAgain)
    await phone.at('agent')
  })

  test('cancelled at the cashier: no money was taken, the order is resumed and paid', async () => {
    const person = inventPerson()
    await place().others.enrol(person)
    const { phone, user } = await atHome(person)
    await ownDues(phone)
    await chooseMonths(phone, 'p60', '2022-01')
    await phone.tap(ids.checkPay)
    await phone.native('取消')
    await phone.at('order')
    await phone.says(ids.orderMoney, '没有扣款')
    await phone.tap(ids.orderResume)
    await phone.native('支付')
    await phone.at('result')
    await phone.says(ids.resultTitle, '缴好了 685.00 元')
    expect((await place().ordersOf(user)).length).toBe(1)
  })

  test('a due that is closed says since when and whom to ask, and cannot be chosen', async () => {
    const person = inventPerson()
    const enrolment = await place().others.enrol(person, 'flexible_pension', { monthFrom: '2021-01' })
    await place().others.issue(enrolment, 'flexible_pension', { from: '2021-01', to: '2021-12' }, 788_160)
    const { phone } = await atHome(person)
    await ownDues(phone)
    expect(await phone.starting('due-').innerText()).toContain('已截止')
    await phone.starting('due-').tap()
    await phone.says(ids.duesReason, '已过截止日')
    await phone.tap(`${ids.duesReason}-close`)
    await phone.at('dues')
  })

  test('a due that is not open yet says from when it can be paid', async () => {
    const person = inventPerson()
    await place().others.enrol(person, 'resident_pension')
    const { phone } = await atHome(person)
    await ownDues(phone)
    expect(await phone.starting('year-').innerText()).toContain('未到时间')
    await phone.starting('year-').tap()
    await phone.says(ids.duesReason, /还没开征，4月(份|1日)起可以缴/)
  })

  test('the server is away: nothing is lost, the same order is paid when it is back, once', async () => {
    const person = inventPerson()
    await place().others.enrol(person)
    const { phone, user } = await atHome(person)
    await ownDues(phone)
    await chooseMonths(phone, 'p60', '2022-02')
    place().network.be('silent')
    try {
      await phone.tap(ids.checkPay)
      await phone.says('trouble', '没有扣款')
    } finally {
      place().network.be('pass')
    }
    await phone.tap('step-try_again')
    await phone.native('支付')
    await phone.at('result')
    const orders = await place().ordersOf(user)
    expect(orders.map(({ total, state }) => ({ total, paid: /SUCCESS/.test(state) }))).toEqual([{ total: 137_000, paid: true }])
  })
})
