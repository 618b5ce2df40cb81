import { useEffect, type ReactNode } from 'react'
import { Input, View } from '@tarojs/components'
import { words } from '@shebao/shared/words'
import { describeInput, inputAccess } from '../platform/input'
import { access, names } from './access'
import { Icon } from './Icon'
import { Tap } from './Tap'
import { P, T } from './Text'

interface Labelled {
  id: string
  label: string
  error?: string | undefined
}
const Frame = ({ id, label, error, children }: Labelled & { children: ReactNode }) => (
  <View className={names('field', error !== undefined && 'is-error')}>
    <View className="field__l" id={`${id}-label`}>
      {label}
    </View>
    {children}
    {error !== undefined && (
      <View className="field__err" id={`${id}-error`} {...access({ role: 'alert' })}>
        <View className="note__i">
          <Icon name="alert" size="small" />
        </View>
        <T>{error}</T>
      </View>
    )}
  </View>
)

interface TextProps extends Labelled {
  /** What stands there at first; what is typed is never written back (Taro's inputs jump when it is). */
  initial: string
  kind?: 'text' | 'idcard'
  maxLength?: number
  onType: (value: string) => void
}

/** A field that keeps what was typed; it is checked on 下一步, not on leaving it (U22). */
export const Field = ({ initial, kind = 'text', maxLength = 120, onType, ...frame }: TextProps) => {
  const { id, label, error } = frame
  const describedBy = error === undefined ? undefined : `${id}-error`
  useEffect(() => describeInput(id, label, describedBy), [id, label, describedBy])
  return (
    <Frame {...frame}>
      <View className="field__in">
        <Input
          id={id}
          className="field__native"
          type={kind}
          defaultValue={initial}
          maxlength={maxLength}
          {...inputAccess(label, describedBy)}
          onInput={(event) => onType(event.detail.value)}
        />
      </View>
    </Frame>
  )
}

/** A field that opens a choice. */
export const ChoiceField = ({ value, onTap, ...frame }: Labelled & { value: string; onTap: () => void }) => (
  <Frame {...frame}>
    <Tap id={frame.id} className="field__in" label={`${frame.label}，${value}`} onTap={onTap}>
      <T>{value}</T>
      <Icon name="down" size="small" />
    </Tap>
  </Frame>
)

/** A number that the large keypad types: shown in groups of 6, 8 and 4. */
export const NumberField = ({ value, ...frame }: Labelled & { value: string }) => (
  <Frame {...frame}>
    <View
      className="field__in is-active"
      id={frame.id}
      {...access({ role: 'img', label: `${frame.label}，${words.realName.count(value.length)}` })}
    >
      <View className="idno">
        <IdGroups value={value} />
        <View className="caret" />
      </View>
    </View>
  </Frame>
)

/** 210702 19800101 9018. */
export const IdGroups = ({ value }: { value: string }) => (
  <View className="idno">
    {[value.slice(0, 6), value.slice(6, 14), value.slice(14)]
      .filter((group) => group !== '')
      .map((group, at) => (
        <View key={at} className="idno__g">
          {group}
        </View>
      ))}
  </View>
)

const keys = ['1', '2', '3', '4', '5', '6', '7', '8', '9', 'X', '0', 'delete'] as const
export type Key = (typeof keys)[number]
/** A number after a key. */
export const typed = (value: string, key: Key): string => (key === 'delete' ? value.slice(0, -1) : (value + key).slice(0, 18))

/** A keypad with X, larger than the phone's; only the count of digits is announced. */
export const IdKeypad = ({ count, onKey }: { count: number; onKey: (key: Key) => void }) => (
  <View className="padbar">
    <View className="pad" {...access({ role: 'group', label: words.realName.keypadName })}>
      {keys.map((key) => (
        <Tap key={key} id={`key-${key}`} className="key" label={key === 'delete' ? words.realName.delete : key} onTap={() => onKey(key)}>
          {key === 'delete' ? <Icon name="del" size="large" /> : key}
        </Tap>
      ))}
    </View>
    <View className="only-read" {...access({ live: 'polite', role: 'status' })}>
      {words.realName.count(count)}
    </View>
  </View>
)

/** A tick, as large as a thumb. */
export const Check = ({ id, on, children, onTap }: { id: string; on: boolean; children: string; onTap: () => void }) => (
  <Tap id={id} className="check" role="checkbox" checked={on} label={children} onTap={onTap}>
    <View className={names('box', on && 'box--on')}>{on && <Icon name="check" size="small" />}</View>
    <P>{children}</P>
  </Tap>
)
