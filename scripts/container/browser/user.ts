import { ask } from './native.ts'

export interface WalletUser {
  host: string
  id: string
  name?: string
  documentNumber?: string
}

export const usersOf = async (host: string): Promise<WalletUser[]> => {
  const answer = await fetch('/sandbox/users')
  const { users } = (await answer.json()) as { users: WalletUser[] }
  return users.filter((user) => user.host === host)
}
export const newUser = async (host: string): Promise<string> => {
  const answer = await fetch('/sandbox/users', { method: 'POST', body: JSON.stringify({ host }) })
  return ((await answer.json()) as { id: string }).id
}
export const labelOf = ({ id, name, documentNumber }: WalletUser): string =>
  name ? `${name} ${documentNumber?.slice(-4) ?? ''}` : `${id.slice(0, 10)}…`

/** Whose phone this is. The choice goes into the address, so that a reload is the same phone. */
export async function chooseUser(host: string): Promise<string> {
  const users = await usersOf(host)
  const chosen = await ask({
    screen: 'user',
    title: host === 'wechat' ? '谁的微信？' : '谁的支付宝？',
    choices: [...users.map((user) => ({ value: user.id, label: labelOf(user) })), { value: '', label: '新用户' }],
  })
  const id = chosen || (await newUser(host))
  const address = new URL(location.href)
  address.searchParams.set('user', id)
  history.replaceState(null, '', address)
  return id
}
