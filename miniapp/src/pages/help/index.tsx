import { View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { agree } from '../../consent'
import { callHotline, replace, restart } from '../../go'
import { ids } from '../../ids'
import { fresh, journey } from '../../journey'
import { logOut, session } from '../../session'
import { Button } from '../../ui/Button'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Fact } from '../../ui/Row'
import { Notice } from '../../ui/Status'
import { H1, P } from '../../ui/Text'

/** Who answers what, readable without logging in (R80, R82, R83). */
const Help = () => {
  const loggedIn = session.use() !== undefined
  const { help } = words
  return (
    <Page
      id="help"
      bar={
        <BottomBar>
          <Button id={ids.helpHotline} icon="phone" onTap={callHotline}>
            {help.call}
          </Button>
          {!loggedIn && (
            <Button
              id={ids.helpBegin}
              kind="quiet"
              onTap={() => {
                agree()
                replace('login')
              }}
            >
              {help.begin}
            </Button>
          )}
        </BottomBar>
      }
    >
      <H1>{help.ask}</H1>
      {!loggedIn && <Notice tone="info" title={help.guide} />}
      <View className="card card--kv">
        <Fact name={words.check.hotline} first more={help.taxWhy}>
          {help.tax}
        </Fact>
        <Fact name={words.special.pension} more={help.pensionWhy}>
          {help.pension}
        </Fact>
        <Fact name={words.special.medical} more={help.medicalWhy}>
          {help.medical}
        </Fact>
        <Fact name={help.windows}>{help.windowsWhy}</Fact>
        <Fact name={help.legacy}>{help.legacyWhy}</Fact>
      </View>
      <P className="sec">{help.bankDebit}</P>
      {loggedIn && (
        <Button
          id={ids.helpLogOut}
          kind="quiet"
          onTap={() => {
            journey.take(() => fresh)
            logOut()
            restart('consent')
          }}
        >
          {help.logOut}
        </Button>
      )}
    </Page>
  )
}

export default guarded(Help)
