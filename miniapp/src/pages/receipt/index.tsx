import { View } from '@tarojs/components'
import { useRouter } from '@tarojs/taro'
import { api } from '@shebao/shared/api'
import { capitalAmount } from '@shebao/shared/speech'
import { insuranceNames } from '@shebao/shared/texts'
import { named, words, writtenDay, writtenMoment, writtenPeriod } from '@shebao/shared/words'
import { call } from '../../call'
import { copy, restart } from '../../go'
import { ids } from '../../ids'
import { access } from '../../ui/access'
import { useAsked } from '../../ui/ask'
import { Button } from '../../ui/Button'
import { Money } from '../../ui/Money'
import { BottomBar, guarded, Page } from '../../ui/Page'
import { qrImage } from '../../ui/qr'
import { Fact } from '../../ui/Row'
import { Skeleton } from '../../ui/Skeleton'
import { StatusTag } from '../../ui/Status'
import { H2, P } from '../../ui/Text'
import { Trouble } from '../../ui/Trouble'

/** Proof of payment, like paper: sum, facts, and a code by which it can be checked (U71). */
const ReceiptPage = () => {
  const { no = '' } = useRouter().params
  const asked = useAsked(() => call(api.receipt, { params: { no } }))
  if (asked.state !== 'done')
    return (
      <Page id="receipt">
        {asked.state === 'failed' ? <Trouble error={asked.error} again={asked.again} /> : <Skeleton slow={asked.slow} />}
      </Page>
    )
  const receipt = asked.value
  const { receipt: say } = words
  return (
    <Page
      id="receipt"
      bar={
        <BottomBar>
          <Button id={ids.receiptCopy} icon="copy" onTap={() => copy(receipt.no)}>
            {say.copy}
          </Button>
          <Button id={ids.receiptHome} kind="quiet" onTap={() => restart('home')}>
            {words.confirming.home}
          </Button>
        </BottomBar>
      }
    >
      <View className="rec" {...access({ role: 'article' })}>
        <View className="rec__top stack stack--2">
          <View className="split">
            <View className="split__a">
              <H2>{say.head}</H2>
            </View>
            <View className="split__b">
              <StatusTag status={receipt.state} />
            </View>
          </View>
          <Money fen={receipt.amountFen} hero />
          <P className="sec">{say.capital(capitalAmount(receipt.amountFen))}</P>
        </View>
        <View className="rec__cut" />
        <View className="rec__body">
          <Fact name={say.payee} tight first>
            {named(receipt.contributor)}
          </Fact>
          <Fact name={say.payer} tight>
            {receipt.paidByAgent ? say.byAgent : say.bySelf}
          </Fact>
          <Fact name={say.insurance} tight>
            {insuranceNames[receipt.insurance]}
          </Fact>
          <Fact name={say.period} tight>
            {writtenPeriod(receipt.months)}
          </Fact>
          <Fact name={say.kind} tight>
            {say.kinds[receipt.kind]}
          </Fact>
          <Fact name={say.paidAt} tight>
            {`${receipt.paidAt.slice(0, 4)}年${writtenMoment(receipt.paidAt)}`}
          </Fact>
          <Fact name={say.credit} tight>
            {words.check.arriveOn(writtenDay(receipt.creditDay, receipt.paidAt.slice(0, 4)))}
          </Fact>
          <Fact name={say.channel} tight>
            {say.channels[receipt.channel]}
          </Fact>
          <Fact name={say.no} tight>
            <View id={ids.receiptNo}>{receipt.no}</View>
          </Fact>
        </View>
        <View className="rec__cut" />
        <View className="rec__body center stack stack--2">
          <View
            className="rec__qr"
            style={{ backgroundImage: `url("${qrImage(`${API_BASE}/verify/${receipt.verifyCode}`)}")` }}
            {...access({ role: 'img', label: say.qr })}
          />
          <P className="strong">{say.scan}</P>
          {DEMONSTRATION && <P className="cap">{say.demo}</P>}
        </View>
      </View>
    </Page>
  )
}

export default guarded(ReceiptPage)
