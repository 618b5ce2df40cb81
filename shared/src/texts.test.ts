import * as fc from 'fast-check'
import { DocumentType } from './identity.ts'
import { Insurance } from './insurance.ts'
import { refuse, type Refusal, type RefusalCode, type RefusalFacts, treatments } from './refusal.ts'
import { documentNames, insuranceNames, nextSteps, say, speak } from './texts.ts'

const codes = Object.keys(treatments) as RefusalCode[]
const month = fc
  .tuple(fc.integer({ min: 2020, max: 2024 }), fc.integer({ min: 1, max: 12 }))
  .map(([year, each]) => `${year}-${String(each).padStart(2, '0')}`)
const months = fc.array(month, { minLength: 1, maxLength: 12 }).map((all) => [...new Set(all)].sort())
const point = fc.oneof(
  month,
  month.map((each) => `${each}-20`),
)
const moment = fc.constantFrom('2022-02-15T10:15:00.000+08:00', '2022-01-20T16:00:00Z', '2022-12-31T23:59:59+08:00')
const insurance = fc.constantFrom(...Insurance.options)
const year = fc.integer({ min: 2020, max: 2024 })
const host = fc.constantFrom('wechat', 'alipay')
const fen = fc.nat({ max: 100_000_000 })
const none = fc.constant(undefined)

/** Facts of every code, as the rules and services may give them. */
const facts: { [Code in RefusalCode]: fc.Arbitrary<RefusalFacts[Code]> } = {
  malformed: fc.record({ field: fc.constant('items.0.months'), why: fc.constantFrom('请填写姓名', '证件号码只能有数字和字母') }),
  no_such_path: none,
  too_large: none,
  not_found: none,
  signature_wrong: fc.record({ why: fc.constantFrom('missing', 'unknown_key', 'stale', 'replayed', 'mismatch') }),
  fault: fc.record({ requestId: fc.constant('01hq') }),
  unavailable: none,
  not_logged_in: none,
  login_refused: fc.record({ host }),
  not_real_named: none,
  use_agent_entry: none,
  use_other_check: fc.record({ host }),
  real_name_mismatch: none,
  real_name_not_passed: none,
  real_name_gone: none,
  counter_code_wrong: none,
  identity_taken: none,
  consent_missing: none,
  nothing_found: fc.record({ fifteenDigits: fc.boolean() }),
  not_open_yet: fc.record({ insurance, year, opens: point }),
  due_closed: fc.record({ insurance, year, deadline: fc.option(point) }),
  closing_soon: fc.record({ at: moment, becomes: fc.constantFrom('late' as const, 'closed' as const) }),
  due_held: fc.record({ months, until: moment }, { requiredKeys: [] }),
  own_order_open: fc.record({ order: fc.constant('42'), until: moment }),
  due_paid: fc.record({ paidAt: moment }, { requiredKeys: [] }),
  due_withdrawn: none,
  awaiting_special: fc.record({ insurance, year }),
  tier_required: none,
  tier_not_offered: fc.record({ offered: fc.subarray(['60%档', '100%档', '下限档'], { minLength: 1 }) }),
  tier_not_allowed: none,
  tier_locked: fc.record({ tier: fc.constant('p60'), label: fc.constant('60%档') }),
  months_gap: fc.record({ months }),
  months_taken: fc.record({ months }),
  months_not_enrolled: fc.record({ months }),
  months_not_divisible: fc.record({ from: month, to: month }),
  whole_only: none,
  acknowledgement_needed: fc.record({ needed: fc.subarray(['late_waiting', 'possible_waiting'], { minLength: 1 }) }),
  amount_changed: fc.record({ expectedFen: fen, totalFen: fen }),
  too_many_items: fc.record({ most: fc.constant(50) }),
  same_due_twice: none,
  order_not_payable: fc.record({ state: fc.constantFrom('cancelled', 'paid', 'returned') }),
  order_expired: none,
  idempotency_key_reused: none,
  idempotency_key_missing: none,
  provider_unavailable: none,
  payment_checking: none,
  wrong_host: fc.record({ host }),
}
const refusals = (code: RefusalCode): fc.Arbitrary<Refusal> =>
  (facts[code] as fc.Arbitrary<unknown>).map((each) => ({ code, facts: each }) as Refusal)
const BANNED = /非法|无效|异常|错误代码|系统繁忙|未知错误|抱歉|亲|哦/

describe('every refusal', () => {
  test.each(codes)('%s says something plain, whatever its facts', (code) => {
    fc.assert(
      fc.property(refusals(code), (refusal) => {
        const spoken = speak(refusal)
        expect(spoken.message).not.toMatch(/undefined|NaN|null|\[object|^\s*$/)
        expect(spoken.message).not.toMatch(BANNED)
        expect(spoken.message).toBe(say(refusal))
        expect(spoken.code).toBe(code)
        expect(spoken.facts).toEqual(refusal.facts ?? null)
        expect(JSON.parse(JSON.stringify(spoken))).toEqual(spoken)
      }),
    )
  })
  test.each(codes.filter((code) => code !== 'malformed'))('%s is a whole sentence', (code) => {
    fc.assert(fc.property(refusals(code), (refusal) => expect(say(refusal)).toMatch(/^[^。]+.*。$/)))
  })
  test.each(codes)('%s has a status that says no, and steps that each have a label', (code) => {
    const { status, next } = treatments[code]
    expect([400, 401, 403, 404, 409, 413, 422, 429, 500, 503]).toContain(status)
    expect(new Set(next).size).toBe(next.length)
    for (const step of next) expect(nextSteps[step]).toMatch(/^\S{2,12}$/)
  })
  test('only machines and unknown paths get no next step', () => {
    expect(codes.filter((code) => treatments[code].next.length === 0)).toEqual(['no_such_path', 'signature_wrong'])
  })
  test('every next step is offered by some refusal, and no label is of the banned words', () => {
    const offered = new Set(codes.flatMap((code) => [...treatments[code].next]))
    expect(Object.keys(nextSteps).filter((step) => !offered.has(step as never))).toEqual([])
    expect(Object.values(nextSteps).filter((label) => BANNED.test(label))).toEqual([])
  })
  test('a clause names a section of the notice', () => {
    const clauses = codes.flatMap((code) => treatments[code].clause ?? [])
    expect(clauses.length).toBeGreaterThan(10)
    expect(clauses.filter((clause) => !/^[一二]\([一二三四五六七八九十]+\)\d?( R\d+(–R\d+)?)?$/.test(clause))).toEqual([])
  })
})

describe('decision 16: what is said of the money', () => {
  const mentions = (code: RefusalCode): string => {
    const [refusal] = fc.sample(refusals(code), 1)
    return refusal ? say(refusal) : ''
  }
  test('unknown is not failed: where the outcome is open, no second payment is invited', () => {
    const open = codes.filter((code) => treatments[code].moneyTaken === 'checking')
    expect(open).toContain('payment_checking')
    for (const code of open) expect(mentions(code)).toContain('请不要重复付款')
    expect(treatments.payment_checking.next).toEqual(['wait'])
  })
  test('an order that lapsed says that nothing was taken', () => {
    expect(mentions('order_expired')).toContain('没有扣款')
    expect(speak(refuse('order_expired')).moneyTaken).toBe('no')
  })
  test('where money is not in question nothing is said of it', () => {
    const quiet = codes.filter((code) => treatments[code].moneyTaken === undefined)
    expect(quiet.filter((code) => /扣款|重复付款|钱已经收到/.test(mentions(code)))).toEqual([])
    expect(speak(refuse('tier_required')).moneyTaken).toBeNull()
  })
})

describe('the facts are in the sentence', () => {
  test.each([
    ['R40', refuse('months_gap', { months: ['2022-04'] }), ['4月', '连着缴']],
    ['R40', refuse('months_gap', { months: ['2022-04', '2022-05'] }), ['4月、5月']],
    ['R40', refuse('months_taken', { months: ['2022-01', '2022-02'] }), ['1月、2月', '已经缴过']],
    ['decision 4', refuse('months_not_enrolled', { months: ['2022-01', '2022-02'] }), ['1月、2月', '参保期']],
    ['R17', refuse('months_not_enrolled', { months: ['2021-12', '2022-01'] }), ['2021年12月、2022年1月']],
    ['R34', refuse('tier_locked', { tier: 'p60', label: '60%档' }), ['60%档', '下一年度']],
    ['R31', refuse('tier_not_offered', { offered: ['60%档', '100%档'] }), ['60%档、100%档']],
    ['R33', refuse('tier_required'), ['档次']],
    ['R32', refuse('tier_not_allowed'), ['不能选档']],
    ['R41', refuse('whole_only'), ['一次缴清', '不能分次']],
    ['R39', refuse('months_not_divisible', { from: '2022-07', to: '2023-06' }), ['2022年7月', '2023年6月', '一次缴清']],
    [
      'R43',
      refuse('not_open_yet', { insurance: 'resident_pension', year: 2022, opens: '2022-04' }),
      ['城乡居民养老保险', '2022年', '4月份起'],
    ],
    ['R20', refuse('due_closed', { insurance: 'flexible_pension', year: 2021, deadline: '2022-01-20' }), ['2022年1月20日', '经办机构']],
    ['R22', refuse('due_closed', { insurance: 'resident_medical', year: 2022, deadline: '2022-09' }), ['2022年9月份']],
    [
      'decision 23',
      refuse('awaiting_special', { insurance: 'flexible_pension', year: 2022 }),
      ['2022年度', '灵活就业养老保险', '特殊缴费'],
    ],
    ['R27', refuse('acknowledgement_needed', { needed: ['late_waiting'] }), ['等待期']],
    ['decision 10', refuse('closing_soon', { at: '2022-01-20T23:30:00.000+08:00', becomes: 'closed' }), ['23:30']],
    ['decision 10', refuse('order_expired'), ['15分钟', '重新下单']],
    ['decision 16', refuse('due_held', { months: ['2022-02'], until: '2022-02-15T02:15:00Z' }), ['2月', '10:15']],
    ['decision 35', refuse('amount_changed', { expectedFen: 1_130_661, totalFen: 1_130_660 }), ['11,306.61', '11,306.60']],
    ['R78', refuse('use_agent_entry'), ['我是经办人']],
    ['R80', refuse('not_real_named'), ['实名']],
    ['R57', refuse('nothing_found', { fifteenDigits: true }), ['15位', '经办机构']],
    ['decision 33', refuse('use_other_check', { host: 'wechat' }), ['微信', '实名码', '办税服务厅']],
    ['R5', refuse('wrong_host', { host: 'alipay' }), ['支付宝']],
    ['R30', refuse('due_withdrawn'), ['经办机构', '撤回']],
  ] as const)('%s %#', (_ground, refusal, parts) => {
    for (const part of parts) expect(say(refusal)).toContain(part)
  })
  test('R91 a month is never made a day: neither closed nor not open names one', () => {
    expect(say(refuse('due_closed', { insurance: 'flexible_medical', year: 2021, deadline: '2022-06' }))).not.toMatch(/\d日|30/)
    expect(say(refuse('not_open_yet', { insurance: 'resident_pension', year: 2022, opens: '2022-04' }))).not.toMatch(/\d日/)
  })
  test('R43 the year is named again only where the opening lies in another one', () => {
    expect(say(refuse('not_open_yet', { insurance: 'flexible_medical', year: 2021, opens: '2022-01' }))).toContain('2022年1月份起')
    expect(say(refuse('not_open_yet', { insurance: 'resident_pension', year: 2022, opens: '2022-04' })).match(/2022年/g)).toHaveLength(1)
  })
  test('decision 22, R29: without a deadline none is made up', () => {
    expect(say(refuse('due_closed', { insurance: 'flexible_pension', year: 2022, deadline: null }))).not.toMatch(/\d|（/)
  })
  test('decisions 2 and 3: a miss says the same for everybody but for the 15 digits that were typed', () => {
    const [miss, fifteen] = [false, true].map((fifteenDigits) => say(refuse('nothing_found', { fifteenDigits })))
    expect(miss).not.toContain('15位')
    expect(fifteen?.startsWith(miss ?? '-')).toBe(true)
  })
  test('R58 the three places to look come in the order number, name, institution', () => {
    const text = say(refuse('nothing_found', { fifteenDigits: true }))
    const places = ['证件号', '姓名', '经办机构'].map((word) => text.indexOf(word))
    expect(places.every((place) => place >= 0)).toBe(true)
    expect(places).toEqual([...places].sort((a, b) => a - b))
    expect(treatments.nothing_found.next.slice(0, 2)).toEqual(['check_identity', 'go_to_institution'])
  })
  test('decision 16: a hold of which nothing more is known still says to wait', () => {
    expect(say(refuse('due_held', {}))).toContain('过一会儿')
  })
})

describe('names', () => {
  test('R86 every insurance and R76 every document type has its own Chinese name', () => {
    for (const [names, options] of [
      [insuranceNames, Insurance.options],
      [documentNames, DocumentType.options],
    ] as const) {
      expect(Object.keys(names).sort()).toEqual([...options].sort())
      expect(new Set(Object.values(names)).size).toBe(options.length)
      expect(Object.values(names).every((name) => /^\p{Script=Han}+$/u.test(name))).toBe(true)
    }
  })
  test('R82 what the name says and the institution agree: 养老 and 医疗', () => {
    expect(Object.entries(insuranceNames).filter(([code, name]) => code.endsWith('pension') !== name.includes('养老'))).toEqual([])
    expect(Object.entries(insuranceNames).filter(([code, name]) => code.endsWith('medical') !== name.includes('医疗'))).toEqual([])
  })
})

test('a refusal without facts carries none, one with facts carries exactly them', () => {
  expect(refuse('tier_required')).toEqual({ code: 'tier_required', facts: undefined })
  expect(refuse('months_gap', { months: ['2022-04'] })).toEqual({ code: 'months_gap', facts: { months: ['2022-04'] } })
  expect(speak(refuse('tier_required')).facts).toBeNull()
})
