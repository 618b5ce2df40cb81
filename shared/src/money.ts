import * as v from 'valibot'

/** An amount in fen (1/100 yuan), never negative. All money in the product is an integer of fen; names end in `Fen`. */
export const Fen = v.pipe(v.number(), v.safeInteger(), v.minValue(0))

/** Fen written as yuan with two decimals and thousands separators: 342500 → "3,425.00". */
export const yuan = (fen: number): string => {
  const whole = String(Math.trunc(Math.abs(fen) / 100)).replace(/\B(?=(\d{3})+$)/g, ',')
  return `${fen < 0 ? '-' : ''}${whole}.${String(Math.abs(fen) % 100).padStart(2, '0')}`
}
