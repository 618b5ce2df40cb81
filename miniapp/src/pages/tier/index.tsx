import { useState } from 'react'
import { View } from '@tarojs/components'
import { isMonthly } from '@shebao/shared/insurance'
import { refuse } from '@shebao/shared/refusal'
import { insuranceNames, say } from '@shebao/shared/texts'
import { refuseTier, type Tier } from '@shebao/shared/tier'
import { words } from '@shebao/shared/words'
import { afterTier } from '../../due'
import { ids } from '../../ids'
import { amend, journey, viewOf } from '../../journey'
import { asOf } from '../../session'
import { Button } from '../../ui/Button'
import { Tabs, TierBars, TierTable } from '../../ui/Choices'
import { Gone } from '../../ui/Gone'
import { Money } from '../../ui/Money'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Sheet } from '../../ui/Sheet'
import { Notice } from '../../ui/Status'
import { H1, P, T } from '../../ui/Text'

/** Which tier: none is recommended, the lock is said before the choice, a tier that the year no longer allows says why (S4, R33–R35). */
const Tiers = () => {
  const now = journey.use()
  const moment = asOf.use()
  const [way, setWay] = useState<string>(ids.tierBars)
  const [why, setWhy] = useState<string>()
  const [missing, setMissing] = useState(false)
  const view = viewOf(now)
  if (!view || 'due' in view || now.choice?.kind !== 'regular') return <Gone />
  const monthly = isMonthly(view.insurance)
  const chosen = view.tiers.find(({ code }) => now.choice?.kind === 'regular' && code === now.choice.tier)
  const shared = {
    tiers: view.tiers,
    monthly,
    chosen: chosen?.code,
    locked: view.lockedTier,
    onChoose: ({ code }: Tier) => {
      setMissing(false)
      journey.take(amend, { tier: code })
    },
    onLocked: ({ code }: Tier) => {
      const refusal = refuseTier(view.tiers, view.lockedTier ?? undefined, code)
      if (refusal) setWhy(say(refusal))
    },
  }
  return (
    <Page
      id="tier"
      bar={
        <BottomBar>
          {chosen && (
            <View className="bar__sum" id="tier-sum">
              <T className="sec">{`${chosen.label}，${monthly ? words.tier.head[1] : words.tier.head[2]}`}</T>
              <Money fen={chosen.unitFen} />
            </View>
          )}
          {missing && <Notice tone="err" title={say(refuse('tier_required'))} />}
          <Button id={ids.tierNext} onTap={() => (chosen ? afterTier(moment ?? '') : setMissing(true))}>
            {chosen ? `${words.tier.chosen(chosen.label)}${monthly ? words.tier.thenMonths : words.tier.thenCheck}` : words.tier.choose}
          </Button>
        </BottomBar>
      }
    >
      <View className="head">
        <H1>{monthly ? words.tier.askMonth : words.tier.askYear}</H1>
        <P className="sec">{`${insuranceNames[view.insurance]} · ${view.year}年 · ${now.lookup?.contributor.maskedName ?? ''}`}</P>
      </View>
      <Notice tone="warn" icon="lock" title={view.lockedTier ? words.tier.lockedOnly(view.lockedTier.label) : words.tier.lock} />
      <Tabs
        label={words.tier.how}
        tabs={[
          { id: ids.tierBars, name: words.tier.bars },
          { id: ids.tierTable, name: words.tier.table },
        ]}
        on={way}
        onTap={setWay}
      />
      {way === ids.tierBars ? <TierBars {...shared} /> : <TierTable {...shared} />}
      {view.provisional && <P className="sec">{words.tier.provisional}</P>}
      <P className="sec">{words.tier.ask}</P>
      {why !== undefined && (
        <Sheet id={ids.tierReason} title={words.tier.off} onClose={() => setWhy(undefined)}>
          <P>{why}</P>
        </Sheet>
      )}
    </Page>
  )
}

export default guarded(Tiers)
