import { useSyncExternalStore } from 'react'

/** A value that pages watch. */
export interface Store<T> {
  get: () => T
  set: (value: T) => void
  /** The value, and a new rendering when it changes. */
  use: () => T
}

export const createStore = <T>(initial: T): Store<T> => {
  let value = initial
  const watchers = new Set<() => void>()
  const get = (): T => value
  const watch = (watcher: () => void): (() => void) => {
    watchers.add(watcher)
    return () => void watchers.delete(watcher)
  }
  return {
    get,
    set: (next) => {
      if (next === value) return
      value = next
      for (const watcher of Array.from(watchers)) watcher()
    },
    use: () => useSyncExternalStore(watch, get, get),
  }
}
