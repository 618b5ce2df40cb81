import type * as easel from 'glass-easel'
import type { Bundle } from '../bundle.ts'
import type { Framework } from './framework.ts'
import { text } from './text.ts'

type Values = Record<string, unknown>
type Type = typeof String | typeof Boolean | typeof Number | null
/** A built-in component that lives on the page. */
export interface Widget {
  is: string
  data: Values
  setData: (data: Values) => void
  triggerEvent: (name: string, detail?: Values, options?: { bubbles?: boolean; composed?: boolean }) => void
  addListener: (name: string, listener: (event: { target: Widget }) => void) => void
  getBackendElement: () => HTMLElement | null
}
export interface Kind {
  properties?: Record<string, Type>
  inner?: keyof Bundle['inner']
  /** When it has its element. */
  attached?: (this: Widget, element: HTMLElement) => void
  /** When one of these properties got a new value. */
  changed?: (this: Widget, element: HTMLElement) => void
}

export const elementOf = (widget: Widget): HTMLElement => {
  const element = widget.getBackendElement()
  if (!element) throw new Error(`${widget.is} has no element`)
  return element
}
export const widgetOf = (element: Element | null | undefined): Widget | undefined =>
  (element as (Element & { __wxElement?: Widget }) | null | undefined)?.__wxElement

const initial = (type: Type): unknown => (type === String ? '' : type === Boolean ? false : type === Number ? 0 : null)

/** What a screen reader is told: the same attributes in both hosts, but for the name of the role. */
const spoken = `
  label hidden checked disabled live atomic busy expanded selected pressed modal current level describedby labelledby controls
  haspopup invalid required valuenow valuemin valuemax valuetext roledescription posinset setsize orientation multiselectable
  readonly relevant owns autocomplete details`
  .trim()
  .split(/\s+/)
const camel = (name: string) => `aria${name[0]!.toUpperCase()}${name.slice(1)}`
const common: Record<string, Type> = {
  role: String,
  ariaRole: String,
  hoverClass: String,
  hidden: Boolean,
  name: String,
  ...Object.fromEntries(spoken.map((name) => [camel(name), null])),
}
const isGiven = (value: unknown) => value !== undefined && value !== null && value !== ''

function speak(widget: Widget): void {
  const element = elementOf(widget)
  const put = (attribute: string, value: unknown) => {
    if (isGiven(value)) element.setAttribute(attribute, text(value))
    else if (element.hasAttribute(attribute) && attribute !== 'role') element.removeAttribute(attribute)
  }
  // each host knows one name of it, and does not hear the other
  put('role', widget.data[document.body.dataset['platform'] === 'alipay' ? 'role' : 'ariaRole'])
  for (const name of spoken) put(`aria-${name}`, widget.data[camel(name)])
  element.toggleAttribute('hidden', widget.data['hidden'] === true)
}

/** `hover-class`: on while a finger is down. */
function hover(widget: Widget): void {
  const element = elementOf(widget)
  const classes = () =>
    text(widget.data['hoverClass'])
      .split(' ')
      .filter((name) => name !== '' && name !== 'none')
  const release = () => element.classList.remove(...classes())
  element.addEventListener('pointerdown', () => element.classList.add(...classes()))
  for (const end of ['pointerup', 'pointercancel', 'pointerleave']) element.addEventListener(end, release)
}

/** Registers `<tag>` for the templates of a bundle. */
export function define({ space, template }: Framework, tag: string, { properties = {}, inner = 'slot', attached, changed }: Kind): void {
  const all = { ...common, ...properties }
  const own = Object.keys(properties)
  const observers: Record<string, (this: Widget) => void> = {
    [`ariaRole, role, hidden, ${spoken.map(camel).join(', ')}`]() {
      if (this.getBackendElement()) speak(this)
    },
  }
  if (changed && own.length > 0)
    observers[own.join(', ')] = function () {
      const element = this.getBackendElement()
      if (element) changed.call(this, element)
    }
  const definition = {
    properties: Object.fromEntries(Object.entries(all).map(([name, type]) => [name, { type, value: initial(type) }])),
    lifetimes: {
      attached(this: Widget) {
        attached?.call(this, elementOf(this))
        changed?.call(this, elementOf(this))
        speak(this)
        hover(this)
      },
    },
    observers,
  }
  const component = space
    .define(`wx-${tag}`)
    .options({
      virtualHost: false,
      reflectToAttributes: false,
      writeIdToDOM: true,
      idPrefixGenerator: null,
    } as unknown as easel.ComponentOptions)
    .template(template(inner) as unknown as Record<string, unknown>)
    .definition(definition as never)
    .registerComponent()
  space.setGlobalUsingComponent(`wx-${tag}`, component as never)
}
