/**
 * The business "no". Rules return a refusal, services throw it once, the page shows it: both sides say the same thing.
 * A refusal carries facts only; its sentence is made from them in texts.ts.
 */

/** The facts that each code carries. A code is stable: it may be added, never renamed. Months are 'YYYY-MM', moments ISO 8601, money fen. */
export interface RefusalFacts {
  // the request itself
  malformed: { field: string; why: string }
  no_such_path: undefined
  too_large: undefined
  not_found: undefined
  signature_wrong: { why: 'missing' | 'unknown_key' | 'stale' | 'replayed' | 'mismatch' }
  fault: { requestId: string }
  unavailable: undefined
  // who is asking
  not_logged_in: undefined
  login_refused: { host: string }
  not_real_named: undefined
  use_agent_entry: undefined
  use_other_check: { host: string }
  real_name_mismatch: undefined
  real_name_not_passed: undefined
  real_name_gone: undefined
  counter_code_wrong: undefined
  identity_taken: undefined
  consent_missing: undefined
  // looking up
  nothing_found: { fifteenDigits: boolean }
  // what may be paid
  not_open_yet: { insurance: string; year: number; opens: string | null }
  due_closed: { insurance: string; year: number; deadline: string | null }
  closing_soon: { at: string; becomes: 'late' | 'closed' }
  due_held: { months?: string[]; until?: string }
  own_order_open: { order: string; until: string }
  due_paid: { paidAt?: string }
  due_withdrawn: undefined
  awaiting_special: { insurance: string; year: number }
  tier_required: undefined
  tier_not_offered: { offered: string[] }
  tier_not_allowed: undefined
  tier_locked: { tier: string; label: string }
  months_gap: { months: string[] }
  months_taken: { months: string[] }
  months_not_enrolled: { months: string[] }
  months_not_divisible: { from: string; to: string }
  whole_only: undefined
  acknowledgement_needed: { needed: string[] }
  amount_changed: { expectedFen: number; totalFen: number }
  too_many_items: { most: number }
  same_due_twice: undefined
  // orders and money
  order_not_payable: { state: string }
  order_expired: undefined
  idempotency_key_reused: undefined
  idempotency_key_missing: undefined
  provider_unavailable: undefined
  payment_checking: undefined
  wrong_host: { host: string }
}
export type RefusalCode = keyof RefusalFacts

/** A "no" with its facts. */
export type Refusal = { [Code in RefusalCode]: { code: Code; facts: RefusalFacts[Code] } }[RefusalCode]

/** Makes a refusal; wrong or missing facts do not compile. */
export const refuse = <Code extends RefusalCode>(
  code: Code,
  ...[facts]: RefusalFacts[Code] extends undefined ? [] : [facts: RefusalFacts[Code]]
): Refusal => ({ code, facts }) as Extract<Refusal, { code: Code }>

/** What the person can do next; the page has a button for each. */
export type NextStep =
  | 'correct_it'
  | 'log_in'
  | 'real_name'
  | 'agent_entry'
  | 'counter_code'
  | 'check_identity'
  | 'go_to_institution'
  | 'call_12366'
  | 'wait'
  | 'resume_order'
  | 'choose_tier'
  | 'choose_months'
  | 'see_receipt'
  | 'acknowledge'
  | 'see_new_amount'
  | 'try_again'
  | 'new_order'
  | 'look_up_again'
  | 'give_consent'

/** Whether money left the payer's account in what was refused; `checking`: nobody knows yet, and no second payment is invited (decision 16). */
export type MoneyTaken = 'no' | 'yes' | 'checking'

interface Treatment {
  status: 400 | 401 | 403 | 404 | 409 | 413 | 422 | 429 | 500 | 503
  next: readonly NextStep[]
  moneyTaken?: MoneyTaken
  /** Where the notice says so: section, and the number of NOTICE.md. */
  clause?: string
}

/** HTTP status, next steps, money and clause of every code. */
export const treatments: { [Code in RefusalCode]: Treatment } = {
  malformed: { status: 400, next: ['correct_it'] },
  no_such_path: { status: 404, next: [] },
  too_large: { status: 413, next: ['correct_it'] },
  not_found: { status: 404, next: ['look_up_again'] },
  signature_wrong: { status: 401, next: [] },
  fault: { status: 500, next: ['try_again', 'call_12366'] },
  unavailable: { status: 503, next: ['try_again'] },
  not_logged_in: { status: 401, next: ['log_in'] },
  login_refused: { status: 401, next: ['try_again'] },
  not_real_named: { status: 403, next: ['real_name'], clause: '二(十一) R80' },
  use_agent_entry: { status: 422, next: ['agent_entry'], clause: '二(十一) R78' },
  use_other_check: { status: 422, next: ['counter_code'] },
  real_name_mismatch: { status: 422, next: ['correct_it', 'counter_code'] },
  real_name_not_passed: { status: 422, next: ['try_again', 'counter_code'] },
  real_name_gone: { status: 409, next: ['real_name'] },
  counter_code_wrong: { status: 422, next: ['correct_it', 'counter_code'] },
  identity_taken: { status: 409, next: ['call_12366'] },
  consent_missing: { status: 422, next: ['give_consent'] },
  nothing_found: { status: 404, next: ['check_identity', 'go_to_institution', 'call_12366'], clause: '二(七)2 R53–R58' },
  not_open_yet: { status: 422, next: ['wait'], clause: '二(四) R42–R43' },
  due_closed: { status: 422, next: ['go_to_institution'], clause: '二(一)2 R20–R22' },
  closing_soon: { status: 422, next: ['try_again'], clause: '二(一)2' },
  due_held: { status: 409, next: ['wait'] },
  own_order_open: { status: 409, next: ['resume_order'] },
  due_paid: { status: 409, next: ['see_receipt'] },
  due_withdrawn: { status: 409, next: ['look_up_again', 'go_to_institution'], clause: '二(一)3 R30' },
  awaiting_special: { status: 422, next: ['go_to_institution'], clause: '二(一)1 R15' },
  tier_required: { status: 422, next: ['choose_tier'], clause: '二(二)2 R33' },
  tier_not_offered: { status: 422, next: ['choose_tier'], clause: '二(二)1 R31' },
  tier_not_allowed: { status: 422, next: ['correct_it'], clause: '二(二)1 R32' },
  tier_locked: { status: 422, next: ['choose_tier'], clause: '二(二)2 R34' },
  months_gap: { status: 422, next: ['choose_months'], clause: '二(三)1 R40' },
  months_taken: { status: 409, next: ['choose_months', 'see_receipt'], clause: '二(三)1' },
  months_not_enrolled: { status: 422, next: ['choose_months', 'go_to_institution'] },
  months_not_divisible: { status: 422, next: ['correct_it'], clause: '二(三)1 R39' },
  whole_only: { status: 422, next: ['correct_it'], clause: '二(三)2 R41' },
  acknowledgement_needed: { status: 422, next: ['acknowledge'], clause: '二(一)2 R27' },
  amount_changed: { status: 409, next: ['see_new_amount'] },
  too_many_items: { status: 422, next: ['correct_it'] },
  same_due_twice: { status: 422, next: ['correct_it'] },
  order_not_payable: { status: 409, next: ['look_up_again'] },
  order_expired: { status: 409, next: ['new_order'], moneyTaken: 'no' },
  idempotency_key_reused: { status: 422, next: ['try_again'] },
  idempotency_key_missing: { status: 400, next: ['correct_it'] },
  provider_unavailable: { status: 503, next: ['try_again'] },
  payment_checking: { status: 409, next: ['wait'], moneyTaken: 'checking' },
  wrong_host: { status: 422, next: ['resume_order'] },
}
