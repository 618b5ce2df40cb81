import type { ShowFace } from './types'
import { brought, visit } from './visit.h5'

export const showFace: ShowFace = (ticket, back) =>
  visit('/face', { host: ticket.host, id: ticket.host === 'wechat' ? ticket.verifyId : ticket.certifyId }, back)

/** Whether the browser has just come back from the check. */
export const returned = (): boolean => brought('result') !== undefined
