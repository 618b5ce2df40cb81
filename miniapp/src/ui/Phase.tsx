import { View } from '@tarojs/components'
import { dayOf, endOf, instantOf, startOf } from '@shebao/shared/day'
import type { DueView, FeeYearView } from '@shebao/shared/due'
import { branchOf } from '@shebao/shared/insurance'
import { shortly, words } from '@shebao/shared/words'
import { access } from './access'
import { T } from './Text'

type View_ = FeeYearView | DueView

/** Where a due stands in its year: the parts of the bar in per cent, today's place, two labels and one sentence. Undefined without a clock. */
export const phaseOf = (view: View_, asOf: string) => {
  const { opens, collectionUntil, deadline, daysLeft } = view.clock
  if (branchOf(view.insurance) !== 'medical' || opens === null || deadline === null) return undefined
  const now = instantOf(asOf)
  const [from, to] = [startOf(opens), endOf(deadline)]
  const per = (instant: number): number => Math.round(Math.min(1, Math.max(0, (instant - from) / (to - from))) * 1000) / 10
  const today = dayOf(now)
  const year = today.slice(0, 4)
  const short = (point: string): string => shortly(point, year)
  const until = collectionUntil === null ? undefined : endOf(collectionUntil)
  const isPast = until !== undefined && now >= until
  const left =
    collectionUntil === null
      ? words.dues.unknown
      : isPast
        ? words.phase.past(short(collectionUntil))
        : `${words.phase.until} ${short(collectionUntil)}`
  const right = words.phase.deadline(short(deadline))
  const days = daysLeft === null || isPast ? [] : [words.dues.left(daysLeft)]
  return {
    split: until === undefined ? undefined : per(until),
    today: per(now),
    isPast,
    left,
    right,
    sentence: words.phase.say([words.phase.opens(short(opens)), left, right, ...days], short(today)),
  }
}

/** The phase bar: green is unaffected, hatched has a waiting period, dashed is not announced, the pin is today. */
export const PhaseBar = ({ view, asOf }: { view: View_; asOf: string }) => {
  const phase = phaseOf(view, asOf)
  if (!phase) return null
  const { split, today, isPast, left, right, sentence } = phase
  return (
    <View className="phase" {...access({ role: 'img', label: sentence })}>
      <View className="phase__track">
        {split === undefined ? (
          <View className="phase__unknown" style={{ width: '100%' }} />
        ) : (
          <>
            <View className={isPast ? 'phase__past' : 'phase__in'} style={{ width: `${split}%` }} />
            <View className="phase__late" style={{ width: `${100 - split}%` }} />
          </>
        )}
        <View className="phase__now" style={{ left: `${today}%` }} />
      </View>
      <View className="phase__l">
        <T>{left}</T>
        <T className="phase__r">{right}</T>
      </View>
    </View>
  )
}
