import type { HostFacts } from './types'

export const host: HostFacts = {
  code: 'alipay',
  name: '支付宝',
  certifies: ['id_card', 'hk_macau_permit', 'taiwan_permit', 'hk_macau_residence', 'taiwan_residence'],
  shares: ['foreign_passport', 'foreign_permanent_resident'],
}
