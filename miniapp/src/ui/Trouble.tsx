import { View } from '@tarojs/components'
import { saysMoney, words } from '@shebao/shared/words'
import type { NextStep, RefusalCode } from '@shebao/shared/refusal'
import { NotDone } from '../call'
import { backTo, back, callHotline, go, restart } from '../go'
import { Button } from './Button'
import { Notice } from './Status'
import { P } from './Text'

interface Props {
  error: unknown
  /** Asks or does the same again. */
  again?: (() => void) | undefined
  /** The page is about paying: it has to say that no money was taken, where the refusal leaves that open (U35). */
  paying?: boolean
  /** What a step means on this page, where it is not what it means everywhere. */
  steps?: Partial<Record<NextStep, () => void>>
  /** Steps that this page offers by itself. */
  without?: readonly NextStep[]
}

const orderOf = (facts: unknown): string => String((facts as { order?: string } | null)?.order ?? '')

/** What each next step of a refusal does. */
const stepTaker = (facts: unknown, again: (() => void) | undefined): Record<NextStep, () => void> => ({
  correct_it: again ?? back,
  log_in: () => go('login'),
  real_name: () => go('realName'),
  agent_entry: () => go('agent'),
  counter_code: () => go('realName', { code: '1' }),
  check_identity: () => go('agent'),
  go_to_institution: () => go('help'),
  call_12366: callHotline,
  wait: back,
  resume_order: () => go('order', { no: orderOf(facts) }),
  choose_tier: () => backTo('tier'),
  choose_months: () => backTo('months'),
  see_receipt: () => go('records'),
  acknowledge: () => go('late'),
  see_new_amount: again ?? back,
  try_again: again ?? back,
  new_order: () => backTo('dues'),
  look_up_again: () => restart('home'),
  give_consent: back,
})

/** What a rule does not allow is no error of anybody's (U25). */
const rules: readonly RefusalCode[] = [
  'use_agent_entry',
  'use_other_check',
  'own_order_open',
  'not_open_yet',
  'due_closed',
  'closing_soon',
  'due_held',
  'due_paid',
  'due_withdrawn',
  'awaiting_special',
  'tier_locked',
  'payment_checking',
  'order_expired',
  'wrong_host',
]

/** Why something was not done, whether money was taken, and what to do next: on the page, never in a toast (U21). */
export const Trouble = ({ error, again, paying = false, steps = {}, without = [] }: Props) => {
  if (!(error instanceof NotDone))
    return (
      <Notice id="trouble" tone="err" title={words.net.none}>
        <P>{words.net.noneWhy}</P>
        {paying && <P>{words.net.noneMoney}</P>}
        {again && (
          <Button id="step-try_again" kind="second" shape="small" onTap={again}>
            {words.net.again}
          </Button>
        )}
      </Notice>
    )
  const { message, next, moneyTaken, facts } = error.refusal
  const take = { ...stepTaker(facts, again), ...steps }
  const silent = paying && moneyTaken === null && !saysMoney(message)
  return (
    <Notice id="trouble" tone={rules.indexOf(error.refusal.code) >= 0 ? 'warn' : 'err'} title={message} live>
      {silent && <P>{words.net.noneMoney}</P>}
      <View className="cluster">
        {next
          .filter(({ step }) => without.indexOf(step) < 0)
          .map(({ step, label }) => (
            <Button key={step} id={`step-${step}`} kind="second" shape="small" onTap={take[step]}>
              {label}
            </Button>
          ))}
      </View>
    </Notice>
  )
}
