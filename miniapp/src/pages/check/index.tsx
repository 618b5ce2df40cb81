import { useEffect, useState } from 'react'
import { View } from '@tarojs/components'
import { api } from '@shebao/shared/api'
import { instantOf } from '@shebao/shared/day'
import { branchOf, isMonthly } from '@shebao/shared/insurance'
import { capitalAmount, speakAmount } from '@shebao/shared/speech'
import { insuranceNames, speak } from '@shebao/shared/texts'
import { expectedCredit, named, words, writtenDay, writtenMonths, writtenPeriod } from '@shebao/shared/words'
import { call, codeOf, NotDone } from '../../call'
import { backTo, callHotline, go, replace } from '../../go'
import { ids } from '../../ids'
import { found, journey, quoteOf, unacknowledged, viewOf } from '../../journey'
import { makeOrder, payOrder } from '../../pay'
import { asOf } from '../../session'
import { useAct } from '../../ui/ask'
import { Button, Link } from '../../ui/Button'
import { Gone } from '../../ui/Gone'
import { Money } from '../../ui/Money'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Fact } from '../../ui/Row'
import { Notice } from '../../ui/Status'
import { H1, P, T } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

/** The last page before the cashier: who, for whom, what, how much, and what follows; the button names the act and the sum (S7, U54). */
const Check = () => {
  const now = journey.use()
  const moment = asOf.use()
  const [changed, setChanged] = useState<{ from: number; to: number }>()
  const { busy, trouble, run, clear } = useAct()
  const view = viewOf(now)
  const quoted = quoteOf(now)
  const waits = unacknowledged(now) !== undefined
  useEffect(() => {
    if (view && waits) replace('late')
  }, [view, waits])
  if (!view || !now.lookup || !now.choice) return <Gone />
  if ('refusal' in quoted)
    return (
      <Page id="check">
        <Trouble error={new NotDone(speak(quoted.refusal))} paying />
      </Page>
    )
  const { item } = quoted
  const { contributor } = now.lookup
  const sum = words.amount(item.amountFen)
  const monthly = isMonthly(item.insurance) && item.kind === 'regular'
  const lookAgain = async (): Promise<void> => {
    if (!now.who) return
    const lookup = await call(api.lookUp, { body: now.who })
    asOf.set(lookup.asOf)
    journey.take(found, lookup)
  }
  const pay = (): void =>
    run(async () => {
      setChanged(undefined)
      try {
        await payOrder(await makeOrder())
      } catch (error) {
        // what changed meanwhile is fetched, so that the page shows what the server judged by
        if (codeOf(error) === 'amount_changed') {
          const { expectedFen, totalFen } = (error as NotDone).refusal.facts as { expectedFen: number; totalFen: number }
          setChanged({ from: expectedFen, to: totalFen })
          return lookAgain()
        }
        if (codeOf(error) !== undefined && codeOf(error) !== 'own_order_open') await lookAgain().catch(() => undefined)
        throw error
      }
    })
  const edit = (id: string, what: string, onTap: () => void) => ({ id, label: words.check.editOf(what), word: words.check.edit, onTap })
  return (
    <Page
      id="check"
      bar={
        <BottomBar>
          <Button
            id={ids.checkPay}
            waiting={busy}
            label={busy ? words.check.opening : words.check.pay(speakAmount(item.amountFen))}
            onTap={pay}
          >
            {busy ? words.check.opening : words.check.pay(sum)}
          </Button>
        </BottomBar>
      }
    >
      {trouble !== undefined && <Trouble error={trouble} again={pay} paying steps={{ correct_it: clear, wait: clear }} />}
      {changed && (
        <Notice id="check-changed" tone="warn" title={words.check.newAmount}>
          <P>{`${words.amount(changed.from)} → ${words.amount(changed.to)}`}</P>
          <P>{words.net.noneMoney}</P>
        </Notice>
      )}
      <View className="head">
        <T className="sec">{words.check.toPay}</T>
        <H1>
          <Money id={ids.checkSum} fen={item.amountFen} hero label={words.check.due} />
        </H1>
        <T className="sec">{capitalAmount(item.amountFen)}</T>
      </View>
      {!contributor.isSelf && <Notice tone="info" icon="users" title={words.check.agent(contributor.maskedName, contributor.lastFour)} />}
      <View className="card card--kv">
        <Fact name={words.check.payee} first edit={edit(ids.checkEditPayee, words.check.payee, () => go('agent'))}>
          {named(contributor)}
        </Fact>
        <Fact name={words.check.insurance} edit={edit(ids.checkEditInsurance, words.check.insurance, () => backTo('dues'))}>
          {insuranceNames[item.insurance]}
        </Fact>
        {monthly ? (
          <Fact
            name={words.check.months}
            more={words.check.monthCount(item.unitCount)}
            edit={edit(ids.checkEditMonths, words.check.months, () => backTo('months'))}
          >
            {writtenPeriod(item.months)}
          </Fact>
        ) : (
          <Fact name={words.check.period}>{writtenPeriod(item.months)}</Fact>
        )}
        {item.tierLabel !== null && (
          <Fact
            name={words.check.tier}
            more={monthly ? words.check.monthly(item.unitFen) : undefined}
            edit={edit(ids.checkEditTier, words.check.tier, () => backTo('tier'))}
          >
            {item.tierLabel}
          </Fact>
        )}
        {moment !== undefined && (
          <Fact name={words.check.arrive} more={words.check.arriveWhy}>
            {words.check.arriveOn(writtenDay(expectedCredit(instantOf(moment)), moment.slice(0, 4)))}
          </Fact>
        )}
      </View>
      {item.unpaidBefore.length > 0 && (
        <Notice tone="warn" title={words.check.before}>
          {words.months.before(writtenMonths(item.unpaidBefore))}
        </Notice>
      )}
      {item.acknowledgement !== null && (
        <Notice tone="warn" icon="hour" title={item.acknowledgement === 'late_waiting' ? words.check.wait : words.check.waitPossible}>
          {words.check.waitMore}
        </Notice>
      )}
      {branchOf(item.insurance) === 'medical' && item.acknowledgement === null && <Notice tone="ok" title={words.check.unaffected} />}
      {item.tier !== null && (
        <Notice tone="warn" icon="lock" title={words.check.lock}>
          {words.check.lockMore}
        </Notice>
      )}
      {item.provisional && (
        <Notice tone="info" title={words.check.topUp}>
          {words.tier.provisional}
        </Notice>
      )}
      <View className="sec">
        <P>{words.check.ask}</P>
        <View className="line">
          <T>{words.check.hotline}</T>
          <Link onTap={callHotline}>{words.hotline}</Link>
        </View>
      </View>
    </Page>
  )
}

export default guarded(Check)
