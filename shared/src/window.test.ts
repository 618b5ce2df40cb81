import * as fc from 'fast-check'
import * as v from 'valibot'
import { endOf, instantOf, iso, startOf } from './day.ts'
import { nextBoundary, phaseAt, Point, Window } from './window.ts'

const sourced = <V>(value: V) => ({ value, source: 'made up for this test', certainty: 'demo' as const })
const window = (opens: string, collectionUntil: string | null, deadline: string | null): Window => ({
  opens: sourced(opens),
  collectionUntil: sourced(collectionUntil),
  deadline: sourced(deadline),
})
const SECOND = 1000

describe('phases of a window', () => {
  test('decision 9, R26–R27: each boundary belongs to the later phase, whatever the precision', () => {
    const rule = window('2022-01', '2022-03-31', '2022-09')
    const phases = ['2022-01', '2022-04', '2022-10'].flatMap((month) =>
      [-SECOND, 0, SECOND].map((step) => phaseAt(rule, startOf(month) + step, '2022-12')),
    )
    expect(phases).toEqual(['not_open', 'in_window', 'in_window', 'in_window', 'late', 'late', 'late', 'closed', 'closed'])
  })
  test('R24 pension has just a deadline: open until it ends', () => {
    const rule = window('2022-01', null, '2022-01-20')
    expect(phaseAt(rule, endOf('2022-01-20') - 1, '2021-12')).toBe('open')
    expect(phaseAt(rule, endOf('2022-01-20'), '2021-12')).toBe('closed')
  })
  test('decision 14: a window whose end is not published is said to be unknown, not in time and not late', () => {
    const rule = window('2022-01', 'unknown', '2022-06')
    expect(phaseAt(rule, startOf('2022-01'), '2022-06')).toBe('window_unknown')
    expect(phaseAt(rule, endOf('2022-06') - 1, '2022-06')).toBe('window_unknown')
    expect(phaseAt(rule, endOf('2022-06'), '2022-06')).toBe('closed')
  })
  test('decision 22: without a deadline a due is payable until its last month ends', () => {
    const rule = window('2022-01', null, null)
    expect(phaseAt(rule, endOf('2022-12') - 1, '2022-12')).toBe('open')
    expect(phaseAt(rule, endOf('2022-12'), '2022-12')).toBe('closed')
  })
  test('R24 any insurance may have a window: one with a window and no deadline is late until its last month ends', () => {
    const rule = window('2022-01', '2022-03', null)
    expect(phaseAt(rule, endOf('2022-03') - 1, '2022-12')).toBe('in_window')
    expect(phaseAt(rule, endOf('2022-03'), '2022-12')).toBe('late')
    expect(phaseAt(rule, endOf('2022-12'), '2022-12')).toBe('closed')
  })
})

describe('the next boundary (decision 10)', () => {
  test.each([
    ['2022-02-15T10:00:00+08:00', '2022-04-01T00:00:00.000+08:00'],
    ['2022-03-31T23:59:59+08:00', '2022-04-01T00:00:00.000+08:00'],
    ['2022-04-01T00:00:00+08:00', '2022-10-01T00:00:00.000+08:00'],
    ['2022-09-30T23:59:59+08:00', '2022-10-01T00:00:00.000+08:00'],
  ])('R22–R23 resident medical at %s next changes at %s', (now, boundary) => {
    expect(iso(nextBoundary(window('2022-01', '2022-03-31', '2022-09'), instantOf(now), '2022-12'))).toBe(boundary)
  })
  test('without a deadline the fee year end is the boundary; an unknown window is none', () => {
    const now = startOf('2022-02')
    expect(nextBoundary(window('2022-01', null, null), now, '2022-12')).toBe(endOf('2022-12'))
    expect(nextBoundary(window('2022-01', 'unknown', '2022-06'), now, '2022-06')).toBe(endOf('2022-06'))
  })
})

const anyPoint = fc
  .tuple(fc.integer({ min: 2020, max: 2024 }), fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 28 }))
  .map(([year, month, day]) => `${year}-${String(month).padStart(2, '0')}${day === 0 ? '' : `-${String(day).padStart(2, '0')}`}`)
const anyWindow = fc
  .tuple(anyPoint, fc.option(fc.oneof(anyPoint, fc.constant('unknown'))), fc.option(anyPoint))
  .map(([opens, until, deadline]) => window(opens, until, deadline))
const anyNow = fc.integer({ min: startOf('2019-01'), max: endOf('2025-12') })
const rank = { not_open: 0, open: 1, in_window: 1, window_unknown: 1, late: 2, closed: 3 }

describe('any window at all', () => {
  test('is data that its schema accepts, and only gets worse with time', () => {
    fc.assert(
      fc.property(anyWindow, anyNow, anyNow, (rule, a, b) => {
        expect(v.parse(Window, rule)).toEqual(rule)
        const [earlier, later] = [phaseAt(rule, Math.min(a, b), '2022-12'), phaseAt(rule, Math.max(a, b), '2022-12')]
        expect(rank[earlier]).toBeLessThanOrEqual(rank[later])
      }),
    )
  })
  test('keeps its phase up to the next boundary once it is open, and has another one there', () => {
    fc.assert(
      fc.property(anyWindow, anyNow, (rule, now) => {
        const phase = phaseAt(rule, now, '2022-12')
        fc.pre(phase !== 'not_open' && phase !== 'closed')
        const boundary = nextBoundary(rule, now, '2022-12')
        expect(boundary).toBeGreaterThan(now)
        expect(phaseAt(rule, boundary - 1, '2022-12')).toBe(phase)
        expect(rank[phaseAt(rule, boundary, '2022-12')]).toBeGreaterThan(rank[phase])
      }),
    )
  })
  test('R91 a point is a day or a month, nothing more precise', () => {
    expect(v.is(Point, '2022-01-20')).toBe(true)
    expect(v.is(Point, '2022-09')).toBe(true)
    expect(v.is(Point, '2022')).toBe(false)
    expect(v.is(Point, '2022-01-20T00:00:00+08:00')).toBe(false)
  })
})
