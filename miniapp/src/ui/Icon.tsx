import { View } from '@tarojs/components'
import { access, names } from './access'
import type { IconName } from './icons'

/** A line icon in the colour of its text; never read aloud. */
export const Icon = ({ name, size }: { name: IconName; size?: 'small' | 'large' }) => (
  <View className={names('i', `i--${name}`, size && `i--${size}`)} {...access({ hidden: true })} />
)
