import { fireEvent, screen } from '@testing-library/react'
import { refuse } from '@shebao/shared/refusal'
import { lookupAt, order } from '../../test/facts'
import { answer, no, opened, openPhone, prepared, request, show, tap, textOf } from '../../test/stage'
import { router } from '../../test/taro'
import { ids } from '../ids'
import { begin, choose, ended, found, fresh, journey } from '../journey'
import Agent from './agent'
import Check from './check'
import Confirming from './confirming'
import NotFound from './notfound'
import Order from './order'
import Result from './result'

beforeEach(openPhone)

describe('check', () => {
  test('the button names the act and the sum; one order, one payment, however often it is tapped', async () => {
    prepared()
    await show(<Check />)
    expect(textOf(ids.checkPay)).toBe('确认支付 3,425.00 元')
    answer(/orders$/, order)
    no(/pay$/, refuse('payment_checking'))
    await tap(ids.checkPay, 2)
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
    expect(last?.[0]).toMatchObject({ header: { 'idempotency-key': key } })
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
