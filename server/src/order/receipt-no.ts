/** Number of the receipt of a paid order item: it needs no table, because the paid item is the receipt. */
export const receiptNo = (order: string, itemNo: number): string => `${BigInt(order).toString(36)}-${itemNo}`
/** Number of the receipt of a payment that another channel reported. */
export const externalReceiptNo = (external: string): string => `x-${BigInt(external).toString(36)}`

const fromBase36 = (text: string): string =>
  Array.from(text)
    .reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
    .toString()

/** What a receipt number names; undefined for a text that is none. */
export const receiptOf = (no: string): { order: string; itemNo: number } | { external: string } | undefined => {
  const [, external] = /^x-([0-9a-z]{1,13})$/.exec(no) ?? []
  if (external) return { external: fromBase36(external) }
  const [, order, itemNo] = /^([0-9a-z]{1,13})-(\d{1,2})$/.exec(no) ?? []
  return order && itemNo ? { order: fromBase36(order), itemNo: Number(itemNo) } : undefined
}
