import type { PropsWithChildren } from 'react'
import { View } from '@tarojs/components'
import { access, names } from './access'
import { Icon } from './Icon'
import type { IconName } from './icons'
import { Tap } from './Tap'
import { P } from './Text'

interface Props {
  id?: string
  icon?: IconName
  /** A number in place of the icon: rows of an ordered list. */
  number?: number
  title: string
  strong?: boolean
  help?: string | undefined
  act?: string
  first?: boolean
  card?: boolean | 'tint'
  onTap: () => void
}

/** A row of a list; all of it is the target. */
export const TapRow = ({ id, icon, number, title, strong, help, act, first = false, card = false, onTap }: Props) => (
  <Tap
    id={id}
    className={names('row', first && 'row--first', number !== undefined && 'row--top', card && 'card', card === 'tint' && 'card--tint')}
    label={[number, title, help, act].filter((part) => part !== undefined).join('，')}
    onTap={onTap}
  >
    {icon && (
      <View className="row__lead">
        <Icon name={icon} />
      </View>
    )}
    {number !== undefined && (
      <View className="row__n" {...access({ hidden: true })}>
        {number}
      </View>
    )}
    <View className="row__body">
      <View className={strong === true || number !== undefined ? 'row-t' : ''}>{title}</View>
      {help !== undefined && <P className="sec">{help}</P>}
      {act !== undefined && <View className="act">{act}</View>}
    </View>
    <View className="row__end">
      <Icon name="next" />
    </View>
  </Tap>
)

/** A card that holds rows. */
export const Rows = ({ children }: PropsWithChildren) => <View className="card card--list">{children}</View>

/** One of the few doors of the home page. */
export const BigChoice = ({
  id,
  icon,
  title,
  help,
  main = false,
  onTap,
}: {
  id: string
  icon: IconName
  title: string
  help?: string | undefined
  main?: boolean
  onTap: () => void
}) => (
  <Tap id={id} className={names('big', main && 'big--main')} label={help === undefined ? title : `${title}，${help}`} onTap={onTap}>
    <View className="big__i">
      <Icon name={icon} size="large" />
    </View>
    <View className="stack stack--1">
      <View className="big__t">{title}</View>
      {help !== undefined && <View className="sec">{help}</View>}
    </View>
  </Tap>
)

/** A small square of the home page. */
export const Tile = ({ id, icon, children, onTap }: { id: string; icon: IconName; children: string; onTap: () => void }) => (
  <Tap id={id} className="tile" onTap={onTap}>
    <View className="tile__i">
      <Icon name={icon} />
    </View>
    <View>{children}</View>
  </Tap>
)

/** A fact: its name, its value, and how to change it. */
export const Fact = ({
  name,
  first = false,
  tight = false,
  more,
  edit,
  children,
}: PropsWithChildren<{
  name: string
  first?: boolean
  tight?: boolean
  more?: string | undefined
  edit?: { id: string; label: string; word: string; onTap: () => void } | undefined
}>) => (
  <View className={names('kv', first && 'kv--first', tight && 'kv--tight')}>
    <View className="kv__k">{name}</View>
    <View className="kv__v">
      <View>{children}</View>
      {more !== undefined && <P className="sec">{more}</P>}
    </View>
    {edit && (
      <View className="kv__a">
        <Tap id={edit.id} className="link" label={edit.label} onTap={edit.onTap}>
          {edit.word}
        </Tap>
      </View>
    )}
  </View>
)
