import type { ShowFace } from './types'

interface My {
  startAPVerify(options: { url: string; certifyId: string }, done: (answer: { resultStatus?: string }) => void): void
}
declare const my: My

export const showFace: ShowFace = (ticket) =>
  new Promise((resolve) => {
    if (ticket.host !== 'alipay') return resolve(false)
    my.startAPVerify({ url: ticket.url, certifyId: ticket.certifyId }, ({ resultStatus }) => resolve(resultStatus === '9000'))
  })

/** Whether a browser has come back from the check; here the promise has said it. */
export const returned = (): boolean => false
