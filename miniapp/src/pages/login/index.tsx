import { useEffect } from 'react'
import { words } from '@shebao/shared/words'
import { restart, replace } from '../../go'
import { ids } from '../../ids'
import { host } from '../../platform/host'
import { logIn } from '../../session'
import { useAsked } from '../../ui/ask'
import { Button } from '../../ui/Button'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Skeleton } from '../../ui/Skeleton'
import { H1 } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

/** Logs in through the host, without a question where it asks none (S1). */
const Login = () => {
  const asked = useAsked(logIn)
  const me = asked.state === 'done' ? asked.value : undefined
  useEffect(() => {
    if (me?.realName) restart('home')
    else if (me) replace('realName')
  }, [me])
  return (
    <Page
      id="login"
      bar={
        asked.state === 'failed' && (
          <BottomBar>
            <Button id={ids.loginAgain} onTap={asked.again}>
              {words.login.again}
            </Button>
          </BottomBar>
        )
      }
    >
      <H1>{words.login.busy(host.name)}</H1>
      {asked.state === 'failed' ? (
        <Trouble error={asked.error} without={['try_again']} />
      ) : (
        <Skeleton rows={1} slow={asked.state === 'loading' && asked.slow} />
      )}
    </Page>
  )
}

export default guarded(Login)
