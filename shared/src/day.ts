import * as v from 'valibot'

/**
 * Time without a clock. An instant is a number of milliseconds since 1970-01-01T00:00Z; days and months are those of
 * Asia/Shanghai, which has had a fixed offset of +08:00 since 1991, so the same instant gives the same day on every host.
 */
export type Instant = number

/** A calendar day, "YYYY-MM-DD". */
export const Day = v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/))
/** A calendar month, "YYYY-MM". Strings compare in calendar order. */
export const Month = v.pipe(v.string(), v.regex(/^\d{4}-(0[1-9]|1[0-2])$/))
/** ISO 8601 with offset, as it goes over the wire. */
export const Moment = v.pipe(
  v.string(),
  v.regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,3})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/),
)

const DAY_MS = 86_400_000
const OFFSET_MS = 8 * 3_600_000
const pad = (n: number, width = 2): string => String(n).padStart(width, '0')

/** Days since 1970-01-01 of a proleptic Gregorian date (Howard Hinnant, "days_from_civil"). */
const dayNumber = (year: number, month: number, day: number): number => {
  const y = month <= 2 ? year - 1 : year
  const era = Math.floor(y / 400)
  const yearOfEra = y - era * 400
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

const civil = (number: number): [year: number, month: number, day: number] => {
  const z = number + 719_468
  const era = Math.floor(z / 146_097)
  const dayOfEra = z - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shifted = Math.floor((5 * dayOfYear + 2) / 153)
  const month = shifted + (shifted < 10 ? 3 : -9)
  return [yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1]
}

const numbers = (text: string): number[] => text.split('-').map(Number)

/** 00:00 of a day, or of the first day of a month (decision 9: a start with month precision begins with the month). */
export const startOf = (point: string): Instant => {
  const [year = 0, month = 1, day = 1] = numbers(point)
  return dayNumber(year, month, day) * DAY_MS - OFFSET_MS
}

/** 24:00 of a day, or of the last day of a month: the first instant that no longer belongs to it (decision 9). */
export const endOf = (point: string): Instant => {
  const [year = 0, month = 1, day] = numbers(point)
  if (day !== undefined) return startOf(point) + DAY_MS
  return startOf(month === 12 ? `${pad(year + 1, 4)}-01` : `${pad(year, 4)}-${pad(month + 1)}`)
}

/** The day of an instant in Asia/Shanghai. */
export const dayOf = (instant: Instant): string => {
  const [year, month, day] = civil(Math.floor((instant + OFFSET_MS) / DAY_MS))
  return `${pad(year, 4)}-${pad(month)}-${pad(day)}`
}
/** The month of an instant in Asia/Shanghai. */
export const monthOf = (instant: Instant): string => dayOf(instant).slice(0, 7)
/** The year of an instant in Asia/Shanghai. */
export const yearOf = (instant: Instant): number => Number(dayOf(instant).slice(0, 4))

/** `day` moved by whole calendar days. */
export const addDays = (day: string, days: number): string => dayOf(startOf(day) + days * DAY_MS)
/** Calendar days from `from` to `to`: 0 on the same day, negative when `to` is earlier. */
export const daysBetween = (from: string, to: string): number => Math.round((startOf(to) - startOf(from)) / DAY_MS)

/** An instant as ISO 8601 with the offset of Asia/Shanghai: "2022-02-15T10:00:00.000+08:00". */
export const iso = (instant: Instant): string => {
  const inDay = (((instant + OFFSET_MS) % DAY_MS) + DAY_MS) % DAY_MS
  const [h, m, s] = [Math.floor(inDay / 3_600_000), Math.floor(inDay / 60_000) % 60, Math.floor(inDay / 1000) % 60]
  return `${dayOf(instant)}T${pad(h)}:${pad(m)}:${pad(s)}.${pad(inDay % 1000, 3)}+08:00`
}

/** The instant of an ISO 8601 text that carries an offset; `Moment` says which texts those are. Throws on any other text. */
export const instantOf = (text: string): Instant => {
  const [, date = '', h, m, s, fraction = '', offset = ''] =
    /^(\d{4}-\d\d-\d\d)T(\d\d):(\d\d):(\d\d)(\.\d{1,3})?(Z|[+-]\d\d:\d\d)$/.exec(text) ?? []
  if (!date) throw new RangeError('not an ISO 8601 moment with an offset')
  const [year = 0, month = 1, day = 1] = numbers(date)
  const zone = offset === 'Z' ? 0 : (offset.startsWith('-') ? -1 : 1) * (Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4)))
  return (
    dayNumber(year, month, day) * DAY_MS +
    ((Number(h) * 60 + Number(m) - zone) * 60 + Number(s)) * 1000 +
    Math.round(Number(fraction || 0) * 1000)
  )
}

/** A day or month as people write it: "2022-01-20" → "2022年1月20日", "2022-09" → "2022年9月份" (R91: never more precise than the source). */
export const written = (point: string): string => {
  const [year, month, day] = numbers(point)
  return day === undefined ? `${year}年${month}月份` : `${year}年${month}月${day}日`
}
/** The hour and minute of an instant in Asia/Shanghai, "15:42". */
export const clockTime = (instant: Instant): string => iso(instant).slice(11, 16)
