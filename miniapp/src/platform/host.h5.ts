import type { HostFacts } from './types'

// a browser has no wallet: it borrows the stand-in of WeChat
export const host: HostFacts = { code: 'wechat', name: '微信', certifies: ['id_card'], shares: [] }
