const form = /^(0|[1-9]\d{0,8})(?:\.(\d{1,2}))?$/

/** Fen in an amount that Alipay writes in yuan with up to two decimals, or undefined. No binary fraction is ever involved. */
export function fen(amount: unknown): number | undefined {
  if (typeof amount !== 'string' && typeof amount !== 'number') return undefined
  const match = form.exec(String(amount))
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined
}

/** `12.05` for 1205 fen. */
export const yuan = (amount: number) => `${Math.trunc(amount / 100)}.${String(amount % 100).padStart(2, '0')}`
