import * as fc from 'fast-check'
import * as v from 'valibot'
import {
  addDays,
  clockTime,
  Day,
  dayOf,
  daysBetween,
  endOf,
  instantOf,
  iso,
  Moment,
  Month,
  monthOf,
  startOf,
  written,
  yearOf,
} from './day.ts'

const DAY = 86_400_000
/** Whole milliseconds of 1992–2199: Asia/Shanghai kept +08:00 all that time, so Intl is an independent witness. */
const anyInstant = fc.integer({ min: Date.UTC(1992, 0, 1), max: Date.UTC(2200, 0, 1) })
const intl = new Intl.DateTimeFormat('en-CA', {
  timeZone: 'Asia/Shanghai',
  calendar: 'gregory',
  numberingSystem: 'latn',
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
})
const byIntl = (instant: number): string => {
  const part = Object.fromEntries(intl.formatToParts(instant).map(({ type, value }) => [type, value]))
  return `${part['year']}-${part['month']}-${part['day']}T${part['hour']}:${part['minute']}:${part['second']}`
}
const anyDay = anyInstant.map((instant) => byIntl(instant).slice(0, 10))

describe('instants and days of Asia/Shanghai', () => {
  test('R90 an instant reads as the local time that Intl gives for Asia/Shanghai', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        expect(iso(instant).slice(0, 19)).toBe(byIntl(instant))
        expect(dayOf(instant)).toBe(byIntl(instant).slice(0, 10))
        expect(monthOf(instant)).toBe(byIntl(instant).slice(0, 7))
        expect(yearOf(instant)).toBe(Number(byIntl(instant).slice(0, 4)))
        expect(clockTime(instant)).toBe(byIntl(instant).slice(11, 16))
      }),
    )
  })

  test('iso and instantOf are inverse, and what iso writes is a Moment that Date reads alike', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1800, 0, 1), max: Date.UTC(2400, 0, 1) }), (instant) => {
        const text = iso(instant)
        expect(instantOf(text)).toBe(instant)
        expect(Date.parse(text)).toBe(instant)
        expect(v.is(Moment, text)).toBe(true)
      }),
    )
  })

  test('every single day of 1600 to 2400 has the date that Date gives it', () => {
    const wrong: string[] = []
    for (let at = Date.UTC(1600, 0, 1); at < Date.UTC(2400, 0, 1); at += DAY) {
      const day = new Date(at).toISOString().slice(0, 10)
      if (dayOf(at) !== day || startOf(day) !== at - 8 * 3_600_000) wrong.push(day)
    }
    expect(wrong).toEqual([])
  })

  test('instantOf reads any offset and fraction as Date does', () => {
    const pad = (n: number): string => String(n).padStart(2, '0')
    const zones = fc.oneof(
      fc.constant('Z'),
      fc
        .tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.constantFrom(0, 30, 45))
        .map(([sign, hours, minutes]) => `${sign}${pad(hours)}:${pad(minutes)}`),
    )
    const fractions = fc.oneof(fc.constant(''), fc.stringMatching(/^\.\d{1,3}$/))
    fc.assert(
      fc.property(anyInstant, zones, fractions, (instant, zone, fraction) => {
        const text = `${byIntl(instant)}${fraction}${zone}`
        expect(instantOf(text)).toBe(Date.parse(text))
        expect(v.is(Moment, text)).toBe(true)
      }),
    )
  })

  test.each([
    '',
    '2022-01-20',
    '2022-01-20T10:00:00',
    '2022-01-20 10:00:00Z',
    '2022-01-20T10:00Z',
    'now',
    '2022-01-20T10:00:00+08',
    '2022-01-20T10:00:00.1234Z',
    '2022-01-20T10:00:00.Z',
  ])('a text without date, seconds or offset is no moment: "%s"', (text) => {
    expect(v.is(Moment, text)).toBe(false)
    expect(() => instantOf(text)).toThrow(RangeError)
  })
})

describe('decision 9: where days and months begin and end', () => {
  test.each([
    ['2022-01-20', '2022-01-20T00:00:00.000+08:00', '2022-01-21T00:00:00.000+08:00'],
    ['2022-01', '2022-01-01T00:00:00.000+08:00', '2022-02-01T00:00:00.000+08:00'],
    ['2022-06', '2022-06-01T00:00:00.000+08:00', '2022-07-01T00:00:00.000+08:00'],
    ['2022-09', '2022-09-01T00:00:00.000+08:00', '2022-10-01T00:00:00.000+08:00'],
    ['2022-12', '2022-12-01T00:00:00.000+08:00', '2023-01-01T00:00:00.000+08:00'],
    ['2024-02', '2024-02-01T00:00:00.000+08:00', '2024-03-01T00:00:00.000+08:00'],
    ['2022-12-31', '2022-12-31T00:00:00.000+08:00', '2023-01-01T00:00:00.000+08:00'],
  ])('%s lasts from %s until %s', (point, from, until) => {
    expect(iso(startOf(point))).toBe(from)
    expect(iso(endOf(point))).toBe(until)
  })

  test('a day is 24 hours, contains its instants and no others', () => {
    fc.assert(
      fc.property(anyInstant, (instant) => {
        const day = dayOf(instant)
        expect(endOf(day) - startOf(day)).toBe(DAY)
        expect(startOf(day)).toBeLessThanOrEqual(instant)
        expect(endOf(day)).toBeGreaterThan(instant)
        expect(dayOf(startOf(day) - 1)).not.toBe(day)
        expect(dayOf(endOf(day) - 1)).toBe(day)
        expect(dayOf(endOf(day))).not.toBe(day)
      }),
    )
  })

  test('a month starts with its first day and ends with the last, whatever its length', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1992, max: 2199 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const text = `${year}-${String(month).padStart(2, '0')}`
        expect(startOf(text)).toBe(Date.UTC(year, month - 1, 1) - 8 * 3_600_000)
        expect(endOf(text)).toBe(Date.UTC(year, month, 1) - 8 * 3_600_000)
        expect(monthOf(startOf(text))).toBe(text)
        expect(monthOf(endOf(text) - 1)).toBe(text)
      }),
    )
  })
})

describe('counting days', () => {
  test('addDays agrees with Date, undoes itself, and daysBetween counts it', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -4000, max: 4000 }), (day, days) => {
        const moved = addDays(day, days)
        expect(moved).toBe(new Date(Date.parse(`${day}T00:00:00Z`) + days * DAY).toISOString().slice(0, 10))
        expect(addDays(moved, -days)).toBe(day)
        expect(daysBetween(day, moved)).toBe(days)
        expect(daysBetween(moved, day) + days).toBe(0)
      }),
    )
  })

  test.each([
    ['2022-02-15', '2022-03-31', 44],
    ['2022-03-31', '2022-03-31', 0],
    ['2022-04-01', '2022-03-31', -1],
    ['2024-02-28', '2024-03-01', 2],
    ['2022-02-28', '2022-03-01', 1],
  ])('R28 from %s to %s are %d days', (from, to, days) => {
    expect(daysBetween(from, to)).toBe(days)
  })
})

describe('texts of days and months', () => {
  test.each([
    ['2022-01-20', '2022年1月20日'],
    ['2022-06', '2022年6月份'],
    ['2022-09', '2022年9月份'],
    ['2022-12-05', '2022年12月5日'],
  ])('R91 %s is written %s, never more precise than the source', (point, text) => {
    expect(written(point)).toBe(text)
  })

  test.each(['2022-1-2', '2022-13-01', '2022-00-10', '2022-01-32', '2022-01-00', '20220101', '2022-01', ''])('"%s" is no Day', (text) => {
    expect(v.is(Day, text)).toBe(false)
  })
  test.each(['2022-1', '2022-13', '2022-00', '202201', '2022-01-01', ''])('"%s" is no Month', (text) => {
    expect(v.is(Month, text)).toBe(false)
  })
  test('every day of the calendar is a Day and its month a Month, and both sort as text', () => {
    fc.assert(
      fc.property(anyDay, anyDay, (a, b) => {
        expect(v.is(Day, a)).toBe(true)
        expect(v.is(Month, a.slice(0, 7))).toBe(true)
        expect(a < b).toBe(startOf(a) < startOf(b))
      }),
    )
  })
})
