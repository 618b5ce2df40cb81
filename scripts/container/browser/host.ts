import type { Platform } from '../bundle.ts'
import { asynchronous, type Work } from './api/call.ts'
import { request } from './api/request.ts'
import { storage } from './api/storage.ts'
import { clipboard, device, selectorQuery, systemInfo } from './api/system.ts'
import { ui } from './api/ui.ts'
import { startBizService, wallet } from './api/wallet.ts'
import { journal } from './journal.ts'
import type { Screen } from './screen.ts'
import type { Stack } from './stack.ts'

export interface Phone {
  platform: Platform
  user: string
  appId: string
  /** The size of text that the person set in the host, in px. */
  font: number
  stack: Stack
  screen: Screen
}
type Functions = Record<string, (...all: never[]) => unknown>

const listeners = [
  'AppShow',
  'AppHide',
  'Error',
  'UnhandledRejection',
  'PageNotFound',
  'NetworkStatusChange',
  'ThemeChange',
  'WindowResize',
]
  .concat(['KeyboardHeightChange', 'MemoryWarning', 'AudioInterruptionBegin', 'AudioInterruptionEnd', 'LazyLoadError'])
  .flatMap((name) => [`on${name}`, `off${name}`])

function synchronous({ platform, appId, font }: Phone, kept: Functions): Functions {
  const info = () => systemInfo(platform, font)
  const launch = () => ({ path: '', query: {}, scene: platform === 'weapp' ? 1001 : '1000', referrerInfo: {} })
  const updates = { onCheckForUpdate: () => undefined, onUpdateReady: () => undefined, onUpdateFailed: () => undefined }
  const seen = { relativeTo: () => seen, relativeToViewport: () => seen, observe: () => undefined, disconnect: () => undefined }
  const common: Functions = {
    ...kept,
    ...Object.fromEntries(listeners.map((name) => [name, () => undefined])),
    request: request(platform),
    nextTick: (run: () => void) => void setTimeout(run),
    getSystemInfoSync: info,
    getWindowInfo: info,
    getAppBaseInfo: info,
    getDeviceInfo: info,
    getSystemSetting: info,
    getLaunchOptionsSync: launch,
    getEnterOptionsSync: launch,
    getAccountInfoSync: () => ({ miniProgram: { appId, envVersion: 'develop', version: '' } }),
    getUpdateManager: () => updates,
    createSelectorQuery: selectorQuery,
    createIntersectionObserver: () => seen,
  }
  if (platform === 'weapp')
    return {
      ...common,
      getMenuButtonBoundingClientRect: () => ({ top: 6, right: innerWidth - 8, width: 87, height: 32, bottom: 38, left: innerWidth - 95 }),
    }
  return common
}

/** `wx` or `my`: what the documentation of the host promises, as far as a payment needs it. Every call is written down. */
export function host(phone: Phone): Record<string, unknown> {
  const { platform, user, font, stack, screen } = phone
  const { sync, async: kept } = storage(platform, user)
  const works: Record<string, Work> = {
    ...kept,
    ...ui(platform, stack, screen),
    ...wallet(phone),
    ...clipboard(platform),
    ...device,
    getSystemInfo: () => systemInfo(platform, font),
  }
  const functions: Functions = {
    ...synchronous(phone, sync),
    ...Object.fromEntries(Object.entries(works).map(([name, work]) => [name, asynchronous(platform, name, work) as Functions[string]])),
  }
  if (platform === 'alipay') {
    const certify = startBizService(works['startAPVerify']!)
    functions['call'] = (service: string, options: never, done: never) => {
      if (service !== 'startBizService') throw new Error(`my.call of ${service} is not there`)
      certify(options, done)
    }
  }
  functions['canIUse'] = (schema: string) => (schema.split('.')[0] ?? '') in functions
  const logged = Object.fromEntries(
    Object.entries(functions).map(([name, run]) => [
      name,
      (...all: never[]) => {
        journal.apis.push({ name, at: performance.now() })
        return run(...all)
      },
    ]),
  )
  const constants =
    platform === 'weapp'
      ? { env: { USER_DATA_PATH: 'wxfile://usr' } }
      : { SDKVersion: '2.9.0', isIDE: false, env: { USER_DATA_PATH: 'my://usr' } }
  return new Proxy<Record<string, unknown>>(
    { ...logged, ...constants },
    {
      get: (target, name) => {
        if (typeof name === 'string' && !(name in target) && !journal.missing.includes(name)) journal.missing.push(name)
        return Reflect.get(target, name) as unknown
      },
    },
  )
}
