import { useRef, useState } from 'react'
import { View } from '@tarojs/components'
import { useDidShow } from '@tarojs/taro'
import { api, type Lookup } from '@shebao/shared/api'
import { insuranceNames, speak } from '@shebao/shared/texts'
import { refuse } from '@shebao/shared/refusal'
import { words, writtenPeriod } from '@shebao/shared/words'
import { call, codeOf, NotDone } from '../../call'
import { agreed } from '../../consent'
import { nearestLine, openLine, resumeChoice, summaryOf } from '../../due'
import { chooseLayout, reading } from '../../elder'
import { callHotline, go, replace } from '../../go'
import { ids } from '../../ids'
import { begin, found, journey, viewOf, type Journey } from '../../journey'
import { asOf, session } from '../../session'
import { useAsked } from '../../ui/ask'
import { Button, Link } from '../../ui/Button'
import { Money } from '../../ui/Money'
import { guarded, Page } from '../../ui/Page'
import { PhaseBar } from '../../ui/Phase'
import { BigChoice, TapRow, Tile } from '../../ui/Row'
import { Skeleton } from '../../ui/Skeleton'
import { Notice } from '../../ui/Status'
import { H1, P, Section, T } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

type Own = { lookup: Lookup } | 'not_found' | 'other'

/** What is owed by the account's own person: one request, whatever the document (U41). */
const askOwn = async (): Promise<Own> => {
  const me = session.get()?.me
  if (!me?.realName) return 'other'
  if (me.realName.documentType !== 'id_card') {
    asOf.set((await call(api.me, {})).asOf)
    return 'other'
  }
  try {
    const lookup = await call(api.lookUp, { body: { entry: 'self' } })
    asOf.set(lookup.asOf)
    return { lookup }
  } catch (error) {
    if (codeOf(error) === 'nothing_found') return 'not_found'
    throw error
  }
}
const describe = (now: Journey): string => {
  const view = viewOf(now)
  if (!view) return ''
  const { choice } = now
  const period = choice?.kind === 'regular' && choice.months ? choice.months : view.period
  return `${insuranceNames[view.insurance]} ${writtenPeriod(period)}`
}

const Home = () => {
  const me = session.use()?.me
  const draft = journey.use()
  const { elder, switched } = reading.use()
  const asked = useAsked(askOwn)
  const [turned, setTurned] = useState<unknown>()
  const shown = useRef(false)
  useDidShow(() => {
    if (!agreed()) return replace('consent')
    if (!session.get()) return replace('login')
    if (!session.get()?.me.realName) return replace('realName')
    if (shown.current) asked.again()
    shown.current = true
  })
  if (!me?.realName) return <Page id="home">{null}</Page>

  const holdsCard = me.realName.documentType === 'id_card'
  const own = asked.state === 'done' ? asked.value : undefined
  const lookup = typeof own === 'object' ? own.lookup : undefined
  const nearest = lookup && nearestLine(lookup)
  const selfHelp = own === 'not_found' ? words.home.selfNotFound : !holdsCard ? words.home.selfOther : lookup && summaryOf(lookup, elder)
  const openSelf = (): void => {
    if (!holdsCard) return setTurned(new NotDone(speak(refuse('use_agent_entry'))))
    journey.take(begin, { entry: 'self' })
    if (lookup) journey.take(found, lookup)
    go(own === 'not_found' ? 'notFound' : 'dues')
  }
  return (
    <Page id="home">
      {switched && (
        <Notice tone="info" icon="text" title={words.elder.on} live>
          <Button id={ids.elderUndo} kind="second" shape="small" onTap={() => chooseLayout(false)}>
            {words.elder.undo}
          </Button>
        </Notice>
      )}
      {draft.order ? (
        <TapRow
          id={ids.homeContinue}
          icon="edit"
          card="tint"
          title={words.home.pending}
          help={words.amount(draft.order.totalFen)}
          strong
          onTap={() => go('order', { no: draft.order?.no ?? '' })}
        />
      ) : (
        draft.choice &&
        viewOf(draft) && (
          <TapRow
            id={ids.homeContinue}
            icon="edit"
            card="tint"
            title={words.home.continue}
            help={describe(draft)}
            strong
            onTap={resumeChoice}
          />
        )
      )}
      <View className="head">
        <H1>{words.home.ask}</H1>
        {!elder && <P className="sec">{words.home.hello(me.realName.maskedName)}</P>}
      </View>
      {!holdsCard && turned === undefined && <Notice tone="info" title={words.login.nonId} />}
      {turned !== undefined && <Trouble error={turned} />}
      {asked.state === 'failed' && <Trouble error={asked.error} again={asked.again} />}
      <View className="stack">
        <BigChoice
          id={ids.homeSelf}
          icon="user"
          title={words.home.self}
          help={selfHelp}
          main={holdsCard && !draft.order}
          onTap={openSelf}
        />
        <BigChoice
          id={ids.homeAgent}
          icon="users"
          title={elder ? words.home.elderAgent : words.home.agent}
          help={elder ? words.home.agent : words.home.agentWhy}
          main={!holdsCard && !draft.order}
          onTap={() => go('agent')}
        />
        {elder && <BigChoice id={ids.homeRecords} icon="receipt" title={words.home.elderRecords} onTap={() => go('records')} />}
        {elder && <BigChoice id={ids.homeHelp} icon="phone" title={words.home.help} help={words.home.helpWhy} onTap={() => go('help')} />}
      </View>
      {holdsCard && asked.state === 'loading' && !elder && <Skeleton rows={1} slow={asked.slow} />}
      {!elder && lookup && nearest && (
        <Section title={words.home.nearest}>
          <View className="card stack">
            <View className="split">
              <View className="split__a">
                <View className="row-t">{insuranceNames[nearest.view.insurance]}</View>
                <View className="sec">{writtenPeriod(nearest.view.period)}</View>
              </View>
              {'amountFen' in nearest.view && (
                <View className="split__b">
                  <Money fen={nearest.view.amountFen} />
                </View>
              )}
            </View>
            <PhaseBar view={nearest.view} asOf={lookup.asOf} />
            {nearest.view.clock.daysLeft !== null && (
              <P className="strong">
                {nearest.view.clock.daysLeft === 0 ? words.dues.lastDay : words.dues.left(nearest.view.clock.daysLeft)}
              </P>
            )}
            <Button
              id={ids.homeNearest}
              kind="second"
              onTap={() => {
                journey.take(begin, { entry: 'self' })
                journey.take(found, lookup)
                openLine(nearest)
              }}
            >
              {words.home.goCheck}
            </Button>
          </View>
        </Section>
      )}
      {elder ? (
        <Button id={ids.homeElder} kind="quiet" onTap={() => chooseLayout(false)}>
          {words.home.elderOff}
        </Button>
      ) : (
        <View className="grid3">
          <Tile id={ids.homeRecords} icon="receipt" onTap={() => go('records')}>
            {words.home.records}
          </Tile>
          <Tile id={ids.homeHelp} icon="help" onTap={() => go('help')}>
            {words.home.help}
          </Tile>
          <Tile id={ids.homeElder} icon="text" onTap={() => chooseLayout(true)}>
            {words.home.elderOn}
          </Tile>
        </View>
      )}
      {!elder && (
        <View className="cap center">
          <P>{words.office}</P>
          <View className="line line--center">
            <T>{words.home.stuck}</T>
            <Link id={ids.homeHotline} onTap={callHotline}>
              {words.hotline}
            </Link>
          </View>
        </View>
      )}
    </Page>
  )
}

export default guarded(Home)
