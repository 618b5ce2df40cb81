import { screen } from '@testing-library/react'
import { refuse } from '@shebao/shared/refusal'
import { lookupAt, me } from '../../test/facts'
import { answer, logInAs, no, opened, openPhone, prepared, request, show, tap, textOf } from '../../test/stage'
import { ids } from '../ids'
import { amend, begin, choose, found, fresh, journey } from '../journey'
import Dues from './dues'
import Home from './home'
import Months from './months'
import Tier from './tier'

beforeEach(openPhone)

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
    await logInAs('foreign_passport')
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
