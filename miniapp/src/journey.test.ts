import { lookupAt } from '../test/facts'
import {
  acknowledge,
  amend,
  begin,
  choose,
  ended,
  firstRun,
  found,
  fresh,
  keptJourney,
  ordered,
  quoteOf,
  requestOf,
  runWithin,
  unacknowledged,
  viewOf,
} from './journey'

const chosen = (asOf?: string, paid?: string[]) =>
  choose(found(begin(fresh, { entry: 'self' }), lookupAt(asOf, paid)), { kind: 'regular', enrolment: '7', year: 2022 })
const fiveMonths = amend(chosen(), { tier: 'p60', months: { from: '2022-01', to: '2022-05' } })
const yearOf = (journey: typeof fresh) => {
  const view = viewOf(journey)
  if (!view || 'due' in view) throw new Error('not a fee year')
  return view
}

test('60 % for months 1–5 is 342 500 fen', () => {
  expect(quoteOf(fiveMonths)).toMatchObject({ item: { amountFen: 342_500, unitCount: 5, tierLabel: '60%档' } })
  expect(requestOf(fiveMonths)).toEqual({
    kind: 'regular',
    enrolment: '7',
    year: 2022,
    tier: 'p60',
    months: { from: '2022-01', to: '2022-05' },
  })
})

test('without a tier it is refused by the rule of the server', () => {
  expect(quoteOf(amend(chosen(), { months: { from: '2022-01', to: '2022-05' } }))).toMatchObject({ refusal: { code: 'tier_required' } })
})

test('after 1–5 at 60 %, another tier is refused and 6–12 begins at 6', () => {
  const now = chosen(undefined, ['2022-01', '2022-02', '2022-03', '2022-04', '2022-05'])
  expect(firstRun(yearOf(now), '2022-02')).toEqual({ from: '2022-06', to: '2022-06' })
  expect(quoteOf(amend(now, { tier: 'p100', months: { from: '2022-06', to: '2022-12' } }))).toMatchObject({
    refusal: { code: 'tier_locked', facts: { label: '60%档' } },
  })
  expect(quoteOf(amend(now, { tier: 'p60', months: { from: '2022-06', to: '2022-12' } }))).toMatchObject({ item: { amountFen: 479_500 } })
})

test('a run begins at the earliest unpaid month, ends at this one, and stops where something is paid', () => {
  expect(firstRun(yearOf(chosen()), '2022-02')).toEqual({ from: '2022-01', to: '2022-02' })
  expect(runWithin(yearOf(chosen(undefined, ['2022-04'])), { from: '2022-01', to: '2022-12' })).toEqual({ from: '2022-01', to: '2022-03' })
})

test('a special due is chosen whole; late, it has to be acknowledged, and a new choice asks anew', () => {
  const special = (asOf: string) => choose(found(begin(fresh, { entry: 'self' }), lookupAt(asOf)), { kind: 'due', due: '31' })
  expect(quoteOf(special('2022-02-15T10:00:00+08:00'))).toMatchObject({ item: { amountFen: 32_000 } })
  expect(unacknowledged(special('2022-02-15T10:00:00+08:00'))).toBeUndefined()
  const late = special('2022-05-10T10:00:00+08:00')
  expect(unacknowledged(late)).toBe('late_waiting')
  expect(unacknowledged(acknowledge(late, 'late_waiting'))).toBeUndefined()
  expect(unacknowledged(choose(acknowledge(late, 'late_waiting'), { kind: 'due', due: '31' }))).toBe('late_waiting')
  expect(quoteOf(special('2022-10-01T10:00:00+08:00'))).toMatchObject({ refusal: { code: 'due_closed' } })
})

test('a change of the choice needs a new key; an order under way stays when somebody else is begun', () => {
  const keyed = { ...fiveMonths, key: 'k' }
  expect(amend(keyed, { tier: 'p70' }).key).toBeUndefined()
  const under = ordered(keyed, { no: '9001', totalFen: 342_500 })
  expect(begin(under, { entry: 'self' })).toEqual({ acknowledged: [], who: { entry: 'self' }, order: { no: '9001', totalFen: 342_500 } })
  expect(ended(under, 'paid')).toEqual({ acknowledged: [], who: { entry: 'self' } })
  const givenUp = ended(under, 'given_up')
  expect([givenUp.key, givenUp.order, givenUp.choice]).toEqual([undefined, undefined, keyed.choice])
})

test('a draft lives for a day', () => {
  const at = 1_000_000
  expect(keptJourney({ at, journey: fiveMonths }, at + 23 * 3_600_000)).toBe(fiveMonths)
  expect(keptJourney({ at, journey: fiveMonths }, at + 24 * 3_600_000)).toBe(fresh)
  expect(keptJourney(undefined, at)).toBe(fresh)
})
