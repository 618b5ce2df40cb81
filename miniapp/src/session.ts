import { api, type Body, type Reply } from '@shebao/shared/api'
import type { RegisteredIdentity } from '@shebao/shared/identity'
import { access, call } from './call'
import { host } from './platform/host'
import { hostCode } from './platform/login'
import { storage } from './platform/storage'
import { createStore } from './store'

export type Me = Reply<typeof api.me>

/** Who is logged in on this phone. `identity` is what they typed themselves to be real-named: it is reused, never typed twice (U43). */
export interface Session {
  token: string
  me: Me
  identity?: RegisteredIdentity
}

const KEY = 'session'
const PENDING = 'real-name'
const kept = storage.get<Session>(KEY)
const store = createStore<Session | undefined>(kept)
access.token = kept?.token

export const session = { get: store.get, use: store.use }
const keep = (value: Session | undefined): void => {
  access.token = value?.token
  if (value) storage.set(KEY, value)
  else storage.remove(KEY)
  store.set(value)
}

/** The business time of the last answer: every page says as of which day it judges. */
export const asOf = createStore<string | undefined>(kept?.me.asOf)

/** Logs in through the host, silently where the host allows that. */
export const logIn = async (): Promise<Me> => {
  const { token, ...me } = await call(api.logIn, { body: { host: host.code, code: await hostCode() } })
  const before = store.get()
  const same = before?.me.account === me.account
  keep({ token, me, ...(same && before.identity && { identity: before.identity }) })
  asOf.set(me.asOf)
  return me
}
/** Forgets who is logged in, here and on the server. */
export const logOut = (): void => {
  void call(api.logOut, {}).catch(() => undefined)
  storage.remove(PENDING)
  keep(undefined)
}
const learn = (me: Me, identity?: RegisteredIdentity): void => {
  const now = store.get()
  if (now) keep({ token: now.token, me, ...(identity && { identity }) })
  asOf.set(me.asOf)
}

interface Pending {
  check: string
  identity: RegisteredIdentity
}

/** Begins a real-name check. Answers the ticket of the host's face check, or undefined when it has passed already. */
export const beginRealName = async (body: Body<typeof api.beginRealName>) => {
  const { check, state, ticket, me } = await call(api.beginRealName, { body })
  const identity =
    body.method === 'host_shared' ? undefined : { documentType: body.documentType, documentNumber: body.documentNumber, name: body.name }
  if (state === 'passed') learn(me, identity)
  else if (identity) storage.set(PENDING, { check, identity } satisfies Pending)
  return ticket ?? undefined
}
/** Asks whether the check that was begun last has passed; refuses when it has not. */
export const confirmRealName = async (): Promise<void> => {
  const pending = storage.get<Pending>(PENDING)
  if (!pending) return
  storage.remove(PENDING)
  learn(await call(api.confirmRealName, { params: { id: pending.check } }), pending.identity)
}

// a session that ended is begun again where the host can do that without asking; a browser cannot
if (process.env.TARO_ENV !== 'h5')
  access.renew = () =>
    logIn().then(
      (me) => me.realName !== null,
      () => false,
    )
