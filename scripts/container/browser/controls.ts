import { ask } from './native.ts'
import { text } from './text.ts'
import { elementOf, widgetOf, type Kind, type Widget } from './widget.ts'

const widgets = (root: HTMLElement, tags: string): Widget[] =>
  [...root.querySelectorAll(tags)].flatMap((element) => widgetOf(element) ?? [])

/** What a form gives with `submit`: values by the names of its controls. */
const valuesOf = (form: HTMLElement): Record<string, unknown> =>
  Object.fromEntries(
    widgets(form, 'wx-input, wx-textarea').map((field) => [
      text(field.data['name']),
      elementOf(field).querySelector<HTMLInputElement>('input, textarea')?.value,
    ]),
  )

export const button: Kind = {
  properties: { type: String, size: String, disabled: Boolean, loading: Boolean, plain: Boolean, openType: String, formType: String },
  attached(element) {
    if (!element.hasAttribute('role')) element.setAttribute('role', 'button')
    element.tabIndex = 0
    this.addListener('tap', () => {
      if (this.data['disabled'] || this.data['formType'] !== 'submit') return
      const form = element.closest<HTMLElement>('wx-form')
      if (form) widgetOf(form)?.triggerEvent('submit', { value: valuesOf(form) })
    })
  },
  changed(element) {
    element.toggleAttribute('data-disabled', this.data['disabled'] === true)
    element.dataset['type'] = text(this.data['type']) || 'default'
    element.dataset['size'] = text(this.data['size']) || 'default'
    element.toggleAttribute('data-plain', this.data['plain'] === true)
  },
}

/** Around an element of the browser: the events carry what a host's carry. */
export const field = (tag: 'input' | 'textarea'): Kind => ({
  inner: tag,
  properties: {
    value: null,
    type: String,
    password: Boolean,
    placeholder: String,
    disabled: Boolean,
    maxlength: Number,
    focus: Boolean,
    confirmType: String,
  },
  attached(element) {
    const inner = element.querySelector<HTMLInputElement>(tag)!
    const now = () => ({ value: inner.value, cursor: inner.selectionStart ?? inner.value.length, keyCode: 0 })
    inner.addEventListener('input', (event) => {
      event.stopPropagation()
      this.triggerEvent('input', now())
    })
    for (const name of ['focus', 'blur'] as const) inner.addEventListener(name, () => this.triggerEvent(name, { ...now(), height: 0 }))
    inner.addEventListener('keydown', ({ key }) => key === 'Enter' && tag === 'input' && this.triggerEvent('confirm', now()))
    element.addEventListener('click', ({ target }) => target !== inner && inner.focus())
  },
  changed(element) {
    const inner = element.querySelector<HTMLInputElement>(tag)!
    const { value, placeholder, disabled, maxlength, password, type, focus, ariaLabel } = this.data
    if (value !== undefined && value !== null && inner.value !== text(value)) inner.value = text(value)
    inner.placeholder = text(placeholder)
    inner.disabled = disabled === true
    if (Number(maxlength) > 0) inner.maxLength = Number(maxlength)
    else inner.removeAttribute('maxlength')
    if (tag === 'input') inner.type = password ? 'password' : 'text'
    inner.inputMode = type === 'number' ? 'numeric' : type === 'digit' ? 'decimal' : 'text'
    if (typeof ariaLabel === 'string' && ariaLabel !== '') inner.setAttribute('aria-label', ariaLabel)
    if (focus === true && document.activeElement !== inner) setTimeout(() => inner.focus())
  },
})

const check = (widget: Widget, checked: boolean) => widget.setData({ checked })
const paint = (widget: Widget, element: HTMLElement) => {
  element.setAttribute('aria-checked', String(widget.data['checked'] === true))
  element.toggleAttribute('data-on', widget.data['checked'] === true)
}

/** A tap on a radio, a checkbox or a switch, or on the label around it. */
export function toggle(widget: Widget): void {
  if (widget.data['disabled']) return
  const kind = widget.is.replace('wx-', '')
  const group = elementOf(widget).closest<HTMLElement>(`wx-${kind}-group`)
  if (kind === 'radio') {
    if (widget.data['checked'] === true) return
    if (group) for (const other of widgets(group, 'wx-radio')) check(other, other === widget)
    else check(widget, true)
    widgetOf(group)?.triggerEvent('change', { value: widget.data['value'] })
    return
  }
  check(widget, widget.data['checked'] !== true)
  if (kind === 'switch') return widget.triggerEvent('change', { value: widget.data['checked'] })
  const chosen = group ? widgets(group, 'wx-checkbox').filter((one) => one.data['checked'] === true) : []
  widgetOf(group)?.triggerEvent('change', { value: chosen.map((one) => one.data['value']) })
  widget.triggerEvent('change', { value: widget.data['checked'] })
}

export const togglable = (role: 'radio' | 'checkbox' | 'switch'): Kind => ({
  properties: { value: String, checked: Boolean, disabled: Boolean, color: String, type: String, controlled: Boolean },
  attached(element) {
    if (!element.hasAttribute('role')) element.setAttribute('role', role)
    element.tabIndex = 0
    this.addListener('tap', () => toggle(this))
  },
  changed(element) {
    paint(this, element)
  },
})

export const label: Kind = {
  properties: { for: String },
  attached(element) {
    this.addListener('tap', ({ target }) => {
      const named = text(this.data['for'])
      const meant = named ? document.getElementById(named) : element.querySelector('wx-radio, wx-checkbox, wx-switch, wx-input')
      const touched = target.getBackendElement()
      if (!meant || (touched && meant.contains(touched))) return
      const widget = widgetOf(meant)
      if (!widget) return
      if (widget.is === 'wx-input') meant.querySelector('input')?.focus()
      else toggle(widget)
    })
  },
}

/** The host's wheel, drawn as a list; answers the index of what was chosen. */
export const picker: Kind = {
  properties: {
    mode: String,
    range: null,
    rangeKey: String,
    value: null,
    start: String,
    end: String,
    disabled: Boolean,
    fields: String,
    title: String,
  },
  attached(element) {
    element.tabIndex = 0
    this.addListener('tap', () => {
      const { mode, range, rangeKey, disabled } = this.data
      if (disabled || (mode && mode !== 'selector')) return
      const labels = ((range ?? []) as unknown[]).map((one) =>
        typeof one === 'object' && one !== null ? text((one as Record<string, unknown>)[text(rangeKey)]) : text(one),
      )
      void ask({
        screen: 'picker',
        title: '',
        choices: labels.map((one, index) => ({ value: String(index), label: one })),
        beside: '',
      }).then((chosen) => this.triggerEvent(chosen === '' ? 'cancel' : 'change', chosen === '' ? {} : { value: Number(chosen) }))
    })
  },
}

export const image: Kind = {
  inner: 'image',
  properties: { src: String, mode: String, lazyLoad: Boolean },
  attached(element) {
    const inner = element.querySelector('img')!
    inner.alt = ''
    inner.addEventListener('load', () => this.triggerEvent('load', { width: inner.naturalWidth, height: inner.naturalHeight }))
    inner.addEventListener('error', () => this.triggerEvent('error', { errMsg: 'image:fail' }))
  },
  changed(element) {
    const inner = element.querySelector('img')!
    const { src, mode } = this.data
    if (typeof src === 'string' && src !== '' && inner.getAttribute('src') !== src) inner.src = src
    inner.style.objectFit = mode === 'aspectFit' ? 'contain' : mode === 'aspectFill' ? 'cover' : 'fill'
  },
}

export const scrollView: Kind = {
  properties: { scrollY: Boolean, scrollX: Boolean, scrollTop: Number, scrollIntoView: String, scrollWithAnimation: Boolean },
  attached(element) {
    element.addEventListener('scroll', () =>
      this.triggerEvent('scroll', { scrollTop: element.scrollTop, scrollLeft: element.scrollLeft, scrollHeight: element.scrollHeight }),
    )
  },
  changed(element) {
    const { scrollY, scrollX, scrollTop, scrollIntoView } = this.data
    element.style.overflowY = scrollY ? 'auto' : 'hidden'
    element.style.overflowX = scrollX ? 'auto' : 'hidden'
    if (typeof scrollTop === 'number' && scrollTop > 0) element.scrollTop = scrollTop
    if (typeof scrollIntoView === 'string' && scrollIntoView !== '')
      element.querySelector(`#${CSS.escape(scrollIntoView)}`)?.scrollIntoView()
  },
}
