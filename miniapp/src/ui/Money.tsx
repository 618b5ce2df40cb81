import { View } from '@tarojs/components'
import { yuan } from '@shebao/shared/money'
import { speakAmount } from '@shebao/shared/speech'
import { words } from '@shebao/shared/words'
import { access, names } from './access'
import { T } from './Text'

/** A sum, read aloud as one unit (U15). */
export const Money = ({ id, fen, hero = false, label }: { id?: string; fen: number; hero?: boolean; label?: string }) => (
  <View
    {...(id !== undefined && { id })}
    className={names('amt', hero && 'amt--hero')}
    {...access({ role: 'img', label: `${label === undefined ? '' : `${label} `}${speakAmount(fen)}` })}
  >
    <T>{yuan(fen)}</T>
    <T className={hero ? 'amt__u--hero' : 'amt__u'}>{words.yuan}</T>
  </View>
)
