import { access } from '../ui/access'

const TRIES = 10

/** What a field tells assistive technology: in a browser Taro draws the real input later, within its element. */
export const describeInput = (id: string, label: string, describedBy: string | undefined, tries = TRIES): void => {
  const input = document.querySelector(`#${id} input`)
  if (!input) {
    if (tries > 0) setTimeout(() => describeInput(id, label, describedBy, tries - 1), 50)
    return
  }
  input.removeAttribute('aria-describedby')
  for (const [name, value] of Object.entries(access({ label, describedBy }))) input.setAttribute(name, value)
}
/** The input's own attributes: none, its element is not the input. */
export const inputAccess = (_label: string, _describedBy: string | undefined): Record<string, string> => ({})
