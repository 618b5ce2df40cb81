import { ids } from '../../miniapp/src/ids.ts'
import { inventPerson } from '../../server/test/journey.ts'
import { hostOf } from './phone.ts'
import { stage } from './stage.ts'
import { enter, ownDues, pay } from './steps.ts'

const { place, phone: open } = stage('2022-05-10')

test.each(['weapp', 'alipay'] as const)(
  '%s: after the collection window the waiting period is acknowledged before paying',
  async (target) => {
    const person = inventPerson()
    const enrolment = await place().others.enrol(person, 'resident_medical')
    await place().others.issue(enrolment, 'resident_medical', { from: '2022-01', to: '2022-12' }, 32_000)
    const phone = await open(target, await place().resident(hostOf(target), person))
    await enter(phone)
    await ownDues(phone)
    expect(await phone.starting('due-').innerText()).toContain('有等待期')
    await phone.starting('due-').tap()
    await phone.at('special')
    await phone.tap(ids.specialPay)
    await phone.at('late')
    await phone.says('page-late', '等待期')
    await phone.tap(ids.lateNo)
    await phone.at('special')
    await phone.tap(ids.specialPay)
    await phone.tap(ids.lateOk)
    await phone.at('check')
    await pay(phone)
    await phone.says(ids.resultTitle, '缴好了 320.00 元')
    const [{ acknowledged }] = (await place().application.db.query('SELECT COUNT(*) AS acknowledged FROM acknowledgement')) as [
      { acknowledged: string },
    ]
    expect(Number(acknowledged)).toBeGreaterThan(0)
  },
)
