import type { Bundle } from '../bundle.ts'

/** What a browser has and the logic layer of a mini-program has not. Intl and BigInt are missing on a part of the phones. */
const hidden = `
  window self top parent frames globalThis global process Buffer document location history navigator localStorage
  sessionStorage indexedDB caches fetch XMLHttpRequest WebSocket EventSource Worker alert HTMLElement Node Element Event
  CustomEvent EventTarget MutationObserver IntersectionObserver ResizeObserver requestAnimationFrame cancelAnimationFrame
  requestIdleCallback queueMicrotask MessageChannel postMessage URL URLSearchParams Blob File FormData Headers Request
  Response AbortController TextEncoder TextDecoder atob btoa crypto performance structuredClone Intl Image getComputedStyle
  customElements screen`
  .trim()
  .split(/\s+/)
type Values = Record<string, unknown>
type Module = { exports: Values }

/** CommonJS for the files of a bundle, each run with only the names that a host gives it. */
export class Logic {
  private readonly cache = new Map<string, Module>()
  /** The file that the host asked for: what it registers belongs to it, also where its code lies in a shared chunk. */
  private asked = ''

  constructor(
    private readonly bundle: Bundle,
    private readonly given: Values,
  ) {}

  get current(): string {
    return this.asked
  }

  load(file: string): Values {
    const outer = this.asked
    this.asked = file
    try {
      return this.require(file)
    } finally {
      this.asked = outer
    }
  }

  private require(file: string): Values {
    const done = this.cache.get(file)
    if (done) return done.exports
    const source = this.bundle.scripts[file]
    if (source === undefined) throw new Error(`module '${file}.js' is not defined`)
    const module: Module = { exports: {} }
    this.cache.set(file, module)
    const values: Values = {
      ...this.given,
      require: (from: string) => this.load(resolved(file, from)),
      module,
      exports: module.exports,
    }
    const names = Object.keys(values)
    const absent = hidden.filter((name) => !(name in values))
    // the bundle comes as text, as in a host
    // oxlint-disable-next-line typescript/no-implied-eval
    const run = new Function(...names, ...absent, `${source}\n//# sourceURL=${this.bundle.platform}:///${file}.js`) as (
      ...values: unknown[]
    ) => void
    run.apply(undefined, Object.values(values))
    return module.exports
  }
}

/** A path as seen from a file, without ending. */
export function resolved(from: string, to: string): string {
  const parts = to.startsWith('/') ? [] : from.split('/').slice(0, -1)
  for (const step of to.split('/')) {
    if (step === '..') parts.pop()
    else if (step !== '.' && step !== '') parts.push(step)
  }
  return parts.join('/').replace(/\.js$/, '')
}
