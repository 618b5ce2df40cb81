import Taro from '@tarojs/taro'
import type { OpenCashier, Told } from './types'

export const openCashier: OpenCashier = async (ticket) => {
  if (ticket.provider !== 'wechat') return 'fail'
  const { timeStamp, nonceStr, package: prepay, signType, paySign } = ticket
  try {
    await Taro.requestPayment({ timeStamp, nonceStr, package: prepay, signType, paySign })
    return 'ok'
  } catch (error) {
    return /cancel/.test((error as { errMsg?: string }).errMsg ?? '') ? 'cancel' : 'fail'
  }
}

/** What a browser brings back from the cashier; here the promise has said it. */
export const returned = (): Told | undefined => undefined
