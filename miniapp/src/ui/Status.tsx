import type { PropsWithChildren } from 'react'
import { View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { access, names } from './access'
import { Icon } from './Icon'
import type { IconName } from './icons'

export type StatusName = keyof typeof words.status

/** Each state has a word, a colour and an outline of its own (U11). */
export const looks: Record<StatusName, { tone: 'pay' | 'ok' | 'warn' | 'err' | 'still'; icon: IconName }> = {
  payable: { tone: 'pay', icon: 'yuan' },
  late: { tone: 'warn', icon: 'hour' },
  possible: { tone: 'warn', icon: 'hour' },
  not_open: { tone: 'still', icon: 'cal' },
  closed: { tone: 'still', icon: 'lock' },
  paid: { tone: 'ok', icon: 'check' },
  held: { tone: 'still', icon: 'pause' },
  awaiting_special: { tone: 'still', icon: 'lock' },
  none: { tone: 'ok', icon: 'check' },
  checking: { tone: 'still', icon: 'refresh' },
  refunded: { tone: 'still', icon: 'return' },
  refunding: { tone: 'still', icon: 'return' },
  missing: { tone: 'err', icon: 'alert' },
}

export const StatusTag = ({ status, children }: { status: StatusName; children?: string }) => {
  const { tone, icon } = looks[status]
  return (
    <View className={`tag tag--${tone}`}>
      <View className="tag__i">
        <Icon name={icon} size="small" />
      </View>
      {children ?? words.status[status]}
    </View>
  )
}

const tones = {
  info: { icon: 'info' },
  ok: { icon: 'check' },
  warn: { icon: 'alert', role: 'note' },
  err: { icon: 'alert', role: 'alert' },
} as const

/** What has to be known here: a strong line and what to do. An error is announced once. */
export const Notice = ({
  id,
  tone,
  icon,
  title,
  live = false,
  children,
}: PropsWithChildren<{ id?: string; tone: keyof typeof tones; icon?: IconName; title?: string | undefined; live?: boolean }>) => {
  const look = tones[tone]
  return (
    <View
      {...(id !== undefined && { id })}
      className={names('note', `note--${tone}`)}
      {...access({ ...('role' in look && { role: look.role }), ...(live && tone !== 'err' && { role: 'status', live: 'polite' }) })}
    >
      <View className="note__i">
        <Icon name={icon ?? look.icon} />
      </View>
      <View className="note__b">
        {title !== undefined && <View className="note__t">{title}</View>}
        {children}
      </View>
    </View>
  )
}
