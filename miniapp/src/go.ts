import Taro from '@tarojs/taro'
import { words } from '@shebao/shared/words'
import { address, routes, type Route } from './routes'

type Query = Readonly<Record<string, string>>
const DEEPEST = 9 // hosts keep ten pages

/** Opens a page on top of this one. */
export const go = (route: Route, query?: Query): void => {
  const url = address(route, query)
  void (Taro.getCurrentPages().length >= DEEPEST ? Taro.redirectTo({ url }) : Taro.navigateTo({ url }))
}
/** Opens a page in the place of this one: "back" does not lead here again. */
export const replace = (route: Route, query?: Query): void => void Taro.redirectTo({ url: address(route, query) })
/** Opens a page alone: nothing lies under it, so "back" never pays twice. */
export const restart = (route: Route, query?: Query): void => void Taro.reLaunch({ url: address(route, query) })
/** Goes back to a page if it lies under this one, else opens it in the place of this one. */
export const backTo = (route: Route, query?: Query): void => {
  const pages = Taro.getCurrentPages()
  const under = pages.length - 1 - pages.map((page) => `/${(page.route ?? '').replace(/^\//, '').split('?')[0]}`).lastIndexOf(routes[route])
  if (under > 0 && under < pages.length) void Taro.navigateBack({ delta: under })
  else replace(route, query)
}
/** One page back, or home from the first. */
export const back = (): void => {
  if (Taro.getCurrentPages().length > 1) void Taro.navigateBack()
  else restart('home')
}
/** Dials the tax hotline; whoever thinks better of it stays here. */
export const callHotline = (): void => {
  Taro.makePhoneCall({ phoneNumber: words.hotline }).catch(() => undefined)
}
/** Copies and says so: the host's own light notice, for success alone. */
export const copy = (data: string): void => {
  Taro.setClipboardData({ data }).catch(() => undefined)
}
