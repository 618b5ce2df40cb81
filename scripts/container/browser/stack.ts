import { pagesOf, type Bundle, type PageConfig } from '../bundle.ts'
import type { Framework, PageInstance, PageRoot } from './framework.ts'
import { HostError } from './host-error.ts'
import { journal, overTheBridge } from './journal.ts'
import { resolved, type Logic } from './logic.ts'
import type { Screen } from './screen.ts'

const MOST_PAGES = 10

interface OpenPage {
  path: string
  instance: PageInstance
  root: PageRoot
  frame: HTMLElement
  title: string
}
export type Move = 'navigateTo' | 'redirectTo' | 'reLaunch' | 'navigateBack' | 'switchTab'
export interface Target {
  url?: string
  delta?: number
}

const parsed = (query: string): Record<string, string> =>
  Object.fromEntries(
    query
      .split('&')
      .filter(Boolean)
      .map((pair) => {
        const cut = pair.indexOf('=')
        return cut < 0 ? [pair, ''] : [pair.slice(0, cut), pair.slice(cut + 1)]
      }),
  )

/** The pages that are open, the last one on top, with the lifecycle that a host gives them. */
export class Stack {
  private readonly open: OpenPage[] = []
  private readonly known: Set<string>

  constructor(
    private readonly bundle: Bundle,
    private readonly framework: Framework,
    private readonly logic: Logic,
    private readonly screen: Screen,
  ) {
    this.known = new Set(pagesOf(bundle.app))
  }

  get instances(): PageInstance[] {
    return this.open.map(({ instance }) => instance)
  }
  get top(): PageInstance | undefined {
    return this.open.at(-1)?.instance
  }

  /** Opens the first page of a launch. */
  launch(url: string): void {
    this.push(url)
  }

  move(kind: Move, { url = '', delta = 1 }: Target): void {
    if (kind === 'navigateBack') return this.back(delta)
    const to = this.absolute(kind, url)
    if (kind === 'navigateTo') {
      if (this.open.length >= MOST_PAGES) throw new HostError(`${kind}:fail webview count limit exceed`, 2)
      this.top?.onHide?.()
    } else if (kind === 'redirectTo') this.pop()
    else while (this.open.length > 0) this.pop()
    this.push(to)
  }

  /** Also the host's own arrow, and the back button of a phone. */
  back(delta = 1): void {
    const going = Math.min(Math.max(delta, 1), this.open.length - 1)
    if (going === 0) return
    for (let left = going; left > 0; left--) this.pop()
    this.show()
  }

  setTitle(title: string): void {
    const page = this.open.at(-1)
    if (page) page.title = title
    this.screen.title(title, this.open.length > 1)
  }

  private config(path: string): PageConfig {
    return { ...this.bundle.app.window, ...this.bundle.configs[path] }
  }

  private absolute(kind: Move, url: string): string {
    const [path = '', query] = url.split('?')
    const from = this.open.at(-1)?.path ?? ''
    const to = path.startsWith('/') ? path.slice(1) : resolved(from, path)
    if (!this.known.has(to)) throw new HostError(`${kind}:fail page "${to}" is not found`, 2)
    return query === undefined ? to : `${to}?${query}`
  }

  private push(url: string): void {
    const [path = '', query = ''] = url.split('?')
    this.logic.load(path)
    const root = this.framework.createRoot(path)
    const instance = root.get()
    const options = parsed(query)
    Object.assign(instance, { route: path, __route__: path, options, $page: { path } })
    this.watch(instance, path)
    const { frame, place } = this.screen.frame(path)
    const { navigationBarTitleText, defaultTitle } = this.config(path)
    this.open.push({ path, instance, root, frame, title: navigationBarTitleText ?? defaultTitle ?? '' })
    root.attach(frame, place)
    instance.onLoad?.(options)
    this.show()
    setTimeout(() => instance.onReady?.())
  }

  /** Data crosses a bridge in a host: as JSON, counted in bytes. */
  private watch(instance: PageInstance, page: string): void {
    const set = instance.setData
    let first = true
    instance.setData = (data, done) => {
      const { copy, bytes } = overTheBridge(data)
      journal.setData.push({ page, bytes, first, at: performance.now() })
      first = false
      set.call(instance, copy, done && (() => setTimeout(done)))
    }
  }

  private show(): void {
    const page = this.open.at(-1)
    if (!page) return
    for (const other of this.open) other.frame.hidden = other !== page
    this.screen.dress(page.path, this.config(page.path))
    this.screen.title(page.title, this.open.length > 1)
    page.instance.onShow?.()
  }

  private pop(): void {
    const page = this.open.pop()
    if (!page) return
    page.instance.onUnload?.()
    page.root.release()
    page.frame.remove()
  }
}
