import { View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { access, names } from './access'
import { Icon } from './Icon'

export interface Step {
  name: string
  when: string
  state: 'done' | 'now' | 'todo'
}
const icons = { done: 'check', now: 'now', todo: 'clock' } as const

/** Paid, booked, arrived: each with its date (U37). */
export const Steps = ({ steps }: { steps: readonly Step[] }) => (
  <View className="card">
    <View className="steps" {...access({ role: 'list' })}>
      {steps.map(({ name, when, state }, at) => (
        <View
          key={name}
          id={`step-${at + 1}`}
          className={names('steps__i', `steps__i--${state}`, at === steps.length - 1 && 'steps__i--last')}
          {...access({ role: 'listitem', label: words.result.say(at + 1, name, words.result.state[state], when) })}
        >
          <View className="steps__m">
            <Icon name={icons[state]} size="small" />
          </View>
          {at < steps.length - 1 && <View className="steps__ln" />}
          <View className="steps__b">
            <View className="row-t">{name}</View>
            <View className="sec">{when}</View>
          </View>
        </View>
      ))}
    </View>
  </View>
)
