import type { OpenCashier, Told } from './types'

interface My {
  tradePay(options: { tradeNO: string; success: (answer: { resultCode?: string | number }) => void; fail: () => void }): void
}
declare const my: My

// 9000 paid, 8000 being processed, 6001 given up; everything else did not go through, as far as the host knows
const told: Record<string, Told> = { 9000: 'ok', 8000: 'ok', 6004: 'ok', 6001: 'cancel' }

export const openCashier: OpenCashier = (ticket) =>
  new Promise((resolve) => {
    if (ticket.provider !== 'alipay') return resolve('fail')
    my.tradePay({
      tradeNO: ticket.tradeNO,
      success: ({ resultCode }) => resolve(told[String(resultCode)] ?? 'fail'),
      fail: () => resolve('fail'),
    })
  })

/** See cashier.weapp.ts. */
export const returned = (): Told | undefined => undefined
