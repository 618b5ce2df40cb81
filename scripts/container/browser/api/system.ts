import type { Platform } from '../../bundle.ts'
import { toast } from '../native.ts'
import { topPage } from '../screen.ts'
import type { Answer, Work } from './call.ts'
import { text } from '../text.ts'

/** What a host knows of the phone. `font` is the size that the person set in the host. */
export function systemInfo(platform: Platform, font: number): Answer {
  const { width, height } = document.getElementById('stage')!.getBoundingClientRect()
  return {
    model: 'container',
    brand: 'container',
    platform: platform === 'weapp' ? 'devtools' : 'Android',
    system: 'Android 14',
    version: platform === 'weapp' ? '8.0.50' : '10.6.0',
    SDKVersion: platform === 'weapp' ? '3.8.0' : '2.9.0',
    pixelRatio: devicePixelRatio,
    windowWidth: width,
    windowHeight: height,
    screenWidth: innerWidth,
    screenHeight: innerHeight,
    statusBarHeight: 0,
    titleBarHeight: innerHeight - height,
    language: platform === 'weapp' ? 'zh_CN' : 'zh-Hans',
    fontSizeSetting: font,
    fontSizeScaleFactor: font / 16,
    theme: 'light',
    ...(platform === 'alipay' && { app: 'alipay' }),
    safeArea: { top: 0, left: 0, right: width, bottom: height, width, height },
  }
}

const nothing: Work = () => undefined
/** Sounds, shakes and messages that a browser page has no place for. */
export const device: Record<string, Work> = {
  getNetworkType: () => ({ networkType: navigator.onLine ? 'wifi' : 'none', networkAvailable: navigator.onLine }),
  makePhoneCall: (options) => toast(`拨打 ${text(options['phoneNumber'] ?? options['number'])}`, 2000),
  vibrateShort: nothing,
  vibrateLong: nothing,
  requestSubscribeMessage: (options) => Object.fromEntries(((options['tmplIds'] ?? []) as string[]).map((id) => [id, 'accept'])),
  saveImageToPhotosAlbum: nothing,
  setKeepScreenOn: nothing,
  getSetting: () => ({ authSetting: {} }),
  openSetting: () => ({ authSetting: {} }),
  reportEvent: nothing,
  reportAnalytics: nothing,
}

/** The clipboard lives in the journal of the page: a browser would ask for leave first. */
export function clipboard(platform: Platform): Record<string, Work> {
  let kept = ''
  const set: Work = (options) => {
    kept = text(options['data'] ?? options['text'])
    if (platform === 'weapp') toast('内容已复制', 1500)
  }
  return platform === 'weapp'
    ? { setClipboardData: set, getClipboardData: () => ({ data: kept }) }
    : { setClipboard: set, getClipboard: () => ({ text: kept }) }
}

interface Query {
  in: () => Query
  select: (selector: string) => Chosen
  selectAll: (selector: string) => Chosen
  selectViewport: () => Chosen
  exec: (done?: (results: unknown[]) => void) => void
}
interface Chosen extends Query {
  boundingClientRect: (done?: (result: unknown) => void) => Query
  scrollOffset: (done?: (result: unknown) => void) => Query
  fields: (fields: unknown, done?: (result: unknown) => void) => Query
}

/** wx.createSelectorQuery: measures elements of the page on top. */
export function selectorQuery(): Query {
  const asked: (() => unknown)[] = []
  const rect = (element: Element | null | undefined) => {
    if (!element) return null
    const { left, top, right, bottom, width, height } = element.getBoundingClientRect()
    const { top: above } = topPage()!.getBoundingClientRect()
    return { id: element.id, dataset: {}, left, top: top - above, right, bottom: bottom - above, width, height }
  }
  const chosen = (find: () => unknown): Chosen => {
    const add = (read: () => unknown, done?: (result: unknown) => void): Query => {
      asked.push(() => {
        const result = read()
        done?.(result)
        return result
      })
      return query
    }
    return {
      ...query,
      boundingClientRect: (done) => add(find, done),
      scrollOffset: (done) => add(() => ({ scrollLeft: 0, scrollTop: topPage()?.scrollTop ?? 0 }), done),
      fields: (_, done) => add(find, done),
    }
  }
  const query: Query = {
    in: () => query,
    select: (selector) => chosen(() => rect(topPage()?.querySelector(selector))),
    selectAll: (selector) => chosen(() => [...(topPage()?.querySelectorAll(selector) ?? [])].map(rect)),
    selectViewport: () => chosen(() => rect(topPage())),
    exec: (done) => void setTimeout(() => done?.(asked.map((read) => read()))),
  }
  return query
}
