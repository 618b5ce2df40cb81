import * as fc from 'fast-check'
import * as v from 'valibot'
import { Fen, yuan } from './money.ts'

describe('amounts', () => {
  test.each([
    [342_500, '3,425.00'],
    [1_233_120, '12,331.20'],
    [1_130_660, '11,306.60'],
    [73_560, '735.60'],
    [100_000_000, '1,000,000.00'],
    [99_999, '999.99'],
    [5, '0.05'],
    [0, '0.00'],
    [-8_100, '-81.00'],
  ])('%d fen are written %s', (fen, text) => {
    expect(yuan(fen)).toBe(text)
  })

  test('the written amount has two decimals, commas every three digits, and gives the fen back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1_000_000_000_000, max: 1_000_000_000_000 }), (fen) => {
        const text = yuan(fen)
        expect(text).toMatch(/^-?\d{1,3}(,\d{3})*\.\d\d$/)
        expect(Number(text.replace(/[,.]/g, ''))).toBe(fen === 0 ? 0 : fen)
      }),
    )
  })

  test.each([-1, 0.5, Number.NaN, Infinity, 2 ** 53, '100', null])(
    'Fen takes only whole amounts that are not negative: %p is none',
    (value) => {
      expect(v.is(Fen, value)).toBe(false)
    },
  )
  test.each([0, 1, 342_500, Number.MAX_SAFE_INTEGER])('%d is an amount in fen', (value) => {
    expect(v.is(Fen, value)).toBe(true)
  })
})
