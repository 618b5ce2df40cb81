import { grouped, shortly, words, writtenDay, writtenMoment, writtenMonths, writtenPeriod } from './words.ts'

test('dates name their weekday and keep the precision of their source', () => {
  expect(writtenDay('2022-02-18')).toBe('2月18日(周五)')
  expect(writtenDay('2022-02-15')).toBe('2月15日(周二)')
  expect(writtenDay('2023-01-02', '2022')).toBe('2023年1月2日(周一)')
  expect(shortly('2022-09', '2022')).toBe('9月份')
  expect(shortly('2022-06', '2021')).toBe('2022年6月份')
  expect(writtenMoment('2022-02-15T10:26:00+08:00')).toBe('2月15日(周二) 10:26')
})

test('periods and months are short', () => {
  expect(writtenPeriod({ from: '2022-01', to: '2022-12' })).toBe('2022年')
  expect(writtenPeriod({ from: '2022-01', to: '2022-05' })).toBe('2022年1月–5月')
  expect(writtenPeriod({ from: '2021-07', to: '2022-06' })).toBe('2021年7月–2022年6月')
  expect(writtenPeriod({ from: '2022-03', to: '2022-03' })).toBe('2022年3月')
  expect(writtenMonths(['2022-01', '2022-02', '2022-03', '2022-06'])).toBe('1月–3月、6月')
  expect(grouped('202202151024')).toBe('2022 0215 1024')
})

test('the demonstration says as of which day it judges', () => {
  expect(words.demo('2022-02-15T10:00:00.000+08:00')).toBe('演示 · 今天按 2022年2月15日(周二) 算')
})

/** Every sentence that does not depend on anything. */
const sentences = (node: unknown): string[] =>
  typeof node === 'string' ? [node] : typeof node === 'object' && node !== null ? Object.values(node).flatMap(sentences) : []

test('no word that says nothing, blames or flatters (U20)', () => {
  for (const sentence of sentences(words))
    expect(sentence).not.toMatch(/非法|无效|异常|错误代码|系统繁忙|未知错误|抱歉|亲爱|哦|接口|校验|参数/)
})
