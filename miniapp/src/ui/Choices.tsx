import type { ReactNode } from 'react'
import { View } from '@tarojs/components'
import { yuan } from '@shebao/shared/money'
import type { Tier } from '@shebao/shared/tier'
import { words } from '@shebao/shared/words'
import { access, names } from './access'
import { Tap } from './Tap'
import { T } from './Text'

interface RadioProps {
  id: string
  label: string
  on: boolean
  /** Not on offer: still tappable, and then says why (U23). */
  off?: boolean
  first?: boolean
  children: ReactNode
  onTap: () => void
}
export const RadioCard = ({ id, label, on, off = false, first = false, children, onTap }: RadioProps) => (
  <Tap
    id={id}
    className={names('opt', first && 'opt--first', on && 'is-on', off && 'is-off')}
    role="radio"
    checked={on}
    label={label}
    onTap={onTap}
  >
    <View className="opt__r" />
    <View className="opt__b">{children}</View>
  </Tap>
)
export const RadioGroup = ({ label, children }: { label: string; children: ReactNode }) => (
  <View className="card card--list" {...access({ role: 'radiogroup', label })}>
    {children}
  </View>
)

/** Two ways to look at the same thing. */
export const Tabs = ({
  label,
  tabs,
  on,
  onTap,
}: {
  label: string
  tabs: readonly { id: string; name: string }[]
  on: string
  onTap: (id: string) => void
}) => (
  <View className="seg" {...access({ role: 'tablist', label })}>
    {tabs.map(({ id, name }) => (
      <Tap key={id} id={id} className={names('seg__b', id === on && 'is-on')} role="tab" selected={id === on} onTap={() => onTap(id)}>
        {name}
      </Tap>
    ))}
  </View>
)

interface TierProps {
  tiers: readonly Tier[]
  monthly: boolean
  chosen: string | undefined
  locked: { code: string } | null
  /** A tier that the fee year no longer allows was tapped. */
  onLocked: (tier: Tier) => void
  onChoose: (tier: Tier) => void
}
const priceOf = ({ unitFen }: Tier, monthly: boolean): string => `${yuan(unitFen)}${monthly ? words.tier.perMonth : words.tier.perYear}`
const labelOf = (tier: Tier, monthly: boolean, isLocked: boolean, isOff: boolean): string =>
  [
    tier.label,
    priceOf(tier, monthly),
    ...(monthly ? [words.tier.year(tier.unitFen * 12)] : []),
    ...(isLocked ? [words.tier.locked] : []),
    ...(isOff ? [words.tier.off] : []),
  ].join('，')

/** Tiers as bars of their amounts, from 0 and to one scale: no tier is recommended, none is drawn larger (U8). */
export const TierBars = ({ tiers, monthly, chosen, locked, onLocked, onChoose }: TierProps) => {
  const most = Math.max(...tiers.map(({ unitFen }) => unitFen))
  return (
    <RadioGroup label={words.tier.group}>
      {tiers.map((tier, at) => {
        const off = locked !== null && locked.code !== tier.code
        const isLocked = locked?.code === tier.code
        return (
          <RadioCard
            key={tier.code}
            id={`tier-${tier.code}`}
            label={labelOf(tier, monthly, isLocked, off)}
            on={chosen === tier.code}
            off={off}
            first={at === 0}
            onTap={() => (off ? onLocked(tier) : onChoose(tier))}
          >
            <View className="opt__top">
              <T className="row-t">{tier.label}</T>
              <View className="nb">
                <T className="amt">{yuan(tier.unitFen)}</T>
                <T className="sec">{monthly ? words.tier.perMonth : words.tier.perYear}</T>
              </View>
            </View>
            <View className="tbar" {...access({ hidden: true })}>
              <View className="tbar__f" style={{ width: `${Math.round((tier.unitFen / most) * 1000) / 10}%` }} />
            </View>
            {(monthly || isLocked) && (
              <View className="opt__top sec">
                {monthly && <T>{words.tier.year(tier.unitFen * 12)}</T>}
                {isLocked && <T className="strong">{words.tier.locked}</T>}
              </View>
            )}
          </RadioCard>
        )
      })}
    </RadioGroup>
  )
}

/** The same tiers as a table: rows can be chosen, too (U17). */
export const TierTable = ({ tiers, monthly, chosen, locked, onLocked, onChoose }: TierProps) => (
  <View className="card card--list" {...access({ role: 'radiogroup', label: words.tier.group })}>
    <View className={names('tbl__row tbl__row--head', !monthly && 'tbl__row--two')}>
      {(monthly ? words.tier.head : words.tier.headYear).map((head, at) => (
        <View key={head} className={at === 0 ? '' : 'tbl__r'}>
          {head}
        </View>
      ))}
    </View>
    {tiers.map((tier) => {
      const off = locked !== null && locked.code !== tier.code
      return (
        <Tap
          key={tier.code}
          id={`tier-${tier.code}`}
          className={names('tbl__row', !monthly && 'tbl__row--two', chosen === tier.code && 'is-on')}
          role="radio"
          checked={chosen === tier.code}
          label={labelOf(tier, monthly, locked?.code === tier.code, off)}
          onTap={() => (off ? onLocked(tier) : onChoose(tier))}
        >
          <View className={names('strong', chosen === tier.code && 'is-on')}>
            {tier.label}
            {chosen === tier.code ? ` ${words.tier.picked}` : ''}
          </View>
          <View className="tbl__r">
            <T className="tbl__u">{monthly ? words.tier.head[1] : words.tier.headYear[1]}</T>
            <T>{yuan(tier.unitFen)}</T>
          </View>
          {monthly && (
            <View className="tbl__r">
              <T className="tbl__u">{words.tier.head[2]}</T>
              <T>{yuan(tier.unitFen * 12)}</T>
            </View>
          )}
        </Tap>
      )
    })}
  </View>
)
