import { jest } from '@jest/globals'
import { act, fireEvent, render, screen } from '@testing-library/react'
import Taro from '@tarojs/taro'
import { refuse, type Refusal } from '@shebao/shared/refusal'
import { speak } from '@shebao/shared/texts'
import { lookupAt, me, order } from '../../test/facts'
import { router } from '../../test/taro'
import { ids } from '../ids'
import { amend, begin, choose, ended, found, fresh, journey } from '../journey'
import { logIn } from '../session'
import { agree } from '../consent'
import Agent from './agent'
import Check from './check'
import Confirming from './confirming'
import Dues from './dues'
import Home from './home'
import Months from './months'
import NotFound from './notfound'
import Order from './order'
import Result from './result'
import Tier from './tier'

const request = Taro.request as unknown as jest.Mock<(options: { url: string; data?: unknown }) => Promise<object>>
const answers: [path: RegExp, statusCode: number, data: unknown][] = []
const answer = (path: RegExp, data: unknown, statusCode = 200) => void answers.push([path, statusCode, data])
const no = (path: RegExp, refusal: Refusal) => answer(path, speak(refusal), 422)
const opened = (how: 'navigateTo' | 'redirectTo' | 'reLaunch') =>
  (Taro[how] as unknown as jest.Mock<(to: { url: string }) => void>).mock.calls.map(([{ url }]) => url)
const tap = async (id: string) => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`nothing is called ${id}`)
  await act(async () => {
    fireEvent.click(element)
    await new Promise((resolve) => setTimeout(resolve, 20))
  })
}
const show = async (page: React.ReactElement) => {
  render(page)
  await act(() => new Promise((resolve) => setTimeout(resolve, 20)))
}
const textOf = (id: string): string => document.getElementById(id)?.textContent ?? ''

beforeEach(async () => {
  answers.length = 0
  jest.clearAllMocks()
  request.mockImplementation(({ url }) => {
    const at = answers.findIndex(([path]) => path.test(url))
    const [found_] = at < 0 ? [] : answers.splice(at, 1)
    return found_ ? Promise.resolve({ statusCode: found_[1], data: found_[2] }) : Promise.reject(new Error('request:fail'))
  })
  window.history.replaceState({}, '', '/?code=abc')
  answer(/sessions/, { token: 'secret', ...me() })
  await logIn()
  agree()
  router.params = {}
  journey.take(() => fresh)
})
const prepared = (asOf?: string, paid?: string[]) => {
  journey.take(() => found(begin(fresh, { entry: 'self' }), lookupAt(asOf, paid)))
  journey.take(choose, { kind: 'regular', enrolment: '7', year: 2022 })
  journey.take(amend, { tier: 'p60', months: { from: '2022-01', to: '2022-05' } })
}

describe('home', () => {
  test('asks once, counts what can be paid and names the nearest deadline', async () => {
    answer(/lookups/, lookupAt())
    await show(<Home />)
    expect(request).toHaveBeenCalledTimes(2) // the login and this
    expect(screen.getByRole('button', { name: '给自己缴，2 笔可以缴' })).toBeTruthy()
    await tap(ids.homeNearest)
    expect(opened('navigateTo')).toEqual(['/pages/special/index'])
  })
  test('turns who has no resident card to the other entry', async () => {
    window.history.replaceState({}, '', '/?code=abc')
    answer(/sessions/, { token: 'secret', ...me('foreign_passport') })
    await logIn()
    answer(/me/, me('foreign_passport'))
    await show(<Home />)
    await tap(ids.homeSelf)
    expect(textOf('trouble')).toContain('给自己缴费请点“我是经办人”')
    await tap('step-agent_entry')
    expect(opened('navigateTo')).toEqual(['/pages/agent/index'])
  })
  test('offers what was not finished first', async () => {
    prepared()
    answer(/lookups/, lookupAt())
    await show(<Home />)
    await tap(ids.homeContinue)
    expect(opened('navigateTo')).toEqual(['/pages/check/index'])
  })
  test('says that there is no network and asks again on a tap', async () => {
    await show(<Home />)
    expect(textOf('trouble')).toContain('连不上网络')
    answer(/lookups/, lookupAt())
    await tap('step-try_again')
    expect(document.getElementById('trouble')).toBeNull()
  })
})

describe('dues', () => {
  test('what is closed says why and opens nothing', async () => {
    answer(/lookups/, lookupAt('2022-10-01T10:00:00.000+08:00'))
    await show(<Dues />)
    await tap('due-31')
    expect(textOf(ids.duesReason)).toContain('已过截止日（2022年9月份）。请联系经办机构，看能不能补缴。')
    expect(opened('navigateTo')).toEqual([])
  })
  test('nothing found is a page', async () => {
    no(/lookups/, refuse('nothing_found', { fifteenDigits: false }))
    await show(<Dues />)
    expect(opened('redirectTo')).toEqual(['/pages/notfound/index'])
  })
  test('without a network the last answer stays readable, and says that nothing can be paid', async () => {
    journey.take(() => found(begin(fresh, { entry: 'self' }), lookupAt()))
    await show(<Dues />)
    expect(screen.getByText('没有网络。这是 2月15日(周二) 10:00 的内容，暂时不能付款。')).toBeTruthy()
  })
})

describe('tier and months', () => {
  test('nothing is chosen beforehand, and going on without a tier says so', async () => {
    journey.take(() => found(begin(fresh, { entry: 'self' }), lookupAt()))
    journey.take(choose, { kind: 'regular', enrolment: '7', year: 2022 })
    await show(<Tier />)
    expect(screen.getAllByRole('radio').some((radio) => radio.getAttribute('aria-checked') === 'true')).toBe(false)
    await tap(ids.tierNext)
    expect(screen.getByRole('alert').textContent).toBe('请先选一个档次。')
    await tap('tier-p60')
    await tap(ids.tierNext)
    expect(opened('navigateTo')).toEqual(['/pages/months/index'])
  })
  test('another tier than the one paid at is refused with the reason', async () => {
    prepared(undefined, ['2022-01', '2022-02', '2022-03', '2022-04', '2022-05'])
    await show(<Tier />)
    await tap('tier-p100')
    expect(textOf(ids.tierReason)).toContain('已按“60%档”缴过或正在缴，今年不能换档')
  })
  test('a tap on a month ends the run there; the sum follows', async () => {
    prepared()
    await show(<Months />)
    await tap('month-2022-03')
    expect(textOf(ids.monthsSum)).toContain('1月–3月，共 3 个月')
    expect(textOf(ids.monthsSum)).toContain('2,055.00')
    await tap(ids.monthsEndPlus)
    expect(textOf(ids.monthsSum)).toContain('2,740.00')
  })
  test('a later start names the months that stay unpaid', async () => {
    prepared()
    await show(<Months />)
    await tap(ids.monthsStartToggle)
    await tap(`${ids.monthsStart}-plus`)
    expect(textOf('months-before')).toBe('1月还没缴，确定先不缴？')
  })
  test('a gap behind paid months is refused', async () => {
    prepared(undefined, ['2022-01', '2022-02', '2022-03'])
    journey.take(amend, { months: { from: '2022-04', to: '2022-05' } })
    await show(<Months />)
    await tap(ids.monthsStartToggle)
    await tap(`${ids.monthsStart}-plus`)
    expect(textOf(ids.monthsReason)).toContain('月份要连着缴，中间不能空着4月。')
  })
})

describe('check', () => {
  test('the button names the act and the sum; one order, one payment, however often it is tapped', async () => {
    prepared()
    await show(<Check />)
    expect(textOf(ids.checkPay)).toBe('确认支付 3,425.00 元')
    answer(/orders$/, order)
    no(/pay$/, refuse('payment_checking'))
    await act(async () => {
      const button = document.getElementById(ids.checkPay)
      if (button) {
        fireEvent.click(button)
        fireEvent.click(button)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    })
    expect(request.mock.calls.filter(([{ url }]) => url.endsWith('/api/orders'))).toHaveLength(1)
    expect(opened('redirectTo')).toEqual(['/pages/confirming/index?no=9001'])
    expect(journey.get().order).toEqual({ no: '9001', totalFen: 342_500 })
  })
  test('an order of one’s own that is open leads there, and says that no money was taken', async () => {
    prepared()
    await show(<Check />)
    no(/orders$/, refuse('own_order_open', { order: '77', until: '2022-02-15T10:15:00.000+08:00' }))
    await tap(ids.checkPay)
    expect(textOf('trouble')).toContain('您有一笔没付完，10:15前可以继续支付')
    expect(textOf('trouble')).toContain('没有扣款')
    await tap('step-resume_order')
    expect(opened('navigateTo')).toEqual(['/pages/order/index?no=77'])
  })
  test('a price that changed is shown before anything is paid', async () => {
    prepared()
    await show(<Check />)
    no(/orders$/, refuse('amount_changed', { expectedFen: 342_500, totalFen: 383_000 }))
    answer(/lookups/, lookupAt('2022-09-02T10:00:00.000+08:00'))
    await tap(ids.checkPay)
    expect(textOf('check-changed')).toContain('3,425.00 元 → 3,830.00 元')
    expect(textOf(ids.checkPay)).toBe('确认支付 3,830.00 元')
  })
  test('no network: no money was taken, and the same key is used again', async () => {
    prepared()
    await show(<Check />)
    no(/orders$/, refuse('unavailable'))
    await tap(ids.checkPay)
    expect(textOf('trouble')).toContain('没有扣款')
    const key = journey.get().key
    answer(/orders$/, order)
    no(/pay$/, refuse('payment_checking'))
    await tap(ids.checkPay)
    const last = request.mock.calls.filter(([{ url }]) => url.endsWith('/api/orders')).pop()
    expect((last?.[0] as unknown as { header: Record<string, string> }).header['idempotency-key']).toBe(key)
  })
  test('a waiting period is acknowledged first', async () => {
    journey.take(() => found(begin(fresh, { entry: 'self' }), lookupAt('2022-05-10T10:00:00.000+08:00')))
    journey.take(choose, { kind: 'due', due: '31' })
    await show(<Check />)
    expect(opened('redirectTo')).toEqual(['/pages/late/index'])
  })
  test('without a choice there is nothing to pay', async () => {
    await show(<Check />)
    expect(screen.getByText('请从首页重新选。没有扣款。')).toBeTruthy()
  })
})

describe('after the cashier', () => {
  beforeEach(() => {
    router.params = { no: '9001', said: 'cancel' }
  })
  test('cancelled, and the server knows of no money: said, with a way on', async () => {
    answer(/orders\/9001/, { ...order, payment: 'started' })
    await show(<Confirming />)
    expect(opened('redirectTo')).toEqual(['/pages/order/index?no=9001&said=cancel'])
  })
  test('cancelled, but the outcome is being asked for: no second payment is invited', async () => {
    answer(/orders\/9001/, { ...order, payment: 'checking' })
    await show(<Confirming />)
    expect(textOf(ids.confirmingMoney)).toContain('不要重复付款')
    expect(opened('redirectTo')).toEqual([])
  })
  test('paid: the result opens alone', async () => {
    journey.take(() => ended(fresh, 'paid'))
    answer(/orders\/9001/, { ...order, state: 'paid', payment: 'taken' })
    await show(<Confirming />)
    expect(opened('reLaunch')).toEqual(['/pages/result/index?no=9001'])
  })
  test('the order can be given up, and its dues chosen anew', async () => {
    prepared()
    answer(/orders\/9001/, { ...order, payment: 'started' })
    await show(<Order />)
    expect(textOf(ids.orderMoney)).toBe('您取消了支付，没有扣款。')
    expect(textOf(ids.orderLeft)).toContain('还剩 15 分钟')
    answer(/cancel/, { ...order, state: 'cancelled', payment: 'not_taken' })
    await tap(ids.orderCancel)
    expect(opened('redirectTo')).toEqual(['/pages/dues/index'])
    expect(journey.get().order).toBeUndefined()
  })
  test('the result says the day on which it arrives', async () => {
    answer(/orders\/9001/, { ...order, state: 'paid', payment: 'taken', paidAt: '2022-02-15T10:26:00.000+08:00', creditDay: '2022-02-18' })
    await show(<Result />)
    expect(textOf(ids.resultTitle)).toBe('缴好了 3,425.00 元')
    expect(screen.getByText('预计 2月18日(周五) 到账（缴费后第 3 天）')).toBeTruthy()
  })
})

describe('paying for somebody', () => {
  const fill = (number: string) => {
    fireEvent.input(screen.getByLabelText('姓名'), { target: { value: ' 李桂芳 ' } })
    fireEvent.input(screen.getByLabelText('证件号码'), { target: { value: number } })
  }
  test('needs their consent, and says so', async () => {
    await show(<Agent />)
    fill('210702198001019016')
    await tap(ids.agentFind)
    expect(screen.getByText('请先征得本人同意，再打上勾。')).toBeTruthy()
    expect(request).toHaveBeenCalledTimes(1)
  })
  test('a number that looks wrong warns once and can be gone past', async () => {
    await show(<Agent />)
    fill('210702 19800101 901x')
    await tap(ids.agentConsent)
    await tap(ids.agentFind)
    expect(textOf(`${ids.agentNumber}-error`)).toMatch(/第 18 位应为 \d，请再对一遍/)
    answer(/lookups/, { ...lookupAt(), contributor: { ...lookupAt().contributor, isSelf: false } })
    await tap(ids.agentAnyway)
    expect(request).toHaveBeenLastCalledWith(
      expect.objectContaining({
        data: { entry: 'agent', consent: true, documentType: 'id_card', documentNumber: '21070219800101901X', name: '李桂芳' },
      }),
    )
    expect(opened('navigateTo')).toEqual(['/pages/dues/index'])
  })
  test('nothing found: six checks in order', async () => {
    await show(<NotFound />)
    const checks = document.getElementById(ids.notfoundChecks)
    expect(Array.from(checks?.querySelectorAll('[role=listitem]') ?? [], (item) => item.textContent?.slice(0, 6))).toEqual([
      '1证件号对不',
      '2姓名一样不',
      '3是不是 1',
      '4今年参保了',
      '5是不是已经',
      '6是不是还没',
    ])
    expect(screen.getByText('没有扣款。')).toBeTruthy()
  })
})
