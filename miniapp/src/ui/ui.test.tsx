import { jest } from '@jest/globals'
import { fireEvent, render, screen } from '@testing-library/react'
import { lookupAt } from '../../test/facts'
import { access } from './access'
import { Button } from './Button'
import { RadioCard, RadioGroup, Tabs } from './Choices'
import { Check, Field, IdKeypad, typed } from './Field'
import { Money } from './Money'
import { MonthStrip } from './Months'
import { PhaseBar, phaseOf } from './Phase'
import { TapRow } from './Row'
import { Sheet } from './Sheet'
import { Skeleton } from './Skeleton'
import { looks, Notice, StatusTag } from './Status'
import { Steps } from './Steps'

test('the role is spelled as the host reads it', () => {
  expect(access({ role: 'button', label: '缴', checked: false })).toEqual({ role: 'button', 'aria-label': '缴', 'aria-checked': 'false' })
  const before = process.env['TARO_ENV']
  process.env['TARO_ENV'] = 'weapp'
  expect(access({ role: 'button' })).toEqual({ 'aria-role': 'button' })
  if (before === undefined) delete process.env['TARO_ENV']
  else process.env['TARO_ENV'] = before
})

test('a button that waits is not disabled to the eye alone, and does nothing', () => {
  const onTap = jest.fn()
  const { rerender } = render(<Button onTap={onTap}>去核对</Button>)
  fireEvent.click(screen.getByRole('button', { name: '去核对' }))
  rerender(
    <Button waiting onTap={onTap}>
      正在查
    </Button>,
  )
  const button = screen.getByRole('button', { name: '正在查' })
  expect(button.getAttribute('aria-disabled')).toBe('true')
  fireEvent.click(button)
  expect(onTap).toHaveBeenCalledTimes(1)
})

test('a sum is one thing to a screen reader', () => {
  render(<Money fen={342_500} label="应缴" />)
  expect(screen.getByRole('img', { name: '应缴 三千四百二十五元整' }).textContent).toBe('3,425.00元')
})

test('a row says its title, its help and what it does', () => {
  render(<TapRow number={2} title="姓名" help="可能有同音字" act="改姓名再查" onTap={() => undefined} />)
  expect(screen.getByRole('button', { name: '2，姓名，可能有同音字，改姓名再查' })).toBeTruthy()
})

test('radios, tabs and ticks say their state', () => {
  render(
    <>
      <RadioGroup label="缴费档次">
        <RadioCard id="a" label="60%档" on onTap={() => undefined}>
          60%
        </RadioCard>
        <RadioCard id="b" label="70%档" on={false} off onTap={() => undefined}>
          70%
        </RadioCard>
      </RadioGroup>
      <Tabs label="怎么看" tabs={[{ id: 'x', name: '看图' }]} on="x" onTap={() => undefined} />
      <Check id="c" on={false} onTap={() => undefined}>
        同意
      </Check>
    </>,
  )
  expect(screen.getByRole('radiogroup', { name: '缴费档次' })).toBeTruthy()
  expect(screen.getByRole('radio', { name: '60%档' }).getAttribute('aria-checked')).toBe('true')
  expect(screen.getByRole('radio', { name: '70%档' }).getAttribute('aria-checked')).toBe('false')
  expect(screen.getByRole('tab', { name: '看图' }).getAttribute('aria-selected')).toBe('true')
  expect(screen.getByRole('checkbox', { name: '同意' }).getAttribute('aria-checked')).toBe('false')
})

test('a field is named, keeps what was typed, and its error is tied to it', () => {
  const onType = jest.fn()
  const { rerender } = render(<Field id="number" label="证件号码" initial="" onType={onType} />)
  const input = screen.getByLabelText<HTMLInputElement>('证件号码')
  fireEvent.input(input, { target: { value: '2107' } })
  expect(onType).toHaveBeenCalledWith('2107')
  rerender(<Field id="number" label="证件号码" initial="" error="第 18 位应为 8，请再对一遍" onType={onType} />)
  expect(input.value).toBe('2107')
  expect(screen.getByRole('alert').id).toBe(input.getAttribute('aria-describedby'))
})

test('the keypad names its keys and announces only how many', () => {
  const onKey = jest.fn()
  render(<IdKeypad count={9} onKey={onKey} />)
  expect(screen.getByRole('group', { name: '证件号键盘' })).toBeTruthy()
  fireEvent.click(screen.getByRole('button', { name: 'X' }))
  fireEvent.click(screen.getByRole('button', { name: '删除一位' }))
  expect(onKey.mock.calls).toEqual([['X'], ['delete']])
  expect(screen.getByRole('status').textContent).toBe('第 9 位')
  expect([typed('12', '3'), typed('12', 'delete'), typed('1'.repeat(18), '2')]).toEqual(['123', '1', '1'.repeat(18)])
})

test('months say what they are', () => {
  const year = lookupAt(undefined, ['2022-01']).enrolments[0]?.years[0]
  const onTap = jest.fn()
  render(<MonthStrip label="2022年各月" months={year?.months ?? []} run={{ from: '2022-02', to: '2022-03' }} onTap={onTap} />)
  expect(screen.getByRole('button', { name: '1月，已缴' }).getAttribute('aria-pressed')).toBe('false')
  expect(screen.getByRole('button', { name: '3月，这次缴' }).getAttribute('aria-pressed')).toBe('true')
  fireEvent.click(screen.getByRole('button', { name: '5月，还没缴' }))
  expect(onTap).toHaveBeenCalledWith(expect.objectContaining({ month: '2022-05' }))
})

test('the phase bar is one sentence', () => {
  const due = lookupAt().dues[0]
  if (!due) throw new Error('no due')
  render(<PhaseBar view={due} asOf="2022-02-15T10:00:00.000+08:00" />)
  expect(screen.getByRole('img').getAttribute('aria-label')).toBe('1月份开征，集中缴费期到 3月31日，截止 9月份，还有 44 天。今天2月15日')
  expect(phaseOf(due, '2022-05-10T10:00:00.000+08:00')).toMatchObject({ isPast: true, left: '集中缴费期 3月31日已过', right: '截止 9月份' })
  const pension = lookupAt().enrolments[0]?.years[0]
  expect(pension && phaseOf(pension, '2022-02-15T10:00:00.000+08:00')).toBeUndefined()
})

test('each state has a word, and no two share colour and outline where both are possible at once', () => {
  render(
    <>
      {(Object.keys(looks) as (keyof typeof looks)[]).map((status) => (
        <StatusTag key={status} status={status} />
      ))}
    </>,
  )
  expect(screen.getByText('可缴')).toBeTruthy()
  expect(
    new Set(
      ['payable', 'late', 'not_open', 'closed', 'paid', 'held', 'missing', 'checking', 'refunded'].map(
        (status) => looks[status as keyof typeof looks].icon,
      ),
    ).size,
  ).toBe(9)
})

test('an error is an alert, news are polite', () => {
  render(
    <>
      <Notice tone="err" title="没有办成" />
      <Notice tone="info" title="已为您换成大字版" live />
      <Skeleton slow />
    </>,
  )
  expect(screen.getByRole('alert').textContent).toBe('没有办成')
  const [news, loading] = screen.getAllByRole('status')
  expect(news?.getAttribute('aria-live')).toBe('polite')
  expect(loading?.getAttribute('aria-busy')).toBe('true')
})

test('a sheet is a dialog named by its title and closed by its button', () => {
  const onClose = jest.fn()
  render(
    <Sheet id="why" title="为什么" onClose={onClose}>
      因为
    </Sheet>,
  )
  expect(screen.getByRole('dialog', { name: '为什么' }).getAttribute('aria-modal')).toBe('true')
  fireEvent.click(screen.getByRole('button', { name: '知道了' }))
  expect(onClose).toHaveBeenCalledTimes(1)
})

test('steps are a list whose items say how far it is', () => {
  render(
    <Steps
      steps={[
        { name: '已付款', when: '2月15日(周二) 10:26', state: 'done' },
        { name: '权益到账', when: '2月18日(周五)', state: 'todo' },
      ]}
    />,
  )
  expect(screen.getByRole('listitem', { name: '第 1 步，已付款，完成，2月15日(周二) 10:26' })).toBeTruthy()
})
