import type { Phone } from './phone.ts'

const MOST_FIRST_BYTES = 16 * 1024
const MOST_TO_CASHIER_MS = 5000

export interface Measured {
  errors: string[]
  /** The largest first setData of each page. */
  first: Record<string, number>
  /** From the tap that pays to the cashier, in ms, of each payment: 300 are wanted on a machine that does nothing else. */
  toCashier: number[]
}

/** What the container wrote down on the way, as far as it is judged. */
export async function measured(phone: Phone): Promise<Measured> {
  const journal = await phone.journal()
  const first: Record<string, number> = {}
  for (const { page, bytes, first: isFirst } of journal?.setData ?? []) if (isFirst) first[page] = Math.max(first[page] ?? 0, bytes)
  const toCashier = (journal?.shown ?? [])
    .filter(({ screen }) => screen === 'cashier')
    .flatMap(({ at }) => {
      const tap = journal?.taps.findLast((one) => one.at < at)
      return tap ? [Math.round(at - tap.at)] : []
    })
  return { errors: await phone.errors(), first, toCashier }
}

/** What was too much or took too long. */
export const excess = ({ first, toCashier }: Measured): string[] => [
  ...Object.entries(first).flatMap(([page, bytes]) => (bytes > MOST_FIRST_BYTES ? [`${page} begins with ${bytes} bytes`] : [])),
  ...toCashier.flatMap((ms) => (ms > MOST_TO_CASHIER_MS ? [`the cashier came after ${ms} ms`] : [])),
]

/** What was measured, in a line for each target. */
export function summary(seen: readonly { target: string; measured: Measured }[]): string {
  const lines = [...new Set(seen.map(({ target }) => target))].flatMap((target) => {
    const all = seen.filter((one) => one.target === target).map((one) => one.measured)
    const [page, bytes] = all.flatMap(({ first }) => Object.entries(first)).toSorted(([, a], [, b]) => b - a)[0] ?? []
    if (page === undefined) return []
    const times = all.flatMap(({ toCashier }) => toCashier)
    const cashier = times.length > 0 ? `, cashier ${times.join(', ')} ms after the tap` : ''
    return `${target}: largest first setData ${((bytes ?? 0) / 1024).toFixed(1)} KB (${page})${cashier}\n`
  })
  return lines.join('')
}
