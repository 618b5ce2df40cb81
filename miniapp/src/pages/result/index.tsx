import { View } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import { api } from '@shebao/shared/api'
import { insuranceNames } from '@shebao/shared/texts'
import { grouped, words, writtenDay, writtenMoment, writtenPeriod } from '@shebao/shared/words'
import { call } from '../../call'
import { copy, go, replace, restart } from '../../go'
import { ids } from '../../ids'
import { asOf } from '../../session'
import { access } from '../../ui/access'
import { useAsked } from '../../ui/ask'
import { Button, Link } from '../../ui/Button'
import { Icon } from '../../ui/Icon'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Rows, TapRow } from '../../ui/Row'
import { Skeleton } from '../../ui/Skeleton'
import { Steps } from '../../ui/Steps'
import { Notice } from '../../ui/Status'
import { H1, P, Sums, T } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

/** Paid: the sum, the three steps with their days, the receipt. Opened alone, so that "back" never pays again (S13, U37). */
const Result = () => {
  const { no = '' } = useRouter().params
  const today = asOf.use()
  const asked = useAsked(async () => {
    const order = await call(api.order, { params: { no } })
    if (order.state !== 'paid') replace('confirming', { no })
    return order
  })
  if (asked.state !== 'done')
    return (
      <Page id="result">
        {asked.state === 'failed' ? <Trouble error={asked.error} again={asked.again} /> : <Skeleton slow={asked.slow} />}
      </Page>
    )
  const order = asked.value
  const year = order.paidAt?.slice(0, 4)
  const receipts = order.items.flatMap(({ receipt }) => receipt ?? [])
  const surplus = order.items.filter(({ outcome }) => outcome === 'surplus').reduce((sum, { amountFen }) => sum + amountFen, 0)
  const [paid, booked, credited] = words.result.steps
  const arrived = order.creditDay !== null && today !== undefined && today.slice(0, 10) >= order.creditDay
  return (
    <Page
      id="result"
      bar={
        <BottomBar>
          <Button
            id={ids.resultReceipt}
            icon="receipt"
            onTap={() => (receipts.length === 1 ? go('receipt', { no: receipts[0] ?? '' }) : go('records'))}
          >
            {words.result.receipt}
          </Button>
          <Button id={ids.resultHome} kind="quiet" onTap={() => restart('home')}>
            {words.confirming.home}
          </Button>
        </BottomBar>
      }
    >
      <View className="stack center" {...access({ role: 'status', live: 'polite' })}>
        <View className="mark mark--ok">
          <Icon name="check" size="large" />
        </View>
        <H1 id={ids.resultTitle}>
          <Sums>{words.result.ok(words.amount(order.totalFen))}</Sums>
        </H1>
        <View className="sec">
          {order.items.map((item, at) => (
            <View key={at}>
              <View>{`${item.contributor.maskedName} · ${insuranceNames[item.insurance]}`}</View>
              <View>{writtenPeriod(item.months)}</View>
            </View>
          ))}
        </View>
      </View>
      {surplus > 0 && <Notice tone="warn" title={words.confirming.refunding(surplus)} />}
      <Steps
        steps={[
          { name: paid, when: order.paidAt === null ? '' : writtenMoment(order.paidAt, year), state: 'done' },
          { name: booked, when: arrived ? words.result.state.done : words.result.working, state: arrived ? 'done' : 'now' },
          {
            name: credited,
            when: order.creditDay === null ? words.dues.unknown : words.result.arrive(writtenDay(order.creditDay, year)),
            state: arrived ? 'done' : 'todo',
          },
        ]}
      />
      {order.items.some(({ provisional }) => provisional) && (
        <Notice tone="info" title={words.result.topUp}>
          <P>{words.result.topUpMore}</P>
        </Notice>
      )}
      <Rows>
        <TapRow id={ids.resultNext} icon="users" title={words.result.next} first onTap={() => go('agent')} />
        <TapRow id="result-records" icon="list" title={words.result.records} onTap={() => go('records')} />
      </Rows>
      <View className="cap line">
        <T>{`${words.confirming.number} ${grouped(order.no)}`}</T>
        <Link id={ids.resultCopy} onTap={() => copy(order.no)}>
          {words.result.copy}
        </Link>
      </View>
    </Page>
  )
}

export default guarded(Result)
