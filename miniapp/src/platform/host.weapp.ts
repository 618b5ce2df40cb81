import type { HostFacts } from './types'

export const host: HostFacts = { code: 'wechat', name: '微信', certifies: ['id_card'], shares: [] }
