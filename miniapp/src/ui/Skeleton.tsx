import { View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { access } from './access'
import { P } from './Text'

/** What stands in for content on its way: bars that do not move, and words once it takes long (U38). */
export const Skeleton = ({ rows = 2, slow }: { rows?: number; slow: boolean }) => (
  <View className="stack" id="loading" {...access({ busy: true, role: 'status', label: slow ? words.net.slow : words.net.loading })}>
    {Array.from({ length: rows }, (_, at) => (
      <View key={at} className="card stack" {...access({ hidden: true })}>
        <View className="skel skel--a" />
        <View className="skel skel--b" />
        <View className="skel skel--c" />
      </View>
    ))}
    {slow && <P className="sec center">{words.net.slow}</P>}
  </View>
)
