import { openApplication, type Answer, type TestApplication } from '../../test/application.ts'
import { inventPerson, Journey, newKey } from '../../test/journey.ts'

let on: TestApplication
let journey: Journey
beforeAll(async () => {
  on = await openApplication({ asOf: '2022-05-10' })
  journey = new Journey(on)
}, 60_000)
afterAll(() => on.close())

const report = async (enrolmentSerial: string, insurance: string, tier: string, from: string, to: string, year = 2022): Promise<string> => {
  const paidAt = '2022-05-09T10:00:00+08:00'
  const slip = {
    channel: 'bank',
    serial: newKey(),
    enrolmentSerial,
    insurance,
    year,
    tier,
    months: { from, to },
    amountFen: 20_000,
    paidAt,
  }
  const { body } = await on.send('bank', '/channel/payments', slip)
  return body.state as string
}
const paidRows = (serial: string): Promise<Answer[]> =>
  on.db.query(
    "SELECT d.month_from, d.month_to, d.year FROM due d JOIN enrolment e ON e.bucket = d.bucket AND e.person_id = d.person_id WHERE e.serial = ? AND d.state = 'paid'",
    [serial],
  )

test('R39 what is paid by the year is one due, whatever months a slip names: the second slip is a conflict', async () => {
  const serial = await journey.enrol(inventPerson(), 'resident_pension')
  expect(await report(serial, 'resident_pension', 'y200', '2022-05', '2022-12')).toBe('applied')
  expect(await report(serial, 'resident_pension', 'y200', '2022-01', '2022-12')).toBe('conflict')
  expect(await paidRows(serial)).toEqual([{ month_from: '2022-01', month_to: '2022-12', year: 2022 }])
})

test('decision 32: months of another year than the slip says are booked as a conflict and pay nothing', async () => {
  const serial = await journey.enrol(inventPerson())
  expect(await report(serial, 'flexible_pension', 'p60', '2022-01', '2022-05', 2021)).toBe('conflict')
  expect(await paidRows(serial)).toEqual([])
})
