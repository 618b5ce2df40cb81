import { useCallback, useEffect, useRef, useState } from 'react'
import { View } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import { api, type OrderView } from '@shebao/shared/api'
import { words } from '@shebao/shared/words'
import { call, codeOf } from '../../call'
import { callHotline, replace, restart } from '../../go'
import { ids } from '../../ids'
import { ended, journey } from '../../journey'
import { returned } from '../../platform/cashier'
import type { Told } from '../../platform/types'
import { nextFor, PAUSES_S } from '../../poll'
import { access } from '../../ui/access'
import { Button, Link } from '../../ui/Button'
import { Icon } from '../../ui/Icon'
import { OrderFacts } from '../../ui/OrderFacts'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Fact } from '../../ui/Row'
import { H1, P, T } from '../../ui/Text'

const isTold = (said: string | undefined): said is Told => said === 'ok' || said === 'cancel' || said === 'fail'
type Stage = 'asking' | 'late' | 'offline' | 'returned' | 'cancelled'
const titles: Record<Stage, string> = {
  asking: words.confirming.asking,
  late: words.confirming.late,
  offline: words.confirming.offline,
  returned: words.confirming.returned,
  cancelled: words.confirming.cancelled,
}

/** After the cashier: asks what came of it, and says what is known of the money at every moment (U34, U35). */
const Confirming = () => {
  const { no = '', said } = useRouter().params
  const told = useRef<Told | undefined>(undefined)
  const [stage, setStage] = useState<Stage>('asking')
  const [order, setOrder] = useState<OrderView>()
  const [seconds, setSeconds] = useState(0)
  const [turn, setTurn] = useState(0)
  const here = useRef(true)

  const settle = useCallback(
    (view: OrderView): boolean => {
      setOrder(view)
      const next = nextFor(view, told.current)
      if (next === 'ask_again') return false
      if (next === 'result' || next === 'returned') journey.take(ended, 'paid')
      if (next === 'cancelled') journey.take(ended, 'given_up')
      if (next === 'result') restart('result', { no })
      else if (next === 'pending') replace('order', { no, ...(told.current && { said: told.current }) })
      else setStage(next)
      return true
    },
    [no],
  )
  useEffect(() => {
    told.current ??= isTold(said) ? said : returned()
    here.current = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const ticking = setInterval(() => setSeconds((now) => now + 1), 1000)
    const stop = (last: Stage): void => {
      clearInterval(ticking)
      if (here.current) setStage(last)
    }
    const ask = async (at: number): Promise<void> => {
      let lost = false
      try {
        const view = await call(api.order, { params: { no } })
        if (!here.current) return
        if (settle(view)) return clearInterval(ticking)
      } catch (error) {
        if (codeOf(error) === 'not_found') return stop('cancelled')
        lost = true
      }
      const pause = PAUSES_S[at]
      if (!here.current) return
      if (pause === undefined) return stop(lost ? 'offline' : 'late')
      timer = setTimeout(() => void ask(at + 1), pause * 1000)
    }
    void ask(0)
    return () => {
      here.current = false
      clearTimeout(timer)
      clearInterval(ticking)
    }
  }, [no, said, settle, turn])

  const askAgain = (): void => {
    setStage('asking')
    setSeconds(0)
    setTurn(turn + 1)
  }
  const asking = stage === 'asking'
  const over = stage === 'returned' || stage === 'cancelled'
  return (
    <Page
      id="confirming"
      bar={
        <BottomBar>
          {asking ? (
            <Button id={ids.confirmingWait} waiting icon="wait" onTap={() => undefined}>
              {words.confirming.seconds(seconds)}
            </Button>
          ) : (
            !over && (
              <Button id={ids.confirmingAgain} icon="refresh" onTap={askAgain}>
                {words.confirming.again}
              </Button>
            )
          )}
          {!asking && (
            <Button id={ids.confirmingHome} kind={over ? 'primary' : 'quiet'} onTap={() => restart('home')}>
              {words.confirming.home}
            </Button>
          )}
        </BottomBar>
      }
    >
      <View className="stack stack--4 center push-down">
        {asking ? (
          <View className="ring" {...access({ hidden: true })} />
        ) : (
          <View className="mark mark--info">
            <Icon name={over ? 'info' : 'clock'} size="large" />
          </View>
        )}
        <H1>{titles[stage]}</H1>
        <View id={ids.confirmingMoney} {...access({ role: 'status', live: 'polite' })}>
          {asking && <P className="strong">{words.confirming.wait}</P>}
          {asking && <P>{words.confirming.soon}</P>}
          {stage === 'late' && <P className="strong">{words.confirming.lateWait}</P>}
          {stage === 'late' && <P>{words.confirming.lateMore}</P>}
          {stage === 'offline' && <P className="strong">{words.confirming.offlineMore}</P>}
          {stage === 'returned' && <P>{words.confirming.returnedMore(order?.totalFen ?? 0)}</P>}
          {stage === 'cancelled' && <P className="strong">{words.confirming.cancelledMore}</P>}
        </View>
      </View>
      {(stage === 'late' || stage === 'offline') && (
        <View className="card card--kv">
          <Fact name={words.confirming.moneyKey} first more={words.confirming.moneyThen}>
            {words.confirming.moneyAsking}
          </Fact>
        </View>
      )}
      {order && <OrderFacts order={order} />}
      {asking && <P className="sec">{words.confirming.over}</P>}
      {(stage === 'late' || stage === 'offline') && (
        <View className="sec">
          <P>{words.confirming.longer}</P>
          <View className="line">
            <T>{words.check.hotline}</T>
            <Link onTap={callHotline}>{words.hotline}</Link>
          </View>
        </View>
      )}
    </Page>
  )
}

export default guarded(Confirming)
