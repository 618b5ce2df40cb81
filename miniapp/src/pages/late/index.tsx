import { View } from '@tarojs/components'
import { insuranceNames } from '@shebao/shared/texts'
import { named, shortly, words, writtenPeriod } from '@shebao/shared/words'
import { back, replace } from '../../go'
import { ids } from '../../ids'
import { acknowledge, journey, quoteOf, viewOf } from '../../journey'
import { Button } from '../../ui/Button'
import { Gone } from '../../ui/Gone'
import { Icon } from '../../ui/Icon'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { PhaseBar } from '../../ui/Phase'
import { Fact } from '../../ui/Row'
import { H1, P } from '../../ui/Text'

/** The one page that interrupts: paying now has a waiting period, or may have one; going on is an acknowledgement (S8, R27). */
const Late = () => {
  const now = journey.use()
  const view = viewOf(now)
  const kind = view?.acknowledgement
  if (!view || !kind || !now.lookup) return <Gone />
  const quoted = quoteOf(now)
  const { deadline } = view.clock
  return (
    <Page
      id="late"
      stop
      bar={
        <BottomBar>
          <Button
            id={ids.lateOk}
            onTap={() => {
              journey.take(acknowledge, kind)
              replace('check')
            }}
          >
            {words.late.ok}
          </Button>
          <Button id={ids.lateNo} kind="quiet" onTap={back}>
            {words.late.no}
          </Button>
        </BottomBar>
      }
    >
      <View className="stop stack stack--4">
        <View className="mark mark--warn mark--left">
          <Icon name="hour" size="large" />
        </View>
        <H1>{kind === 'late_waiting' ? words.late.late : words.late.possible}</H1>
        <P>{kind === 'late_waiting' ? words.late.body : words.late.bodyPossible}</P>
        <P>{words.late.howLong}</P>
        <PhaseBar view={view} asOf={now.lookup.asOf} />
        <View>
          <Fact name={words.check.payee} tight first>
            {named(now.lookup.contributor)}
          </Fact>
          <Fact name={words.check.insurance} tight>
            {`${insuranceNames[view.insurance]} ${writtenPeriod(view.period)}`}
          </Fact>
          {'item' in quoted && (
            <Fact name={words.late.amount} tight>
              {words.amount(quoted.item.amountFen)}
            </Fact>
          )}
        </View>
      </View>
      <View className="sec">
        <P>{words.late.ask}</P>
        {deadline !== null && <P>{words.late.until(shortly(deadline, now.lookup.asOf.slice(0, 4)))}</P>}
      </View>
    </Page>
  )
}

export default guarded(Late)
