import { useEffect, useState } from 'react'
import { View } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import type { DocumentType } from '@shebao/shared/identity'
import { words } from '@shebao/shared/words'
import { go, restart } from '../../go'
import { ids } from '../../ids'
import { returned, showFace } from '../../platform/face'
import { host } from '../../platform/host'
import { sharedCode } from '../../platform/login'
import { address } from '../../routes'
import { beginRealName, confirmRealName, session } from '../../session'
import { useAct } from '../../ui/ask'
import { Button } from '../../ui/Button'
import { Field, IdKeypad } from '../../ui/Field'
import { IdentityForm, OtherDocuments, TypeSheet, useIdentityForm } from '../../ui/IdentityForm'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { Notice } from '../../ui/Status'
import { H1, P } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

type Method = 'host' | 'host_shared' | 'counter_code'
/** The way to a real name that this host has for a kind of document (decision 33). */
const methodFor = (type: DocumentType): Method =>
  host.certifies.includes(type) ? 'host' : host.shares.includes(type) ? 'host_shared' : 'counter_code'

/** Name and document, once; then the host looks at the face, or a code from a hall stands for that (S1). */
const RealName = () => {
  const query = useRouter().params
  const known = session.get()?.identity
  const form = useIdentityForm({
    documentType: known?.documentType ?? 'id_card',
    name: known?.name ?? '',
    number: known?.documentNumber ?? '',
  })
  const [wanted, setWanted] = useState<Method | undefined>(query['code'] === '1' ? 'counter_code' : undefined)
  const [code, setCode] = useState('')
  const [codeFault, setCodeFault] = useState<string>()
  const { busy, trouble, run } = useAct()
  const method = wanted ?? methodFor(form.documentType)

  const finish = async (): Promise<void> => {
    await confirmRealName()
    restart('home')
  }
  useEffect(() => {
    if (returned()) run(finish)
  }, [run])

  const begin = (anyway: boolean): void => {
    if (method === 'host_shared')
      return run(async () => {
        await beginRealName({ method, authCode: await sharedCode() })
        restart('home')
      })
    const identity = form.read(anyway)
    const read = code.replace(/\s/g, '').toUpperCase()
    const codeIsMissing = method === 'counter_code' && !/^[A-Z0-9]{6}$/.test(read)
    setCodeFault(codeIsMissing ? words.realName.noCode : undefined)
    if (!identity || codeIsMissing) return
    run(async () => {
      const ticket = await beginRealName(method === 'host' ? { method, ...identity } : { method, ...identity, code: read })
      if (ticket) await showFace(ticket, address('realName'))
      await finish()
    })
  }

  const next = (
    <Button id={ids.realnameNext} waiting={busy} onTap={() => begin(false)}>
      {busy ? words.realName.checking : method === 'host_shared' ? words.realName.shared : words.realName.next}
    </Button>
  )
  return (
    <Page
      id="realname"
      bar={
        form.keypad && method !== 'host_shared' ? <IdKeypad count={form.number.length} onKey={form.press} /> : <BottomBar>{next}</BottomBar>
      }
    >
      <View className="head">
        <H1>{words.realName.title}</H1>
        <P className="sec">{words.realName.once}</P>
      </View>
      {trouble !== undefined && (
        <Trouble
          error={trouble}
          again={() => begin(true)}
          steps={{ counter_code: () => setWanted('counter_code'), correct_it: () => undefined }}
          without={['correct_it']}
        />
      )}
      <IdentityForm
        form={form}
        typeOnly={method === 'host_shared'}
        names={{
          type: ids.realnameType,
          name: ids.realnameName,
          number: ids.realnameNumber,
          keypad: ids.realnameKeypad,
          anyway: ids.realnameAnyway,
        }}
        onAnyway={() => begin(true)}
      />
      {method === 'counter_code' && (
        <>
          <Notice
            tone="info"
            icon="card"
            title={methodFor(form.documentType) === 'counter_code' ? words.realName.codeOf(host.name) : undefined}
          >
            <P>{words.realName.codeWhy}</P>
          </Notice>
          <Field id={ids.realnameCode} label={words.realName.code} initial={code} maxLength={12} error={codeFault} onType={setCode} />
        </>
      )}
      {method === 'host_shared' && <P className="sec">{words.realName.sharedWhy}</P>}
      {form.documentType === 'id_card' && <OtherDocuments />}
      {form.keypad && next}
      <Button
        id={ids.realnameOther}
        kind="quiet"
        shape="inline"
        onTap={() =>
          methodFor(form.documentType) === 'counter_code' ? go('help') : setWanted(method === 'counter_code' ? undefined : 'counter_code')
        }
      >
        {methodFor(form.documentType) === 'counter_code'
          ? words.help.title
          : method === 'counter_code'
            ? words.realName.useHost
            : words.realName.useCode}
      </Button>
      <TypeSheet form={form} />
    </Page>
  )
}

export default guarded(RealName)
