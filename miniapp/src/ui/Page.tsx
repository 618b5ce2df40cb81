import { Component, type ComponentType, type CSSProperties, type PropsWithChildren, type ReactNode } from 'react'
import { View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { reading } from '../elder'
import { restart } from '../go'
import { asOf } from '../session'
import { names } from './access'
import { Button } from './Button'
import { H1, P, T } from './Text'

/** Says on every page that nothing is real and as of which day rules are judged. */
export const DemoStrip = () => {
  const moment = asOf.use()
  return DEMONSTRATION ? (
    <View className="demo">
      <T>{words.demo(moment)}</T>
    </View>
  ) : null
}

/** Sums and buttons that stay in reach of the thumb: one primary, at most one quiet (U12). */
export const BottomBar = ({ children }: PropsWithChildren) => <View className="bar">{children}</View>

interface Props {
  id: string
  /** What stays at the bottom. */
  bar?: ReactNode
  /** The page that interrupts: the only one in full colour. */
  stop?: boolean
}

/** The frame of every page: text size and layout are set here, on the root, and nowhere else. */
export const Page = ({ id, bar, stop = false, children }: PropsWithChildren<Props>) => {
  const { elder, scale, heroScale } = reading.use()
  const size = { '--fs': String(scale), '--fs-hero': String(heroScale) } as CSSProperties
  return (
    <View id={`page-${id}`} className={names('app', elder && 'app--elder', stop && 'app--stop')} style={size}>
      <DemoStrip />
      <View className="main">{children}</View>
      {bar}
    </View>
  )
}

/** One broken page must not end the app: there is one React root for all of them. */
class Boundary extends Component<PropsWithChildren, { broken: boolean }> {
  override state = { broken: false }
  static getDerivedStateFromError(): { broken: boolean } {
    return { broken: true }
  }
  override render(): ReactNode {
    if (!this.state.broken) return this.props.children
    return (
      <Page
        id="broken"
        bar={
          <BottomBar>
            <Button id="broken-home" onTap={() => restart('home')}>
              {words.broken.home}
            </Button>
          </BottomBar>
        }
      >
        <H1>{words.broken.title}</H1>
        <P>{words.broken.why}</P>
      </Page>
    )
  }
}

/** A page with its error boundary. */
export const guarded = (Inner: ComponentType): ComponentType => {
  const Guarded = () => (
    <Boundary>
      <Inner />
    </Boundary>
  )
  return Guarded
}
