import { View } from '@tarojs/components'
import type { OrderView } from '@shebao/shared/api'
import { insuranceNames } from '@shebao/shared/texts'
import { grouped, named, words, writtenPeriod } from '@shebao/shared/words'
import { Fact } from './Row'

/** What an order is about: sum, for whom, what, and its number. */
export const OrderFacts = ({ order }: { order: OrderView }) => (
  <View className="card card--kv">
    <Fact name={words.late.amount} first>
      {words.amount(order.totalFen)}
    </Fact>
    {order.items.map((item, at) => (
      <View key={at}>
        <Fact name={words.check.payee}>{named(item.contributor)}</Fact>
        <Fact name={words.check.insurance} more={[writtenPeriod(item.months), item.tierLabel].filter(Boolean).join(' · ')}>
          {insuranceNames[item.insurance]}
        </Fact>
      </View>
    ))}
    <Fact name={words.confirming.number}>{grouped(order.no)}</Fact>
  </View>
)
