import { useState } from 'react'
import { View } from '@tarojs/components'
import { api, type Lookup } from '@shebao/shared/api'
import { refuseStatus } from '@shebao/shared/due'
import { isMonthly } from '@shebao/shared/insurance'
import { documentNames, insuranceNames, say } from '@shebao/shared/texts'
import { named, words, writtenMoment, writtenPeriod } from '@shebao/shared/words'
import { call, codeOf, NoAnswer } from '../../call'
import { isPayable, linesOf, officeOf, openLine, reasonOf, statusOf, type Line } from '../../due'
import { go, replace } from '../../go'
import { ids } from '../../ids'
import { begin, found, journey } from '../../journey'
import { asOf } from '../../session'
import { names } from '../../ui/access'
import { useAct, useAsked } from '../../ui/ask'
import { Button, Link } from '../../ui/Button'
import { Icon } from '../../ui/Icon'
import { Money } from '../../ui/Money'
import { guarded, Page } from '../../ui/Page'
import { PhaseBar } from '../../ui/Phase'
import { Rows, TapRow } from '../../ui/Row'
import { Sheet } from '../../ui/Sheet'
import { Skeleton } from '../../ui/Skeleton'
import { Notice, StatusTag } from '../../ui/Status'
import { Tap } from '../../ui/Tap'
import { H1, P, Section, T } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

const spoken = ({ view }: Line, moment: string): string =>
  [
    insuranceNames[view.insurance],
    writtenPeriod(view.period),
    ...('amountFen' in view ? [words.amount(view.amountFen)] : []),
    words.status[statusOf(view)],
    reasonOf(view, moment),
  ].join('，')

const DueRow = ({ line, moment, first, onTap }: { line: Line; moment: string; first: boolean; onTap: () => void }) => {
  const { view } = line
  return (
    <Tap id={line.id} className={names('row row--top', first && 'row--first')} label={spoken(line, moment)} onTap={onTap}>
      <View className="row__body row__body--due">
        <View className="opt__top">
          <T className="row-t">{insuranceNames[view.insurance]}</T>
          {'amountFen' in view ? <Money fen={view.amountFen} /> : isPayable(view) && <T className="sec">{words.dues.afterTier}</T>}
        </View>
        <View className="sec">
          {[isMonthly(view.insurance) && !('amountFen' in view) ? words.dues.months(view.year) : writtenPeriod(view.period), line.county]
            .filter(Boolean)
            .join(' · ')}
        </View>
        <View className="due__s">
          <StatusTag status={statusOf(view)} />
          <T className="sec">{reasonOf(view, moment)}</T>
        </View>
        {isPayable(view) && <PhaseBar view={view} asOf={moment} />}
      </View>
      <View className="row__end">
        <Icon name="next" />
      </View>
    </Tap>
  )
}

/** What a person owes, each with a reason and a clock; what cannot be paid says why when tapped (S3). */
const Dues = () => {
  const now = journey.use()
  const [why, setWhy] = useState<Line>()
  const { run, trouble } = useAct()
  const asked = useAsked(async (): Promise<Lookup> => {
    const { who = { entry: 'self' as const } } = journey.get()
    if (!journey.get().who) journey.take(begin, who)
    try {
      const lookup = await call(api.lookUp, { body: who })
      asOf.set(lookup.asOf)
      journey.take(found, lookup)
      return lookup
    } catch (error) {
      if (codeOf(error) === 'nothing_found') replace('notFound')
      throw error
    }
  })
  // what is known already is shown at once, and stays when there is no network (U40)
  const lookup = asked.state === 'done' ? asked.value : now.lookup
  const offline = asked.state === 'failed' && asked.error instanceof NoAnswer && lookup !== undefined
  if (!lookup)
    return (
      <Page id="dues">
        {asked.state === 'failed' ? (
          <Trouble error={asked.error} again={asked.again} />
        ) : (
          <Skeleton rows={3} slow={asked.state === 'loading' && asked.slow} />
        )}
      </Page>
    )
  const { regular, issued } = linesOf(lookup)
  const open = (line: Line): void => {
    if (isPayable(line.view) && !offline) return openLine(line)
    if (line.view.status === 'paid') return go('records')
    if (line.view.status !== 'held' || offline) return setWhy(line)
    // held by an order of one's own, perhaps made on another phone: that can be gone on with (no blind lock)
    run(async () => {
      const { orders } = await call(api.orders, { query: { open: 'true' } })
      const own = orders.find(({ items }) =>
        items.some(({ insurance, year }) => insurance === line.view.insurance && year === line.view.year),
      )
      if (own) go('order', { no: own.no })
      else setWhy(line)
    })
  }
  const list = (lines: readonly Line[]) => (
    <Rows>
      {lines.map((line, at) => (
        <DueRow key={line.id} line={line} moment={lookup.asOf} first={at === 0} onTap={() => open(line)} />
      ))}
    </Rows>
  )
  const refusal = why && refuseStatus(why.view)
  return (
    <Page id="dues">
      <View className="split">
        <View className="split__a">
          <H1>{lookup.contributor.maskedName}</H1>
          <P className="sec">
            {[
              ...(now.who?.entry === 'agent' ? [documentNames[now.who.documentType]] : []),
              named(lookup.contributor).split(' · ')[1],
              lookup.enrolments[0]?.countyName,
            ]
              .filter(Boolean)
              .join(' · ')}
          </P>
        </View>
        <View className="split__b">
          <Link id={ids.duesChange} onTap={() => go('agent')}>
            {words.dues.change}
          </Link>
        </View>
      </View>
      {offline && <Notice tone="warn" title={words.dues.offline(writtenMoment(lookup.asOf))} />}
      {asked.state === 'failed' && !offline && <Trouble error={asked.error} again={asked.again} />}
      {trouble !== undefined && <Trouble error={trouble} />}
      {regular.length > 0 && (
        <Section title={words.dues.regular} why={words.dues.regularWhy}>
          {list(regular)}
        </Section>
      )}
      {issued.length > 0 && (
        <Section title={words.dues.special} why={words.dues.specialWhy}>
          {list(issued)}
        </Section>
      )}
      {regular.length + issued.length === 0 && (
        <Notice tone="ok" title={words.dues.none}>
          {words.dues.noneWhy}
        </Notice>
      )}
      <Rows>
        <TapRow
          id={ids.duesMissing}
          icon="help"
          title={words.dues.missing}
          help={words.dues.missingWhy}
          first
          onTap={() => go('notFound')}
        />
      </Rows>
      {why && (
        <Sheet id={ids.duesReason} title={words.dues.why} onClose={() => setWhy(undefined)}>
          <P>{refusal ? say(refusal) : offline ? words.dues.offline(writtenMoment(lookup.asOf)) : ''}</P>
          {(why.view.status === 'closed' || why.view.status === 'awaiting_special') && (
            <Button
              id="dues-office"
              kind="quiet"
              onTap={() => {
                setWhy(undefined)
                go('help')
              }}
            >
              {officeOf(why.view)}
            </Button>
          )}
        </Sheet>
      )}
    </Page>
  )
}

export default guarded(Dues)
