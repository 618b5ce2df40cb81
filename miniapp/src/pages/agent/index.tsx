import { useState } from 'react'
import { View } from '@tarojs/components'
import { api } from '@shebao/shared/api'
import { lastFour, type RegisteredIdentity } from '@shebao/shared/identity'
import { documentNames } from '@shebao/shared/texts'
import { words } from '@shebao/shared/words'
import { call, codeOf } from '../../call'
import { go } from '../../go'
import { ids } from '../../ids'
import { begin, found, journey, type Who } from '../../journey'
import { asOf, session } from '../../session'
import { useAct } from '../../ui/ask'
import { Button } from '../../ui/Button'
import { Check, IdKeypad } from '../../ui/Field'
import { IdentityForm, TypeSheet, useIdentityForm } from '../../ui/IdentityForm'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { TapRow } from '../../ui/Row'
import { Notice } from '../../ui/Status'
import { H1, Section } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

const same = (a: RegisteredIdentity, b: RegisteredIdentity | undefined): boolean =>
  a.documentType === b?.documentType && a.documentNumber === b.documentNumber && a.name === b.name

/** Whose dues: oneself first, for other documents or a record that differs; then whoever is typed as registered (S14, R78). */
const Agent = () => {
  const known = session.use()
  const own = known?.identity
  const before = journey.get().who
  const form = useIdentityForm(
    before?.entry === 'agent'
      ? { documentType: before.documentType, name: before.name, number: before.documentNumber }
      : { documentType: 'id_card', name: '', number: '' },
  )
  const [consent, setConsent] = useState(before?.entry === 'agent' && before.consent)
  const [untold, setUntold] = useState(false)
  const { busy, trouble, run } = useAct()
  const me = known?.me.realName

  const lookUp = (who: Who): void =>
    run(async () => {
      journey.take(begin, who)
      try {
        const lookup = await call(api.lookUp, { body: who })
        asOf.set(lookup.asOf)
        journey.take(found, lookup)
        go('dues')
      } catch (error) {
        if (codeOf(error) !== 'nothing_found') throw error
        go('notFound')
      }
    })
  const openSelf = (): void => {
    if (me?.documentType === 'id_card' && !own) return lookUp({ entry: 'self' })
    if (own) return lookUp({ entry: 'agent', consent: false, ...own })
    if (me) form.setType(me.documentType)
  }
  const find = (anyway: boolean): void => {
    const identity = form.read(anyway)
    const agreed = consent || (identity !== undefined && same(identity, own))
    setUntold(!agreed)
    if (identity && agreed) lookUp({ entry: 'agent', consent, ...identity })
  }
  const submit = (
    <Button id={ids.agentFind} waiting={busy} onTap={() => find(false)}>
      {busy ? words.net.loading : words.agent.find}
    </Button>
  )
  const tick = (
    <Check
      id={ids.agentConsent}
      on={consent}
      onTap={() => {
        setConsent(!consent)
        setUntold(false)
      }}
    >
      {words.agent.consent}
    </Check>
  )
  const help = own ? `${documentNames[own.documentType]} · 尾号 ${lastFour(own.documentNumber)}` : words.agent.selfWhy
  return (
    <Page
      id="agent"
      bar={
        form.keypad ? (
          <IdKeypad count={form.number.length} onKey={form.press} />
        ) : (
          <BottomBar>
            {tick}
            {submit}
          </BottomBar>
        )
      }
    >
      <H1>{words.agent.title}</H1>
      <TapRow id={ids.agentSelf} icon="user" card title={words.agent.self} help={help} strong first onTap={openSelf} />
      {trouble !== undefined && <Trouble error={trouble} again={() => find(true)} steps={{ give_consent: () => setUntold(true) }} />}
      {untold && <Notice id="agent-untold" tone="err" title={words.agent.consentWhy} />}
      <Section title={words.agent.person} why={words.agent.personWhy}>
        <View className="card">
          <IdentityForm
            form={form}
            names={{ type: ids.agentType, name: ids.agentName, number: ids.agentNumber, keypad: ids.agentKeypad, anyway: ids.agentAnyway }}
            onAnyway={() => find(true)}
          />
        </View>
      </Section>
      {form.keypad && tick}
      {form.keypad && submit}
      <TypeSheet form={form} />
    </Page>
  )
}

export default guarded(Agent)
