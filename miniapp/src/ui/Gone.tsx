import { words } from '@shebao/shared/words'
import { restart } from '../go'
import { Button } from './Button'
import { BottomBar, Page } from './Page'
import { H1, P } from './Text'

/** A page that was opened without what it is about: after a day, or from outside. */
export const Gone = () => (
  <Page
    id="gone"
    bar={
      <BottomBar>
        <Button id="gone-home" onTap={() => restart('home')}>
          {words.broken.home}
        </Button>
      </BottomBar>
    }
  >
    <H1>{words.check.noChoice}</H1>
    <P>{words.check.noChoiceWhy}</P>
  </Page>
)
