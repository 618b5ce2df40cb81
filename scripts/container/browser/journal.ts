import type { Journal } from '../journal.ts'

export const journal: Journal = { ready: false, errors: [], warnings: [], setData: [], apis: [], missing: [], taps: [], shown: [] }

const said = (value: unknown): string => {
  if (value instanceof Error) return value.stack ?? value.message
  return typeof value === 'string' ? value : JSON.stringify(value)
}

/** Begins to write down what goes wrong and what is tapped. */
export function keepJournal(): void {
  window.__container = journal
  addEventListener('error', ({ error, message }) => journal.errors.push(said((error as unknown) ?? message)))
  addEventListener('unhandledrejection', ({ reason }) => journal.errors.push(`unhandled: ${said(reason)}`))
  const print = console.error
  console.error = (...values: unknown[]) => {
    journal.errors.push(values.map(said).join(' '))
    print(...values)
  }
  // Taro numbers every element with an id that begins with _; those given by the pages are meant
  const tapped = ({ target }: Event) => {
    const id = target instanceof Element ? target.closest('[id]:not([id^="_"])')?.id : undefined
    journal.taps.push({ id: id ?? '', at: performance.now() })
  }
  // touchend where there is touch, click elsewhere: both at the moment when the host would tell of a tap
  addEventListener('ontouchstart' in window ? 'touchend' : 'mouseup', tapped, { capture: true })
}

const encoder = new TextEncoder()
/** What goes over the bridge between logic and view: JSON. A value that has no JSON fails here as it fails in a host. */
export function overTheBridge<Data>(data: Data): { copy: Data; bytes: number } {
  const text = JSON.stringify(data)
  return { copy: JSON.parse(text) as Data, bytes: encoder.encode(text).length }
}
