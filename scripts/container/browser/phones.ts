import { labelOf, newUser, usersOf } from './user.ts'

/** The page with both phones: who holds each of them, and how large they have set the text. */
async function phones(): Promise<void> {
  for (const form of document.querySelectorAll<HTMLFormElement>('form[data-host]')) {
    const { host = '', path = '' } = form.dataset
    const frame = document.querySelector<HTMLIFrameElement>(`iframe[name="${path}"]`)!
    const user = form.querySelector<HTMLSelectElement>('[name="user"]')!
    const font = form.querySelector<HTMLSelectElement>('[name="font"]')!
    const users = await usersOf(host)
    if (users.length === 0) users.push({ host, id: await newUser(host) })
    user.replaceChildren(...users.map((one) => new Option(labelOf(one), one.id)), new Option('新用户', ''))
    const open = async () => {
      if (user.value === '') {
        const id = await newUser(host)
        user.append(new Option(labelOf({ host, id }), id, true, true))
      }
      frame.src = `/${path}?${new URLSearchParams({ user: user.value, font: font.value }).toString()}`
    }
    form.addEventListener('change', () => void open())
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      frame.contentWindow?.location.reload()
    })
    await open()
  }
}

await phones()
