import { useCallback, useEffect, useRef, useState } from 'react'

const SLOW_MS = 3000

/** What a page asks for: on its way (slow after three seconds, U38), here, or refused. */
export type Asked<T> = { state: 'loading'; slow: boolean } | { state: 'done'; value: T } | { state: 'failed'; error: unknown }

/** Asks when the page opens and again on `again`. The question may change between renderings; only `again` asks it anew. */
export const useAsked = <T>(ask: () => Promise<T>): Asked<T> & { again: () => void } => {
  const [{ turn, asked }, set] = useState<{ turn: number; asked: Asked<T> }>({ turn: 0, asked: { state: 'loading', slow: false } })
  const question = useRef(ask)
  useEffect(() => {
    question.current = ask
  })
  useEffect(() => {
    const answered = (answer: Asked<T>): void => set((now) => (now.turn === turn ? { turn, asked: answer } : now))
    const timer = setTimeout(
      () => set((now) => (now.turn === turn && now.asked.state === 'loading' ? { turn, asked: { state: 'loading', slow: true } } : now)),
      SLOW_MS,
    )
    question.current().then(
      (value) => answered({ state: 'done', value }),
      (error: unknown) => answered({ state: 'failed', error }),
    )
    return () => clearTimeout(timer)
  }, [turn])
  const again = useCallback(() => set((now) => ({ turn: now.turn + 1, asked: { state: 'loading', slow: false } })), [])
  return { ...asked, again }
}

/** Something that a tap sets off: once at a time, with its trouble. */
export const useAct = (): { busy: boolean; trouble: unknown; run: (act: () => Promise<unknown>) => void; clear: () => void } => {
  const [busy, setBusy] = useState(false)
  const [trouble, setTrouble] = useState<unknown>()
  const going = useRef(false)
  const here = useRef(true)
  useEffect(() => {
    here.current = true
    return () => {
      here.current = false
    }
  }, [])
  const run = useCallback((act: () => Promise<unknown>) => {
    if (going.current) return
    going.current = true
    setBusy(true)
    setTrouble(undefined)
    const end = (error?: unknown): void => {
      going.current = false
      if (!here.current) return
      setBusy(false)
      setTrouble(error)
    }
    act().then(
      () => end(),
      (error: unknown) => end(error),
    )
  }, [])
  const clear = useCallback(() => setTrouble(undefined), [])
  return { busy, trouble, run, clear }
}
