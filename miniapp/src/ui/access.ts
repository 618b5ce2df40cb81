/** What assistive technology is told about an element. */
export interface Access {
  role?:
    | 'button'
    | 'radio'
    | 'radiogroup'
    | 'checkbox'
    | 'tab'
    | 'tablist'
    | 'group'
    | 'img'
    | 'status'
    | 'alert'
    | 'note'
    | 'dialog'
    | 'list'
    | 'listitem'
    | 'heading'
    | 'article'
    | 'progressbar'
  label?: string | undefined
  hidden?: boolean
  live?: 'polite' | 'assertive'
  checked?: boolean
  selected?: boolean
  pressed?: boolean
  expanded?: boolean
  disabled?: boolean
  busy?: boolean
  modal?: boolean
  describedBy?: string | undefined
  labelledBy?: string | undefined
  now?: number
  /** Depth of a heading; mini-programs know of none. */
  level?: number
  least?: number
  most?: number
}

const states = ['hidden', 'checked', 'selected', 'pressed', 'expanded', 'disabled', 'busy', 'modal'] as const

/** The attributes of an element. WeChat reads the role as `aria-role`, Alipay and browsers as `role`; states are the words "true" and "false". */
export const access = (of: Access): Record<string, string> => {
  const attributes: Record<string, string> = {}
  if (of.role) attributes[process.env.TARO_ENV === 'weapp' ? 'aria-role' : 'role'] = of.role
  const say = (name: string, value: string | undefined): void => {
    if (value !== undefined) attributes[`aria-${name}`] = value
  }
  say('label', of.label)
  say('live', of.live)
  say('describedby', of.describedBy)
  say('labelledby', of.labelledBy)
  for (const state of states) say(state, of[state] === undefined ? undefined : String(of[state]))
  if (process.env.TARO_ENV !== 'weapp' && process.env.TARO_ENV !== 'alipay') say('level', of.level?.toString())
  say('valuenow', of.now?.toString())
  say('valuemin', of.least?.toString())
  say('valuemax', of.most?.toString())
  return attributes
}

/** One class of several: names that hold. */
export const names = (...classes: readonly (string | false | undefined)[]): string => classes.filter(Boolean).join(' ')
