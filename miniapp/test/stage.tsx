import { jest } from '@jest/globals'
import { act, fireEvent, render } from '@testing-library/react'
import Taro from '@tarojs/taro'
import { speak } from '@shebao/shared/texts'
import type { Refusal } from '@shebao/shared/refusal'
import { agree } from '../src/consent'
import { amend, begin, choose, found, fresh, journey } from '../src/journey'
import { logIn } from '../src/session'
import { lookupAt, me } from './facts'
import { router } from './taro'

// pages of the mini-program with a server that answers as it is told

type Request = jest.Mock<(options: { url: string; data?: unknown }) => Promise<object>>
export const { request } = Taro as unknown as { request: Request }
const answers: [path: RegExp, statusCode: number, data: unknown][] = []
const wait = () => new Promise((resolve) => setTimeout(resolve, 20))

/** The next answer of an address. */
export const answer = (path: RegExp, data: unknown, statusCode = 200) => void answers.push([path, statusCode, data])
/** The next answer is a refusal. */
export const no = (path: RegExp, refusal: Refusal) => answer(path, speak(refusal), 422)
/** The pages that were opened, in order. */
export const opened = (how: 'navigateTo' | 'redirectTo' | 'reLaunch') =>
  (Taro[how] as unknown as jest.Mock<(to: { url: string }) => void>).mock.calls.map(([{ url }]) => url)
export const textOf = (id: string): string => document.getElementById(id)?.textContent ?? ''
export const tap = (id: string, times = 1) =>
  act(async () => {
    const element = document.getElementById(id)
    if (!element) throw new Error(`nothing is called ${id}`)
    for (let n = 0; n < times; n++) fireEvent.click(element)
    await wait()
  })
export const show = async (page: React.ReactElement) => {
  render(page)
  await act(wait)
}
/** Logs in through the host as somebody who is real-named. */
export const logInAs = async (documentType?: 'id_card' | 'foreign_passport') => {
  window.history.replaceState({}, '', '/?code=abc')
  answer(/sessions/, { token: 'secret', ...me(documentType) })
  await logIn()
}
/** Somebody who agreed and logged in, with nothing begun. Nobody answers what was not foreseen. */
export const openPhone = async () => {
  answers.length = 0
  jest.clearAllMocks()
  request.mockImplementation(({ url }) => {
    const at = answers.findIndex(([path]) => path.test(url))
    const [next] = at < 0 ? [] : answers.splice(at, 1)
    return next ? Promise.resolve({ statusCode: next[1], data: next[2] }) : Promise.reject(new Error('request:fail'))
  })
  agree()
  await logInAs()
  router.params = {}
  journey.take(() => fresh)
}
/** Months 1–5 of flexible pension at 60 %, ready to be checked. */
export const prepared = (asOf?: string, paid?: string[]) => {
  journey.take(() => found(begin(fresh, { entry: 'self' }), lookupAt(asOf, paid)))
  journey.take(choose, { kind: 'regular', enrolment: '7', year: 2022 })
  journey.take(amend, { tier: 'p60', months: { from: '2022-01', to: '2022-05' } })
}
