// the style sheet is read as a file
// oxlint-disable-next-line no-restricted-imports
import { readFileSync, writeFileSync } from 'node:fs'
// oxlint-disable-next-line no-restricted-imports
import path from 'node:path'
import { contrast, pairs, styleSheet, targets, type } from './tokens'

const file = path.join(import.meta.dirname, 'tokens.scss')

test.each(pairs)('%s on %s has at least %s : 1', (front, back, floor) => {
  expect(contrast(front, back)).toBeGreaterThanOrEqual(floor)
})

test('contrast is that of WCAG', () => {
  expect(contrast('text', 'card')).toBeCloseTo(17.4, 1)
  expect(contrast('on-primary', 'primary')).toBeCloseTo(6.67, 2)
})

test('text and targets keep their floors (U2, U4)', () => {
  for (const [normal, elder] of Object.values(type)) {
    expect(normal).toBeGreaterThanOrEqual(14)
    expect(elder).toBeGreaterThanOrEqual(18)
  }
  expect(type.body[1]).toBeGreaterThanOrEqual(20)
  expect(type.amt[1]).toBeGreaterThanOrEqual(30)
  expect(targets.tap[0]).toBeGreaterThanOrEqual(48)
  expect(targets['tap-main'][1]).toBeGreaterThanOrEqual(60)
})

test('the style sheet is the one of the tokens', () => {
  if (process.env['WRITE'] === '1') writeFileSync(file, styleSheet())
  expect(readFileSync(file, 'utf8')).toBe(styleSheet())
})
