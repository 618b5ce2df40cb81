import { nextFor, PAUSES_S } from './poll'

test('asks for 32 seconds', () => {
  expect(PAUSES_S.reduce((sum, pause) => sum + pause, 0)).toBe(32)
})

test.each([
  ['paid', 'taken', 'cancel', 'result'],
  ['held', 'checking', 'cancel', 'ask_again'],
  ['held', 'started', 'cancel', 'pending'],
  ['held', 'started', 'fail', 'pending'],
  ['held', 'started', 'ok', 'ask_again'],
  ['held', 'none', undefined, 'pending'],
  ['closing', 'checking', 'ok', 'ask_again'],
  ['cancelled', 'not_taken', 'ok', 'cancelled'],
  ['returned', 'taken', 'ok', 'returned'],
] as const)('%s, payment %s, the cashier said %s: %s', (state, payment, said, next) => {
  expect(nextFor({ state, payment }, said)).toBe(next)
})
