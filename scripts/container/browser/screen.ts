import type { Bundle, PageConfig } from '../bundle.ts'

const found = (id: string): HTMLElement => {
  const element = document.getElementById(id)
  if (!element) throw new Error(`the page has no #${id}`)
  return element
}

/** The glass of the phone: the host's bar on top, below it the page with its style sheets. */
export class Screen {
  private readonly sheets = new Map<string, HTMLStyleElement>()

  constructor(bundle: Bundle, back: () => void) {
    found('back').addEventListener('click', back)
    for (const [path, text] of Object.entries(bundle.styles)) {
      const sheet = document.createElement('style')
      sheet.textContent = text
      document.head.append(sheet)
      this.sheets.set(path, sheet)
    }
  }

  /** A page's box, and the place in it that the page takes. */
  frame(path: string): { frame: HTMLElement; place: HTMLElement } {
    const frame = document.createElement('main')
    frame.className = 'wx-page'
    frame.dataset['route'] = path
    frame.tabIndex = 0 // it scrolls: also by the keyboard of the person at the desk
    const place = document.createElement('div')
    frame.append(place)
    found('stage').append(frame)
    return { frame, place }
  }

  /** A page sees the sheet of the app and its own, no other page's. */
  dress(path: string, config: PageConfig): void {
    for (const [owner, sheet] of this.sheets) sheet.disabled = owner !== 'app' && owner !== path
    const colour = config.navigationBarBackgroundColor ?? config.titleBarColor
    this.bar(colour, config.navigationBarTextStyle === 'white' ? '#ffffff' : '#000000')
    document.documentElement.toggleAttribute('data-bare', config.navigationStyle === 'custom')
  }

  bar(background: string | undefined, front: string | undefined): void {
    const bar = found('bar')
    if (background) bar.style.background = background
    if (front) bar.style.color = front
  }

  title(title: string, canGoBack: boolean): void {
    found('title').textContent = title
    found('back').hidden = !canGoBack
    document.title = title
  }
}

/** The page on top. */
export const topPage = (): HTMLElement | null => document.querySelector<HTMLElement>('.wx-page:not([hidden])')
