import { useEffect, useState } from 'react'
import { View } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import { api, type OrderView } from '@shebao/shared/api'
import { speakAmount } from '@shebao/shared/speech'
import { words } from '@shebao/shared/words'
import { call, codeOf } from '../../call'
import { backTo, replace, restart } from '../../go'
import { ids } from '../../ids'
import { ended, journey, ordered } from '../../journey'
import { payOrder } from '../../pay'
import { access } from '../../ui/access'
import { useAct, useAsked } from '../../ui/ask'
import { Button } from '../../ui/Button'
import { OrderFacts } from '../../ui/OrderFacts'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Skeleton } from '../../ui/Skeleton'
import { Notice } from '../../ui/Status'
import { H1, P } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

/** Minutes left, counted down from what the server said, whatever the phone's clock says. */
const useMinutes = (order: OrderView | undefined): number => {
  const [left, setLeft] = useState(0)
  useEffect(() => {
    if (!order) return undefined
    const end = Date.now() + order.secondsLeft * 1000
    const count = (): void => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 60_000)))
    count()
    const timer = setInterval(count, 5000)
    return () => clearInterval(timer)
  }, [order])
  return left
}

/** An order that holds its dues and is not paid: pay it, or give it up and choose anew (U31, U33). */
const Order = () => {
  const { no = '', said } = useRouter().params
  const asked = useAsked(async () => {
    const order = await call(api.order, { params: { no } })
    if (order.state === 'held') journey.take(ordered, order)
    else if (order.state === 'closing') replace('confirming', { no })
    else {
      journey.take(ended, order.state === 'cancelled' ? 'given_up' : 'paid')
      if (order.state === 'paid') restart('result', { no })
      else if (order.state === 'returned') replace('confirming', { no })
    }
    return order
  })
  const order = asked.state === 'done' ? asked.value : undefined
  const minutes = useMinutes(order)
  const { busy, trouble, run, clear } = useAct()
  const chooseAnew = (): void => {
    journey.take(ended, 'given_up')
    if (journey.get().lookup) backTo('dues')
    else restart('home')
  }
  if (!order)
    return (
      <Page id="order">
        {asked.state === 'failed' ? (
          <Trouble error={asked.error} again={asked.again} steps={{ look_up_again: chooseAnew }} />
        ) : (
          <Skeleton slow={asked.state === 'loading' && asked.slow} />
        )}
      </Page>
    )
  if (order.state !== 'held')
    return (
      <Page
        id="order"
        bar={
          <BottomBar>
            <Button id={ids.orderRenew} onTap={chooseAnew}>
              {words.order.renew}
            </Button>
          </BottomBar>
        }
      >
        <H1>{words.order.expired}</H1>
        <View id={ids.orderMoney}>
          <P>{words.order.expiredMore}</P>
        </View>
        <OrderFacts order={order} />
      </Page>
    )
  const cancel = (): void =>
    run(async () => {
      const after = await call(api.cancelOrder, { params: { no } })
      if (after.state === 'cancelled') return chooseAnew()
      replace('confirming', { no })
    })
  const resume = (): void =>
    run(async () => {
      try {
        await payOrder(order)
      } catch (error) {
        if (codeOf(error) === 'order_expired' || codeOf(error) === 'order_not_payable') asked.again()
        throw error
      }
    })
  return (
    <Page
      id="order"
      bar={
        <BottomBar>
          <Button
            id={ids.orderResume}
            waiting={busy}
            label={busy ? words.check.opening : words.order.resume(speakAmount(order.totalFen))}
            onTap={resume}
          >
            {busy ? words.check.opening : words.order.resume(words.amount(order.totalFen))}
          </Button>
          <Button id={ids.orderCancel} kind="quiet" onTap={cancel}>
            {words.order.cancel}
          </Button>
        </BottomBar>
      }
    >
      <View className="head">
        <H1>{words.order.ask}</H1>
        <View id={ids.orderMoney} {...access({ role: 'status' })}>
          <P className="strong">{said === 'cancel' ? words.order.cancelled : said === 'fail' ? words.order.failed : words.order.none}</P>
        </View>
      </View>
      {trouble !== undefined && (
        <Trouble
          error={trouble}
          again={resume}
          paying
          steps={{ resume_order: clear, wait: clear, new_order: chooseAnew, look_up_again: chooseAnew }}
        />
      )}
      <View id={ids.orderLeft}>
        <Notice tone="info" icon="clock" title={words.order.left(minutes)}>
          <P>{words.order.keep}</P>
        </Notice>
      </View>
      <OrderFacts order={order} />
    </Page>
  )
}

export default guarded(Order)
