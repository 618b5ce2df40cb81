import { bucketOf } from '../db/id.ts'

/** Our number at the provider: the attempt's id in base 36, so that a notification finds its shard without a directory. */
export const outTradeNo = (attempt: string): string => BigInt(attempt).toString(36).padStart(13, '0')

/** The shard that a number names; numbers that we did not make land somewhere, where nothing is found. */
export const bucketOfTradeNo = (no: string): number => {
  if (!/^[0-9a-z]{1,13}$/.test(no)) return 0
  return bucketOf(
    Array.from(no)
      .reduce((sum, digit) => sum * 36n + BigInt(Number.parseInt(digit, 36)), 0n)
      .toString(),
  )
}
