import { openApplication, type TestApplication } from '../../test/application.ts'
import { inventPerson, Journey } from '../../test/journey.ts'

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
