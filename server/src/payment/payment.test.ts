import { openApplication, type Answer, type TestApplication } from '../../test/application.ts'
import { inventPerson, Journey } from '../../test/journey.ts'
import { AttemptService } from './attempt.service.ts'

let on: TestApplication
let journey: Journey
beforeAll(async () => {
  on = await openApplication()
  journey = new Journey(on)
}, 60_000)
afterAll(() => on.close())

test.each(['wechat', 'alipay'] as const)('a resident pays months 1–5 at 60 %% in %s and holds a receipt', async (host) => {
  const person = inventPerson()
  await journey.enrol(person)
  const resident = await journey.resident(person, host)
  const found = await journey.lookUp(resident)
  const order = await journey.order(resident, [journey.regular(found, '2022-01', '2022-05')], 342_500)
  expect([order.status, order.body.state, order.body.totalFen]).toEqual([200, 'held', 342_500])
  expect((await journey.cashier(resident, order.body.no)).result).toBe('ok')
  const paid = await journey.until(resident, order.body.no, 'paid')
  expect(paid.payment).toBe('taken')
  const receipt = await resident.get(`/api/receipts/${paid.items[0].receipt}`)
  expect(receipt.body).toMatchObject({ amountFen: 342_500, channel: host, months: { from: '2022-01', to: '2022-05' }, paidByAgent: false })
})

test('a rejected attempt that is swept after its end releases nothing while the attempt after it is live', async () => {
  const person = inventPerson()
  await journey.enrol(person)
  const payer = await journey.resident(person)
  const found = await journey.lookUp(payer)
  const { body: order } = await journey.order(payer, [journey.regular(found, '2022-01', '2022-05')], 342_500)
  await on.control('/sandbox/faults', {
    host: 'wechat',
    on: { method: 'POST', path: '/v3/pay/transactions/jsapi' },
    times: 1,
    fault: 'error',
    status: 400,
    code: 'PARAM_ERROR',
  })
  expect((await payer.post(`/api/orders/${order.no}/pay`, { provider: 'wechat' })).body.code).toBe('provider_unavailable')
  expect((await payer.post(`/api/orders/${order.no}/pay`, { provider: 'wechat' })).status).toBe(200)
  const attempts = (): Promise<Answer[]> =>
    on.db.query('SELECT state, is_live FROM attempt WHERE order_id = ? ORDER BY attempt_id', [order.no])
  expect(await attempts()).toEqual([
    { state: 'create_rejected', is_live: null },
    { state: 'prepared', is_live: 1 },
  ])
  await on.db.query("UPDATE attempt SET time_expire = '2022-01-01', next_check_at = '2022-01-01' WHERE order_id = ? AND is_live IS NULL", [
    order.no,
  ])
  await on.app.get(AttemptService).sweep()
  expect((await attempts())[1]).toEqual({ state: 'prepared', is_live: 1 })
  expect((await payer.get(`/api/orders/${order.no}`)).body.state).toBe('held')
})
