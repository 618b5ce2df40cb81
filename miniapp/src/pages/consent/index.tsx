import { View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { agree } from '../../consent'
import { go, replace } from '../../go'
import { ids } from '../../ids'
import { Button } from '../../ui/Button'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { H1, P } from '../../ui/Text'

/** What this is, who runs it, which data it needs: before anything is asked (S0). */
const Consent = () => (
  <Page
    id="consent"
    bar={
      <BottomBar>
        <Button
          id={ids.consentYes}
          onTap={() => {
            agree()
            replace('login')
          }}
        >
          {words.consent.yes}
        </Button>
        <Button id={ids.consentNo} kind="quiet" onTap={() => go('help')}>
          {words.consent.no}
        </Button>
      </BottomBar>
    }
  >
    <H1>{words.consent.title}</H1>
    <View className="card stack">
      <P className="strong">{words.consent.what}</P>
      <P>{words.consent.who}</P>
      <P>{words.consent.data}</P>
      <P>{words.consent.keep}</P>
    </View>
    <P className="sec">{words.consent.noWhy}</P>
  </Page>
)

export default guarded(Consent)
