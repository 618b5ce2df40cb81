import { useState } from 'react'
import { View } from '@tarojs/components'
import { insuranceNames, say } from '@shebao/shared/texts'
import { named, shortly, words, writtenPeriod } from '@shebao/shared/words'
import { officeOf, statusOf, toCheck } from '../../due'
import { callHotline } from '../../go'
import { ids } from '../../ids'
import { journey, quoteOf, viewOf } from '../../journey'
import { Button } from '../../ui/Button'
import { Gone } from '../../ui/Gone'
import { Money } from '../../ui/Money'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { PhaseBar } from '../../ui/Phase'
import { Fact } from '../../ui/Row'
import { Sheet } from '../../ui/Sheet'
import { Notice, StatusTag } from '../../ui/Status'
import { H1, P } from '../../ui/Text'

/** A due that an institution issued: its facts, nothing to choose, and what to do when they are wrong (S6, R30, R32, R41). */
const Special = () => {
  const now = journey.use()
  const [disputed, setDisputed] = useState(false)
  const view = viewOf(now)
  if (!view || !('due' in view) || !now.lookup) return <Gone />
  const quoted = quoteOf(now)
  const moment = now.lookup.asOf
  const deadline = view.clock.deadline === null ? null : shortly(view.clock.deadline, moment.slice(0, 4))
  const office = officeOf(view)
  return (
    <Page
      id="special"
      bar={
        'item' in quoted && (
          <BottomBar>
            <Button id={ids.specialPay} onTap={toCheck}>
              {words.special.ok}
            </Button>
            <Button id={ids.specialWrong} kind="quiet" onTap={() => setDisputed(true)}>
              {words.special.wrong}
            </Button>
          </BottomBar>
        )
      }
    >
      <View className="head">
        <H1>{words.special.ask}</H1>
        <P className="sec">{words.special.rule}</P>
      </View>
      {'refusal' in quoted && <Notice tone="warn" title={say(quoted.refusal)} />}
      <View className="card stack">
        <View className="split split--wrap">
          <Money fen={view.amountFen} hero label={words.special.title} />
          <StatusTag status={statusOf(view)} />
        </View>
        <PhaseBar view={view} asOf={moment} />
      </View>
      <View className="card card--kv">
        <Fact name={words.check.payee} first>
          {named(now.lookup.contributor)}
        </Fact>
        <Fact name={words.check.insurance}>{insuranceNames[view.insurance]}</Fact>
        <Fact name={words.check.period}>{writtenPeriod(view.period)}</Fact>
        <Fact name={words.special.kind}>{words.receipt.kinds[view.kind]}</Fact>
        <Fact name={words.special.by}>{office}</Fact>
      </View>
      <P className="sec">{words.special.dispute(deadline)}</P>
      {disputed && (
        <Sheet id={ids.specialDispute} title={words.special.wrongTitle} onClose={() => setDisputed(false)}>
          <P>{words.special.wrongHow(office)}</P>
          <Button id="special-call" kind="quiet" onTap={callHotline}>
            {words.help.call}
          </Button>
        </Sheet>
      )}
    </Page>
  )
}

export default guarded(Special)
