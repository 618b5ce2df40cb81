import { journal } from './journal.ts'

export interface Choice {
  value: string
  label: string
}
interface Native {
  /** Which screen of the host this stands for: cashier, face, confirm, … */
  screen: string
  title: string
  lines?: string[]
  choices: Choice[]
  /** Also closed by a tap beside it, answering this. */
  beside?: string
}

const make = <Tag extends keyof HTMLElementTagNameMap>(tag: Tag, text = ''): HTMLElementTagNameMap[Tag] => {
  const element = document.createElement(tag)
  element.textContent = text
  return element
}

/** A screen that the host draws over the mini-program; answers what was chosen. */
export function ask({ screen, title, lines = [], choices, beside }: Native): Promise<string> {
  return new Promise((resolve) => {
    const cover = make('div')
    cover.className = 'native-cover'
    const sheet = make('section')
    sheet.className = 'native'
    sheet.dataset['screen'] = screen
    sheet.setAttribute('role', 'dialog')
    sheet.setAttribute('aria-modal', 'true')
    sheet.setAttribute('aria-label', title || screen)
    const end = (value: string) => {
      cover.remove()
      resolve(value)
    }
    if (title) sheet.append(make('h2', title))
    for (const line of lines) sheet.append(make('p', line))
    for (const { value, label } of choices) {
      const button = make('button', label)
      button.dataset['choice'] = value
      button.addEventListener('click', () => end(value))
      sheet.append(button)
    }
    if (beside !== undefined) cover.addEventListener('click', ({ target }) => target === cover && end(beside))
    cover.append(sheet)
    document.body.append(cover)
    journal.shown.push({ screen, at: performance.now() })
  })
}

/** A word that goes by itself. */
export function toast(text: string, ms: number): void {
  document.querySelector('.native-toast')?.remove()
  const box = make('div', text)
  box.className = 'native-toast'
  box.setAttribute('role', 'status')
  document.body.append(box)
  journal.shown.push({ screen: 'toast', at: performance.now() })
  setTimeout(() => box.remove(), ms)
}

/** Turns while the mini-program says so. */
export function loading(text: string | undefined): void {
  document.querySelector('.native-loading')?.remove()
  if (text === undefined) return
  const box = make('div', text || '加载中')
  box.className = 'native-toast native-loading'
  box.setAttribute('role', 'status')
  document.body.append(box)
}
