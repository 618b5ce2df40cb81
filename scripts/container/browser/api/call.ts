import type { Platform } from '../../bundle.ts'
import { HostError } from '../host-error.ts'
import { text } from '../text.ts'

/** The one argument of most functions of a host. */
export interface Options extends Record<string, unknown> {
  success?: (result: unknown) => void
  fail?: (result: unknown) => void
  complete?: (result: unknown) => void
}
export type Answer = Record<string, unknown>
export type Work = (options: Options) => Answer | void | Promise<Answer | void>

const failure = (platform: Platform, name: string, error: unknown): Answer => {
  const { message, code, more } =
    error instanceof HostError ? error : { message: error instanceof Error ? error.message : String(error), code: -1, more: {} }
  if (platform === 'alipay') return { error: code, errorMessage: message, ...more }
  return { errMsg: message.startsWith(`${name}:`) ? message : `${name}:fail ${message}`, errno: code, ...more }
}

/** A function that tells its end by callbacks, or by a promise where none is given. */
export const asynchronous =
  (platform: Platform, name: string, work: Work) =>
  (options: Options = {}): Promise<Answer> | undefined => {
    const { success, fail, complete } = options
    const worked = Promise.resolve()
      .then(() => work(options))
      .then(
        (answer) => ({ ok: true, result: platform === 'weapp' ? { errMsg: `${name}:ok`, ...answer } : { ...answer } }) as const,
        (error: unknown) => ({ ok: false, result: failure(platform, name, error) }) as const,
      )
    if (!success && !fail && !complete)
      return worked.then(({ ok, result }) => {
        if (ok) return result
        throw Object.assign(new Error(text((result as Answer)['errMsg'] ?? (result as Answer)['errorMessage'])), result)
      })
    // a callback that throws is the mini-program's error, not the host's: it must surface as uncaught
    void worked.then(({ ok, result }) =>
      setTimeout(() => {
        ;(ok ? success : fail)?.(result)
        complete?.(result)
      }),
    )
    return undefined
  }
