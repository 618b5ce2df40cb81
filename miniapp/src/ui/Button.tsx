import { View } from '@tarojs/components'
import { Icon } from './Icon'
import type { IconName } from './icons'
import { Tap } from './Tap'
import { names } from './access'
import { Sums } from './Text'

interface Props {
  id?: string
  kind?: 'primary' | 'second' | 'quiet' | 'danger'
  shape?: 'small' | 'inline'
  icon?: IconName
  children: string
  /** What a screen reader says where the visible words are not enough: sums are spoken (U15). */
  label?: string | undefined
  /** It waits for something that its words name; tapping it does nothing yet. */
  waiting?: boolean
  expanded?: boolean
  describedBy?: string | undefined
  onTap: () => void
}

/** Never greyed out: what cannot be done says why when it is tapped (U23). */
export const Button = ({ id, kind = 'primary', shape, icon, children, label, waiting = false, expanded, describedBy, onTap }: Props) => (
  <Tap
    id={id}
    className={names('btn', waiting ? 'btn--wait' : `btn--${kind}`, shape && `btn--${shape}`)}
    label={label}
    describedBy={describedBy}
    {...(waiting && { disabled: true })}
    {...(expanded !== undefined && { expanded })}
    onTap={() => {
      if (!waiting) onTap()
    }}
  >
    {icon && (
      <View className="btn__i">
        <Icon name={waiting ? 'wait' : icon} {...(shape && { size: 'small' })} />
      </View>
    )}
    <View className="btn__t">
      <Sums>{children}</Sums>
    </View>
    {expanded !== undefined && (
      <View className="quiet-end">
        <Icon name="down" size="small" />
      </View>
    )}
  </Tap>
)

/** A word within a line that does something: call, copy, change. */
export const Link = ({ id, children, label, onTap }: { id?: string; children: string; label?: string; onTap: () => void }) => (
  <Tap id={id} className="link" label={label} onTap={onTap}>
    {children}
  </Tap>
)
