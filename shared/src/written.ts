import { addDays, dayOf, daysBetween, type Instant, instantOf, clockTime, written } from './day.ts'
import { eachMonth, type Months } from './months.ts'

/** How the pages write dates, periods, persons and numbers. */

const WEEKDAYS = '四五六日一二三'

/** 2022-02-18 → 2月18日(周五); with the year where it is not `year`. */
export const writtenDay = (day: string, year?: string): string => {
  const weekday = WEEKDAYS.charAt(((daysBetween('1970-01-01', day) % 7) + 7) % 7)
  return `${shortly(day, year ?? day.slice(0, 4))}(周${weekday})`
}
/** A day or month as published, without the year where it is `year`: 2022-09 → 9月份, 2022-03-31 → 3月31日. */
export const shortly = (point: string, year: string): string => {
  const full = written(point)
  return point.slice(0, 4) === year ? full.slice(5) : full
}
/** A moment: 2月15日(周二) 10:26. */
export const writtenMoment = (moment: string, year?: string): string => {
  const instant = instantOf(moment)
  return `${writtenDay(dayOf(instant), year)} ${clockTime(instant)}`
}
/** A run: 2022年, 2022年1月–5月, 2021年7月–2022年6月. */
export const writtenPeriod = ({ from, to }: Months): string => {
  const [fromYear, toYear] = [from.slice(0, 4), to.slice(0, 4)]
  if (from === `${toYear}-01` && to === `${fromYear}-12`) return `${fromYear}年`
  const month = (text: string): string => `${Number(text.slice(5))}月`
  if (from === to) return `${fromYear}年${month(from)}`
  return `${fromYear}年${month(from)}–${fromYear === toYear ? '' : `${toYear}年`}${month(to)}`
}
/** Months in short runs: 1月–3月、6月. */
export const writtenMonths = (months: readonly string[]): string => {
  const runs: Months[] = []
  for (const month of months) {
    const last = runs[runs.length - 1]
    if (last && eachMonth({ from: last.to, to: month }).length === 2) last.to = month
    else runs.push({ from: month, to: month })
  }
  const name = (month: string): string => `${Number(month.slice(5))}月`
  return runs.map(({ from, to }) => (from === to ? name(from) : `${name(from)}–${name(to)}`)).join('、')
}
/** An order number in groups of four. */
export const grouped = (text: string): string => text.replace(/(.{4})(?=.)/g, '$1 ')
/** A person as pages name them: masked name and the last digits. */
export const named = ({ maskedName, lastFour }: { maskedName: string; lastFour: string }): string => `${maskedName} · 尾号 ${lastFour}`
/** The day on which a payment made at `now` is expected to arrive: the third day after it (R74). The order carries the day that counts. */
export const expectedCredit = (now: Instant): string => addDays(dayOf(now), 3)
