import type { PropsWithChildren } from 'react'
import { View } from '@tarojs/components'
import { access, names, type Access } from './access'

interface Props extends Access {
  id?: string | undefined
  className: string
  onTap: () => void
}

/** Everything that can be tapped: answers within 80 ms by its background, and to the keyboard of a browser. */
export const Tap = ({ id, className, onTap, children, role = 'button', ...told }: PropsWithChildren<Props>) => {
  const keyboard =
    process.env.TARO_ENV === 'h5'
      ? {
          tabIndex: 0,
          onKeyDown: (event: { key?: string; preventDefault?: () => void }) => {
            if (event.key !== 'Enter' && event.key !== ' ') return
            event.preventDefault?.()
            onTap()
          },
        }
      : {}
  return (
    <View
      {...(id !== undefined && { id })}
      className={names('tap', className)}
      hoverClass="is-pressed"
      hoverStartTime={0}
      hoverStayTime={80}
      onClick={onTap}
      {...access({ role, ...told })}
      {...keyboard}
    >
      {children}
    </View>
  )
}
