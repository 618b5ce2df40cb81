import { useState } from 'react'
import { View } from '@tarojs/components'
import { instantOf, monthOf } from '@shebao/shared/day'
import { eachMonth, monthsIn, refuseMonths, unpaidBefore, type Months, type MonthState } from '@shebao/shared/months'
import { say } from '@shebao/shared/texts'
import { speakAmount } from '@shebao/shared/speech'
import { words, writtenMonths } from '@shebao/shared/words'
import { toCheck } from '../../due'
import { go } from '../../go'
import { ids } from '../../ids'
import { amend, firstRun, journey, quoteOf, runWithin, viewOf } from '../../journey'
import { asOf } from '../../session'
import { access } from '../../ui/access'
import { Button } from '../../ui/Button'
import { Gone } from '../../ui/Gone'
import { Money } from '../../ui/Money'
import { MonthStrip, Stepper } from '../../ui/Months'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Sheet } from '../../ui/Sheet'
import { Notice } from '../../ui/Status'
import { H1, P, T } from '../../ui/Text'

const numberOf = (month: string): number => Number(month.slice(5))

/** Until which month: the start is the earliest unpaid one, the end is chosen; a later start is a second, closed question (S5, decision 4). */
const MonthsPage = () => {
  const now = journey.use()
  const moment = asOf.use()
  const [why, setWhy] = useState<string>()
  const [startIsOpen, setStartOpen] = useState(false)
  const view = viewOf(now)
  const { choice } = now
  if (!view || 'due' in view || choice?.kind !== 'regular') return <Gone />
  const thisMonth = moment === undefined ? view.period.to : monthOf(instantOf(moment))
  const run = choice.months ?? firstRun(view, thisMonth)
  if (!run) return <Gone />
  const tier = view.tiers.find(({ code }) => code === choice.tier)
  const take = (wanted: Months): void => {
    const refusal = refuseMonths(view.months, wanted)
    if (refusal) return setWhy(say(refusal))
    journey.take(amend, { months: wanted })
  }
  const open = view.months.filter(({ status }) => status === 'open').map(({ month }) => month)
  const after = view.months.find(({ month }) => month > run.to)
  const more = (): void => {
    if (!after) return setWhy(words.months.stuckMore)
    take({ from: run.from, to: after.month })
  }
  const less = (): void => {
    const months = eachMonth(run)
    const to = months[months.length - 2]
    if (to === undefined) return setWhy(words.months.stuckEnd)
    take({ from: run.from, to })
  }
  const tapMonth = ({ month, status }: MonthState): void => {
    if (status === 'paid') return go('records')
    if (month >= run.from) take({ from: run.from, to: month })
    else take({ from: month, to: run.to })
  }
  const startAt = (from: string | undefined): void => {
    if (from !== undefined) take({ from, to: from > run.to ? from : run.to })
  }
  const earlier = open.filter((month) => month < run.from)
  const whole = runWithin(view, { from: run.from, to: view.period.to })
  const rest = open.filter((month) => month > run.to)
  const before = unpaidBefore(view.months, run)
  const quoted = quoteOf({ ...now, choice: { ...choice, months: run } })
  const fen = 'item' in quoted ? quoted.item.amountFen : 0
  const sum = words.months.sum(writtenMonths(eachMonth(run)), monthsIn(run))
  return (
    <Page
      id="months"
      bar={
        <BottomBar>
          <View
            className="bar__sum"
            id={ids.monthsSum}
            {...access({ role: 'status', live: 'polite', label: `${sum}，${speakAmount(fen)}` })}
          >
            <View className="sec">
              <View>{sum}</View>
              {tier && <View>{words.months.unit(tier.label, tier.unitFen)}</View>}
            </View>
            <Money fen={fen} />
          </View>
          <Button
            id={ids.monthsNext}
            onTap={() => {
              if ('refusal' in quoted) return setWhy(say(quoted.refusal))
              journey.take(amend, { months: run })
              toCheck()
            }}
          >
            {words.months.go}
          </Button>
        </BottomBar>
      }
    >
      <View className="head">
        <H1>{words.months.ask}</H1>
        <P className="sec">{words.months.rule(numberOf(run.from))}</P>
      </View>
      <View className="card stack stack--4">
        <Stepper
          id={ids.monthsEnd}
          name={words.months.until}
          value={words.months.month(numberOf(run.to))}
          less={words.months.fewer}
          more={words.months.more}
          onLess={less}
          onMore={more}
        />
        <MonthStrip label={words.months.group(view.year)} months={view.months} run={run} onTap={tapMonth} />
        <View className="pair">
          {thisMonth >= run.from && thisMonth <= view.period.to && (
            <Button id={ids.monthsNow} kind="second" shape="small" onTap={() => take(runWithin(view, { from: run.from, to: thisMonth }))}>
              {words.months.thisMonth(numberOf(thisMonth))}
            </Button>
          )}
          <Button id={ids.monthsYear} kind="second" shape="small" onTap={() => take(whole)}>
            {words.months.wholeYear}
          </Button>
        </View>
      </View>
      {!view.startsAtEarliestUnpaid && open.length > 1 && (
        <Button id={ids.monthsStartToggle} kind="quiet" shape="inline" expanded={startIsOpen} onTap={() => setStartOpen(!startIsOpen)}>
          {words.months.otherStart}
        </Button>
      )}
      {startIsOpen && (
        <View className="card">
          <Stepper
            id={ids.monthsStart}
            name={words.months.startAt}
            value={words.months.month(numberOf(run.from))}
            less={words.months.earlier}
            more={words.months.later}
            onLess={() => startAt(earlier[earlier.length - 1])}
            onMore={() => startAt(open.find((month) => month > run.from))}
          />
        </View>
      )}
      {before.length > 0 && <Notice id="months-before" tone="warn" title={words.months.before(writtenMonths(before))} />}
      {rest.length > 0 && <P className="sec">{words.months.rest(writtenMonths(rest))}</P>}
      {why !== undefined && (
        <Sheet id={ids.monthsReason} title={words.months.ask} onClose={() => setWhy(undefined)}>
          <T>{why}</T>
        </Sheet>
      )}
    </Page>
  )
}

export default guarded(MonthsPage)
