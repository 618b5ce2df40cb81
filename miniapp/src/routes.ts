/** Every page and where it is. */
export const routes = {
  home: '/pages/home/index',
  consent: '/pages/consent/index',
  login: '/pages/login/index',
  realName: '/pages/realname/index',
  agent: '/pages/agent/index',
  dues: '/pages/dues/index',
  tier: '/pages/tier/index',
  months: '/pages/months/index',
  special: '/pages/special/index',
  late: '/pages/late/index',
  check: '/pages/check/index',
  confirming: '/pages/confirming/index',
  order: '/pages/order/index',
  result: '/pages/result/index',
  receipt: '/pages/receipt/index',
  records: '/pages/records/index',
  notFound: '/pages/notfound/index',
  help: '/pages/help/index',
} as const
export type Route = keyof typeof routes

/** A page with its query. */
export const address = (route: Route, query: Readonly<Record<string, string>> = {}): string => {
  const pairs = Object.entries(query).map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
  return routes[route] + (pairs.length > 0 ? `?${pairs.join('&')}` : '')
}
