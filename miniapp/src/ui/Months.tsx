import { View } from '@tarojs/components'
import { covers, type Months, type MonthState } from '@shebao/shared/months'
import { words } from '@shebao/shared/words'
import { access, names } from './access'
import { Icon } from './Icon'
import { Tap } from './Tap'
import { T } from './Text'

const numberOf = (month: string): number => Number(month.slice(5))
const marks: Record<MonthState['status'], { state: string; word: string }> = {
  open: { state: '', word: '' },
  paid: { state: 'is-paid', word: words.months.paid },
  held: { state: 'is-gone', word: words.months.busy },
  not_enrolled: { state: 'is-gone', word: words.months.gone },
}

/** Twelve cells: what is chosen is one joined run; a tap on a cell sets the end. Paid and other months say so in words. */
export const MonthStrip = ({
  label,
  months,
  run,
  onTap,
}: {
  label: string
  months: readonly MonthState[]
  run: Months
  onTap: (month: MonthState) => void
}) => (
  <View className="months" {...access({ role: 'group', label })}>
    {months.map((each) => {
      const { month, status } = each
      const on = covers(run, month)
      const name = words.months.short(numberOf(month))
      return (
        <Tap
          key={month}
          id={`month-${month}`}
          className={names('mon', on ? 'is-on' : marks[status].state, month === run.from && 'mon--a', month === run.to && 'mon--z')}
          pressed={on}
          label={`${name}，${on ? words.months.now : words.months.says[status]}`}
          onTap={() => onTap(each)}
        >
          <T>{name}</T>
          {(on || marks[status].word !== '') && (
            <View className="mon__s">{on ? <Icon name="check" size="small" /> : marks[status].word}</View>
          )}
        </Tap>
      )
    })}
  </View>
)

/** One more, one fewer. */
export const Stepper = ({
  id,
  name,
  value,
  less,
  more,
  onLess,
  onMore,
}: {
  id: string
  name: string
  value: string
  less: string
  more: string
  onLess: () => void
  onMore: () => void
}) => (
  <View className="step">
    <Tap id={`${id}-minus`} className="step__b" label={less} onTap={onLess}>
      <Icon name="minus" size="large" />
    </Tap>
    <View className="step__v" id={id} {...access({ role: 'status', live: 'polite' })}>
      <View className="sec">{name}</View>
      <View>{value}</View>
    </View>
    <Tap id={`${id}-plus`} className="step__b" label={more} onTap={onMore}>
      <Icon name="plus" size="large" />
    </Tap>
  </View>
)
