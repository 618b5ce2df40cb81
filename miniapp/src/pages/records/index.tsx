import { useState } from 'react'
import { View } from '@tarojs/components'
import { api, type Reply } from '@shebao/shared/api'
import { insuranceNames } from '@shebao/shared/texts'
import { named, words, writtenMoment, writtenPeriod } from '@shebao/shared/words'
import { call } from '../../call'
import { go } from '../../go'
import { ids } from '../../ids'
import { names } from '../../ui/access'
import { useAct, useAsked } from '../../ui/ask'
import { Button } from '../../ui/Button'
import { Icon } from '../../ui/Icon'
import { Money } from '../../ui/Money'
import { guarded, Page } from '../../ui/Page'
import { Rows } from '../../ui/Row'
import { Skeleton } from '../../ui/Skeleton'
import { Notice, StatusTag } from '../../ui/Status'
import { Tap } from '../../ui/Tap'
import { H1, P, T } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

type Records = Reply<typeof api.records>
type Receipt = Records['receipts'][number]

const Row = ({ receipt, first }: { receipt: Receipt; first: boolean }) => {
  const when = writtenMoment(receipt.paidAt)
  const channel = words.receipt.channels[receipt.channel]
  return (
    <Tap
      id={`record-${receipt.no}`}
      className={names('row row--top', first && 'row--first')}
      label={[
        insuranceNames[receipt.insurance],
        writtenPeriod(receipt.months),
        named(receipt.contributor),
        words.amount(receipt.amountFen),
        words.status[receipt.state],
        when,
        channel,
      ].join('，')}
      onTap={() => go('receipt', { no: receipt.no })}
    >
      <View className="row__body row__body--due">
        <View className="opt__top">
          <T className="row-t">{insuranceNames[receipt.insurance]}</T>
          <Money fen={receipt.amountFen} />
        </View>
        <View className="sec">{`${writtenPeriod(receipt.months)} · ${named(receipt.contributor)}`}</View>
        <View className="due__s">
          <StatusTag status={receipt.state} />
          <T className="sec">{`${when} · ${channel}`}</T>
        </View>
      </View>
      <View className="row__end">
        <Icon name="next" />
      </View>
    </Tap>
  )
}

/** Payments in every channel since 2022, newest first (S17, R59). */
const RecordsPage = () => {
  const [older, setOlder] = useState<Records[]>([])
  const asked = useAsked(() => call(api.records, { query: {} }))
  const { busy, trouble, run } = useAct()
  if (asked.state !== 'done')
    return (
      <Page id="records">
        {asked.state === 'failed' ? <Trouble error={asked.error} again={asked.again} /> : <Skeleton rows={3} slow={asked.slow} />}
      </Page>
    )
  const pages = [asked.value, ...older]
  const receipts = pages.flatMap((page) => page.receipts)
  const next = pages[pages.length - 1]?.next ?? null
  const more = (): void =>
    run(async () => {
      if (next === null) return
      const page = await call(api.records, { query: { before: next } })
      setOlder((before) => [...before, page])
    })
  return (
    <Page id="records">
      <View className="head">
        <H1>{words.records.ask}</H1>
        <P className="sec">{words.records.range}</P>
      </View>
      {receipts.length === 0 ? (
        <Notice id={ids.recordsEmpty} tone="info" title={words.records.empty}>
          <P>{words.records.emptyWhy}</P>
        </Notice>
      ) : (
        <Rows>
          {receipts.map((receipt, at) => (
            <Row key={receipt.no} receipt={receipt} first={at === 0} />
          ))}
        </Rows>
      )}
      {trouble !== undefined && <Trouble error={trouble} again={more} />}
      {next !== null && (
        <Button id={ids.recordsMore} kind="second" waiting={busy} onTap={more}>
          {busy ? words.net.loading : words.records.more}
        </Button>
      )}
      <P className="sec">{words.records.before}</P>
    </Page>
  )
}

export default guarded(RecordsPage)
