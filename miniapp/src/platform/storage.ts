import Taro from '@tarojs/taro'

/** Storage on the phone, the same in every host. What cannot be read or written is as if it were not there. */
export const storage = {
  get<T>(key: string): T | undefined {
    try {
      return (Taro.getStorageSync<T | '' | null>(key) || undefined) as T | undefined
    } catch {
      return undefined
    }
  },
  set(key: string, value: unknown): void {
    try {
      Taro.setStorageSync(key, value)
    } catch {
      // full or forbidden: the page goes on with what it has in memory
    }
  },
  remove(key: string): void {
    try {
      Taro.removeStorageSync(key)
    } catch {
      // as above
    }
  },
}
