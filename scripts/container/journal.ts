/** What a running mini-program did, kept in its browser page as `window.__container` for tests and for people. Times are `performance.now()`. */
export interface Journal {
  ready: boolean
  /** Whatever was thrown, rejected without a handler, or written by console.error. */
  errors: string[]
  warnings: string[]
  /** `bytes` of UTF-8 JSON; `first` for the first one of an instance of a page. */
  setData: { page: string; bytes: number; first: boolean; at: number }[]
  apis: { name: string; at: number }[]
  /** Properties of wx or my that were asked for and that the container does not have. */
  missing: string[]
  taps: { id: string; at: number }[]
  /** Native screens of the host, such as its cashier. */
  shown: { screen: string; at: number }[]
}

declare global {
  interface Window {
    __container: Journal
  }
}
