import { View } from '@tarojs/components'
import { refuse } from '@shebao/shared/refusal'
import { lastFour, maskName } from '@shebao/shared/identity'
import { named, words } from '@shebao/shared/words'
import { callHotline, go } from '../../go'
import { ids } from '../../ids'
import { journey } from '../../journey'
import { session } from '../../session'
import { access } from '../../ui/access'
import { Button, Link } from '../../ui/Button'
import { Icon } from '../../ui/Icon'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Fact, TapRow } from '../../ui/Row'
import { Notice } from '../../ui/Status'
import { H1, P, Section, T } from '../../ui/Text'
import { say as sayRefusal } from '@shebao/shared/texts'

const acts: Record<(typeof words.notFound.checks)[number]['id'], () => void> = {
  number: () => go('agent'),
  name: () => go('agent'),
  fifteen: () => go('help'),
  enrolled: () => go('help'),
  paid: () => go('records'),
  opens: () => go('help'),
}

/** Nothing found is a page, not an error: what to look at, in order, and where to go then (S10, U24). */
const NotFound = () => {
  const { who } = journey.use()
  const me = session.use()?.me.realName
  const asked =
    who?.entry === 'agent'
      ? named({ maskedName: maskName(who.name), lastFour: lastFour(who.documentNumber) })
      : me
        ? `${words.notFound.self}（${named(me)}）`
        : words.notFound.self
  const fifteen = who?.entry === 'agent' && /^\d{15}$/.test(who.documentNumber)
  return (
    <Page
      id="notfound"
      bar={
        <BottomBar>
          <Button id={ids.notfoundAgain} onTap={() => go('agent')}>
            {words.notFound.again}
          </Button>
        </BottomBar>
      }
    >
      <View className="head">
        <H1>{words.notFound.none}</H1>
        <P>{words.notFound.asked(asked)}</P>
        <P>{words.notFound.money}</P>
      </View>
      {fifteen && (
        <Notice
          tone="warn"
          title={sayRefusal(refuse('nothing_found', { fifteenDigits: true }))
            .split('。')
            .slice(-2)
            .join('。')}
        />
      )}
      <Section title={words.notFound.list} why={words.notFound.listWhy}>
        <View id={ids.notfoundChecks} className="card card--list" {...access({ role: 'list' })}>
          {words.notFound.checks.map(({ id, title, why, act }, at) => (
            <View key={id} {...access({ role: 'listitem' })}>
              <TapRow id={`check-${id}`} number={at + 1} title={title} help={why} act={act} first={at === 0} onTap={acts[id]} />
            </View>
          ))}
        </View>
      </Section>
      <View className="card stack">
        <View className="line">
          <Icon name="office" />
          <T className="row-t">{words.notFound.window}</T>
        </View>
        <P className="sec">{words.notFound.windowWhy}</P>
        <View>
          <Fact name={words.notFound.sayKey} tight first>
            {words.notFound.say}
          </Fact>
          <Fact name={words.notFound.whereKey} tight>
            {words.notFound.where}
          </Fact>
        </View>
      </View>
      <View className="sec line">
        <T>{words.notFound.phone}</T>
        <Link id={ids.notfoundHotline} onTap={callHotline}>
          {words.hotline}
        </Link>
      </View>
    </Page>
  )
}

export default guarded(NotFound)
