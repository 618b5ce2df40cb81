import type { ShowFace } from './types'

interface Wx {
  requestFacialVerify(options: { verifyId: string; success: () => void; fail: () => void }): void
}
declare const wx: Wx

export const showFace: ShowFace = (ticket) =>
  new Promise((resolve) => {
    if (ticket.host !== 'wechat') return resolve(false)
    wx.requestFacialVerify({ verifyId: ticket.verifyId, success: () => resolve(true), fail: () => resolve(false) })
  })

/** Whether a browser has come back from the check; here the promise has said it. */
export const returned = (): boolean => false
