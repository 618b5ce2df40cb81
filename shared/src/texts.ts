import { clockTime, instantOf, monthOf, written } from './day.ts'
import type { DocumentType } from './identity.ts'
import type { Insurance } from './insurance.ts'
import { yuan } from './money.ts'
import { treatments, type MoneyTaken, type NextStep, type Refusal, type RefusalCode, type RefusalFacts } from './refusal.ts'

/** Every sentence that a person reads, in one place. Plain, short, 您; what happened, then what to do. */

export const insuranceNames: Record<Insurance, string> = {
  flexible_pension: '灵活就业养老保险',
  flexible_medical: '灵活就业医疗保险',
  resident_pension: '城乡居民养老保险',
  resident_medical: '城乡居民医疗保险',
}
export const documentNames: Record<DocumentType, string> = {
  id_card: '居民身份证',
  hk_macau_permit: '港澳居民来往内地通行证',
  taiwan_permit: '台湾居民来往大陆通行证',
  hk_macau_residence: '港澳居民居住证',
  taiwan_residence: '台湾居民居住证',
  foreign_passport: '外国护照',
  chinese_passport: '中国护照',
  foreign_permanent_resident: '外国人永久居留身份证',
}
const nameOf = (insurance: string): string => insuranceNames[insurance as Insurance] ?? insurance

/** 2022-04 in the year 2022 → "4月"; in another year → "2022年4月". One year needs no year. */
const monthList = (months: readonly string[]): string => {
  const years = new Set(months.map((month) => month.slice(0, 4)))
  return months.map((month) => `${years.size > 1 ? `${month.slice(0, 4)}年` : ''}${Number(month.slice(5))}月`).join('、')
}
const at = (moment: string): string => clockTime(instantOf(moment))

const sentences: { [Code in RefusalCode]: (facts: RefusalFacts[Code]) => string } = {
  malformed: ({ why }) => why,
  no_such_path: () => '没有这个地址。',
  too_large: () => '内容太长了，请分几次提交。',
  not_found: () => '没有找到，可能已经变了。请重新查一次。',
  signature_wrong: () => '签名不符。',
  fault: () => '这一步没有办成，我们已经记下来了。请过一会儿再试。',
  unavailable: () => '现在连不上后台，请过一会儿再试。您的信息没有丢。',
  not_logged_in: () => '登录已过期，请重新登录。',
  login_refused: ({ host }) => `${host === 'alipay' ? '支付宝' : '微信'}没有认出这次登录，请再试一次。`,
  not_real_named: () => '请先完成实名，再查费和缴费。',
  use_agent_entry: () => '您用的不是居民身份证，给自己缴费请点“我是经办人”。',
  use_other_check: ({ host }) => `${host === 'alipay' ? '支付宝' : '微信'}核验不了这种证件。请带证件到办税服务厅领一个实名码。`,
  real_name_mismatch: () => '姓名和证件号对不上。请照证件再核对一遍。',
  real_name_not_passed: () => '这次没有核验通过，请再试一次。',
  real_name_gone: () => '这次核验已经用过或过期了，请重新开始。',
  counter_code_wrong: () => '实名码不对，或已过期。请核对，或到办税服务厅重新领。',
  identity_taken: () => '这个证件已在别的账户实名。如果不是您本人办的，请打12366。',
  consent_missing: () => '替别人缴费，要先征得本人同意。',
  nothing_found: ({ fifteenDigits }) =>
    `没有查到要缴的费。先看三处：证件号、姓名是不是和社保登记的一样；今年参保了没有；是不是已经缴过。${
      fifteenDigits ? '您填的是15位号码，请带身份证到经办机构更正登记。' : ''
    }`,
  not_open_yet: ({ insurance, year, opens }) =>
    opens === null
      ? `${year}年${nameOf(insurance)}还没开征，时间以开征通告为准。`
      : `${year}年${nameOf(insurance)}还没开征，${written(opens).replace(`${year}年`, '')}起可以缴。`,
  due_closed: ({ deadline }) => `已过截止日${deadline ? `（${written(deadline)}）` : ''}。请联系经办机构，看能不能补缴。`,
  closing_soon: ({ at: moment, becomes }) =>
    becomes === 'closed'
      ? `${at(moment)}就要截止，来不及付款了。请联系经办机构，看能不能补缴。`
      : `集中缴费期${at(moment)}结束，来不及在它之前付款。两分钟后可以再缴，但会有等待期。`,
  due_held: ({ months, until }) =>
    `有人正在缴${months ? `${monthList(months)}的` : '这笔'}费。${until ? `${at(until)}后可以再看。` : '请过一会儿再看。'}`,
  own_order_open: ({ until }) => `您有一笔没付完，${at(until)}前可以继续支付，也可以取消后重新选。`,
  due_paid: ({ paidAt }) => `这笔${paidAt ? `${written(monthOf(instantOf(paidAt)))}` : ''}已经缴过了，不用再缴。`,
  due_withdrawn: () => '这笔费已由经办机构撤回。请重新查一次。',
  awaiting_special: ({ insurance, year }) =>
    `${year}年度的${nameOf(insurance)}已经过了当年。请等经办机构发出补缴的费，再到“特殊缴费”里缴。`,
  tier_required: () => '请先选一个档次。',
  tier_not_offered: ({ offered }) => `现在没有这一档。可以选：${offered.join('、')}。`,
  tier_not_allowed: () => '这笔费的金额由经办机构核定，不能选档。',
  tier_locked: ({ label }) => `本缴费年度已按“${label}”缴过或正在缴，今年不能换档，下一年度可以。`,
  months_gap: ({ months }) => `月份要连着缴，中间不能空着${monthList(months)}。`,
  months_taken: ({ months }) => `${monthList(months)}已经缴过了，请只选没缴的月份。`,
  months_not_enrolled: ({ months }) => `${monthList(months)}不在参保期内，请重新选月份。`,
  months_not_divisible: ({ from, to }) => `这个险种要一次缴清一个缴费年度（${written(from)}至${written(to)}），不能只缴几个月。`,
  whole_only: () => '这笔费要一次缴清，不能分次。',
  acknowledgement_needed: () => '现在缴，医保待遇可能要过了等待期才能享受。请先确认知道这一点。',
  amount_changed: ({ expectedFen, totalFen }) => `金额从 ${yuan(expectedFen)} 元变成 ${yuan(totalFen)} 元。请看过新金额再缴。`,
  too_many_items: ({ most }) => `一次最多缴${most}笔，请分几次缴。`,
  same_due_twice: () => '同一笔费选了两次，请去掉一个。',
  order_not_payable: () => '这笔订单现在不能付款。请重新查一次应缴的费。',
  order_expired: () => '这笔订单过了15分钟没有付款，已经取消。可以一步重新下单。',
  idempotency_key_reused: () => '这次提交和上一次的内容不同，请从核对页重新提交。',
  idempotency_key_missing: () => '缺少提交编号。',
  provider_unavailable: () => '支付机构现在没有回应，请过一会儿再点一次“继续支付”。',
  payment_checking: () => '正在确认付款结果，请不要重复付款。',
  wrong_host: ({ host }) => `这笔订单是在${host === 'alipay' ? '支付宝' : '微信'}里开始付的，请回到那里继续，或先取消。`,
}

export const nextSteps: Record<NextStep, string> = {
  correct_it: '改一改',
  log_in: '重新登录',
  real_name: '去实名',
  agent_entry: '去“我是经办人”',
  counter_code: '用实名码',
  check_identity: '改信息再查',
  go_to_institution: '联系经办机构',
  call_12366: '打12366',
  wait: '知道了',
  resume_order: '继续支付',
  choose_tier: '选档次',
  choose_months: '重新选月份',
  see_receipt: '看凭证',
  acknowledge: '我知道了，继续缴费',
  see_new_amount: '看新金额',
  try_again: '再试一次',
  new_order: '重新下单',
  look_up_again: '重新查',
  give_consent: '去确认',
}
const moneySentences: Record<MoneyTaken, string> = {
  no: '没有扣款。',
  yes: '钱已经收到，不用再付。',
  checking: '是否扣款还在核对，请不要重复付款。',
}

/** The refusal as people read it and as it goes over the wire. */
export interface SpokenRefusal {
  code: RefusalCode
  facts: unknown
  message: string
  next: { step: NextStep; label: string }[]
  moneyTaken: MoneyTaken | null
  clause: string | null
}

/** The sentence of a refusal, made from its facts, followed by whether money was taken where that is in question. */
export const say = (refusal: Refusal): string => {
  const sentence = (sentences[refusal.code] as (facts: unknown) => string)(refusal.facts)
  const money = treatments[refusal.code].moneyTaken
  return money && !sentence.includes('付款结果') ? sentence + moneySentences[money] : sentence
}

/** A refusal with its sentence, next steps, money and clause. */
export const speak = (refusal: Refusal): SpokenRefusal => {
  const { next, moneyTaken = null, clause = null } = treatments[refusal.code]
  return {
    code: refusal.code,
    facts: refusal.facts ?? null,
    message: say(refusal),
    next: next.map((step) => ({ step, label: nextSteps[step] })),
    moneyTaken,
    clause,
  }
}
