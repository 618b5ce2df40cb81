import { randomUUID } from 'node:crypto'
import { alipayNotice } from './alipay-notice.ts'
import { notifyFault } from './fault.ts'
import type { Fault } from './fault.ts'
import { wechatPayNotice } from './wechatpay-notice.ts'
import type { Notification, World } from './world.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]

/** Waits after each failed attempt. @see https://pay.weixin.qq.com/doc/v3/merchant/4012075249 and https://opendocs.alipay.com/open/203/105286 */
const schedules = {
  wechat: [15 * second, 15 * second, 30 * second, 3 * minute, 10 * minute, 20 * minute, 30 * minute, 30 * minute, 30 * minute].concat([
    hour,
    3 * hour,
    3 * hour,
    3 * hour,
    6 * hour,
    6 * hour,
  ]),
  alipay: [4 * minute, 10 * minute, 10 * minute, hour, 2 * hour, 6 * hour, 15 * hour],
}

/** WeChat Pay waits five seconds; how long Alipay waits is not documented. */
const patience = 5 * second
const reorderedAtLatest = 10 * second

export type News = Pick<Notification, 'host' | 'event' | 'order' | 'url' | 'content' | 'signedWith'>

/** Carries notifications to the merchant until they are accepted or the documented schedule is over. */
export class Courier {
  readonly #world: World
  readonly #ended = new AbortController()
  /** Notifications that a `reordered` fault holds back until another one has left. */
  #held: (() => void)[] = []

  constructor(world: World) {
    this.#world = world
  }

  notify(news: News): void {
    const now = this.#world.clock.now()
    const id = news.host === 'wechat' ? randomUUID() : randomUUID().replaceAll('-', '')
    this.#schedule(
      this.#world.notifications.put(id, { ...news, id, createdAt: now, attempts: 0, sent: 0, answers: [], state: 'waiting', nextAt: now }),
    )
  }

  /** Takes up what was under way when the sandbox was stopped. */
  resume(): void {
    for (const notification of this.#world.notifications.all()) {
      if (notification.state === 'waiting') this.#schedule(notification)
    }
  }

  close(): void {
    this.#ended.abort()
  }

  #schedule({ id, nextAt }: Notification): void {
    this.#world.agenda.at(nextAt, () => this.#attempt(id))
  }

  #change(id: string, change: (notification: Notification) => Partial<Notification>): Notification | undefined {
    const current = this.#world.notifications.get(id)
    return current && this.#world.notifications.put(id, { ...current, ...change(current) })
  }

  async #attempt(id: string): Promise<void> {
    const notification = this.#world.notifications.get(id)
    if (notification?.state !== 'waiting') return
    const fault = notifyFault(this.#world, notification.host, notification.event)
    if (fault?.fault === 'none') {
      this.#change(id, () => ({ state: 'abandoned' }))
      return
    }
    if (fault?.fault === 'late') this.#world.agenda.at(this.#world.clock.now() + (fault.ms ?? 0), () => this.#deliver(id, undefined))
    else if (fault?.fault === 'reordered') this.#hold(id)
    else await this.#deliver(id, fault)
  }

  #hold(id: string): void {
    let gone = false
    const go = () => {
      if (gone) return
      gone = true
      this.#world.agenda.at(this.#world.clock.now() + 20, () => this.#deliver(id, undefined))
    }
    this.#held.push(go)
    this.#world.agenda.at(this.#world.clock.now() + reorderedAtLatest, go)
  }

  async #deliver(id: string, fault: Fault | undefined): Promise<void> {
    const copies = fault?.fault === 'duplicate' ? (fault.copies ?? 2) : 1
    const results: boolean[] = []
    if (fault?.concurrent) results.push(...(await Promise.all(Array.from({ length: copies }, () => this.#post(id, fault)))))
    else for (let copy = 0; copy < copies; copy++) results.push(await this.#post(id, fault))
    if (this.#ended.signal.aborted) return
    this.#change(id, ({ host, attempts }) => {
      if (results.includes(true)) return { attempts: attempts + 1, state: 'accepted' }
      const wait = schedules[host][attempts]
      if (wait === undefined) return { attempts: attempts + 1, state: 'abandoned' }
      return { attempts: attempts + 1, nextAt: this.#world.clock.after(wait) }
    })
    const after = this.#world.notifications.get(id)
    if (after?.state === 'waiting') this.#schedule(after)
    for (const go of this.#held.splice(0)) go()
  }

  async #post(id: string, fault: Fault | undefined): Promise<boolean> {
    if (this.#ended.signal.aborted) return false
    const notification = this.#change(id, ({ sent }) => ({ sent: sent + 1 }))
    if (!notification) return false
    const { host, url } = notification
    const compose = host === 'wechat' ? wechatPayNotice : alipayNotice
    const outcome = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      ...compose(this.#world, notification, fault?.fault),
      signal: AbortSignal.any([this.#ended.signal, AbortSignal.timeout(patience)]),
    }).then(
      async (response) => ({ status: response.status, text: await response.text() }),
      (error: Error) => ({ status: 0, text: error.message }),
    )
    if (this.#ended.signal.aborted) return false
    const answer = `${outcome.status || 'no answer:'} ${outcome.text.slice(0, 40)}`.trim()
    this.#change(id, ({ answers }) => ({ answers: [...answers, answer].slice(-20) }))
    // Alipay compares the seven characters; WeChat Pay looks at the status alone.
    if (host === 'alipay') return outcome.status === 200 && outcome.text === 'success'
    return outcome.status === 200 || outcome.status === 204
  }
}
