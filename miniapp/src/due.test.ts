import type { Lookup } from '@shebao/shared/api'
import { lookupAt } from '../test/facts'
import { isPayable, linesOf, nearestLine, reasonOf, statusOf, summaryOf } from './due'

const year = ['01', '02', '03', '04', '05', '06', '07', '08', '09', '10', '11', '12'].map((month) => `2022-${month}`)
const only = (lookup: Lookup, of: 'enrolments' | 'dues'): Lookup => ({ ...lookup, [of === 'enrolments' ? 'dues' : 'enrolments']: [] })
const dueAt = (asOf: string) => {
  const [line] = linesOf(lookupAt(asOf)).issued
  if (!line) throw new Error('no due')
  return { tag: statusOf(line.view), reason: reasonOf(line.view, asOf), payable: isPayable(line.view) }
}

test('a special due of resident medical through its year', () => {
  expect(dueAt('2022-02-15T10:00:00+08:00')).toEqual({ tag: 'payable', reason: '还有 44 天，待遇不受影响', payable: true })
  expect(dueAt('2022-03-31T23:59:59+08:00')).toEqual({ tag: 'payable', reason: '今天最后一天，待遇不受影响', payable: true })
  expect(dueAt('2022-05-10T10:00:00+08:00')).toEqual({ tag: 'late', reason: '9月份截止。看病报销要等一段时间', payable: true })
  expect(dueAt('2022-10-01T00:00:00+08:00')).toEqual({ tag: 'closed', reason: '9月份截止。请联系经办机构', payable: false })
})

test('a year that is paid in part can still be paid', () => {
  const [line] = linesOf(lookupAt(undefined, year.slice(0, 5))).regular
  expect(line && [statusOf(line.view), reasonOf(line.view, '2022-02-15T10:00:00+08:00')]).toEqual(['payable', '1月–5月已缴，按暂定标准收'])
})

test('the nearest deadline is that of the fewest days; late, the one that has a deadline', () => {
  expect(nearestLine(lookupAt())?.id).toBe('due-31')
  expect(nearestLine(lookupAt('2022-05-10T10:00:00+08:00'))?.id).toBe('due-31')
  expect(nearestLine(only(lookupAt(), 'enrolments'))).toBeUndefined()
})

test('the door to one’s own dues says how they stand', () => {
  expect(summaryOf(lookupAt(), false)).toBe('2 笔可以缴')
  expect(summaryOf(lookupAt(), true)).toBe('有 1 笔 3月31日前缴')
  expect(summaryOf(lookupAt('2022-05-10T10:00:00+08:00'), true)).toBe('有 1 笔 9月份截止')
  expect(summaryOf(only(lookupAt(undefined, year), 'enrolments'), false)).toBe('今年的费都缴了')
  const held = lookupAt().dues.map((due) => ({ ...due, status: 'held' as const }))
  expect(summaryOf({ ...only(lookupAt(), 'dues'), dues: held }, false)).toBe('有一笔正在缴')
  expect(summaryOf(only(lookupAt('2021-12-31T10:00:00+08:00'), 'dues'), false)).toBe('还没开征，看什么时候可以缴')
  expect(summaryOf(only(lookupAt('2022-10-01T00:00:00+08:00'), 'dues'), false)).toBe('现在没有可以缴的费')
})
