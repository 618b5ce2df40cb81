import type { Platform } from '../../bundle.ts'
import { HostError } from '../host-error.ts'
import type { Answer, Options, Work } from './call.ts'
import { text } from '../text.ts'

/** What a host keeps for one user of one mini-program: here until the browser's tab is closed, so a reload goes on where it was. */
class Store {
  constructor(private readonly prefix: string) {}

  get(key: string): unknown {
    const kept = sessionStorage.getItem(this.prefix + key)
    return kept === null ? undefined : (JSON.parse(kept) as unknown)
  }
  set(key: string, value: unknown): void {
    sessionStorage.setItem(this.prefix + key, JSON.stringify(value ?? ''))
  }
  remove(key: string): void {
    sessionStorage.removeItem(this.prefix + key)
  }
  keys(): string[] {
    return Object.keys(sessionStorage)
      .filter((key) => key.startsWith(this.prefix))
      .map((key) => key.slice(this.prefix.length))
  }
  clear(): void {
    for (const key of this.keys()) this.remove(key)
  }
}

interface Storage {
  sync: Record<string, (...all: never[]) => unknown>
  async: Record<string, Work>
}
type KeyOrOptions = string | Options

export function storage(platform: Platform, user: string): Storage {
  const store = new Store(`${platform}:${user}:`)
  const keyOf = (given: KeyOrOptions) => (typeof given === 'string' ? given : text(given['key']))
  const info = (): Answer => ({ keys: store.keys(), currentSize: 1, limitSize: 10_240 })
  return {
    sync: {
      // Alipay takes one object and answers one; WeChat takes the key and answers the value, '' where there is none
      getStorageSync: (given: KeyOrOptions) => {
        const value = store.get(keyOf(given))
        return platform === 'alipay' ? { data: value ?? null } : (value ?? '')
      },
      setStorageSync: (given: KeyOrOptions, value?: unknown) => store.set(keyOf(given), typeof given === 'string' ? value : given['data']),
      removeStorageSync: (given: KeyOrOptions) => store.remove(keyOf(given)),
      clearStorageSync: () => store.clear(),
      getStorageInfoSync: info,
    },
    async: {
      getStorage: (options) => {
        const data = store.get(keyOf(options))
        if (data === undefined && platform === 'weapp') throw new HostError('getStorage:fail data not found', -1)
        return { data: data ?? null }
      },
      setStorage: (options) => store.set(keyOf(options), options['data']),
      removeStorage: (options) => store.remove(keyOf(options)),
      clearStorage: () => store.clear(),
      getStorageInfo: info,
    },
  }
}
