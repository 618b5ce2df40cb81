/**
 * Names of everything that tests tap or read. They are stable; the root of each page is `page-<name>`.
 *
 * By themselves: tier-<code> (tier-p60), month-<YYYY-MM> (month-2022-05), due-<id>, year-<enrolment>-<year>, type-<document type>,
 * key-<digit|X|delete>, check-<name> of the list of checks (check-number, check-name …), step-<next step of a refusal>
 * (step-resume_order, step-agent_entry …), record-<receipt no>, trouble (why something was not done), loading.
 */
export const ids = {
  consentYes: 'consent-yes',
  consentNo: 'consent-no',
  loginAgain: 'login-again',

  realnameType: 'realname-type',
  realnameName: 'realname-name',
  realnameNumber: 'realname-number',
  realnameCode: 'realname-code',
  realnameKeypad: 'realname-keypad',
  realnameNext: 'realname-next',
  realnameAnyway: 'realname-anyway',
  realnameOther: 'realname-other',
  types: 'types',

  homeSelf: 'home-self',
  homeAgent: 'home-agent',
  homeContinue: 'home-continue',
  homeNearest: 'home-nearest',
  homeRecords: 'home-records',
  homeHelp: 'home-help',
  homeElder: 'home-elder',
  homeHotline: 'home-hotline',
  elderUndo: 'elder-undo',

  agentSelf: 'agent-self',
  agentType: 'agent-type',
  agentName: 'agent-name',
  agentNumber: 'agent-number',
  agentKeypad: 'agent-keypad',
  agentConsent: 'agent-consent',
  agentFind: 'agent-find',
  agentAnyway: 'agent-anyway',

  duesChange: 'dues-change',
  duesMissing: 'dues-missing',
  duesReason: 'dues-reason',

  tierBars: 'tier-bars',
  tierTable: 'tier-table',
  tierNext: 'tier-next',
  tierReason: 'tier-reason',

  /** The stepper: this, -plus and -minus; the same for months-start. */
  monthsEnd: 'months-end',
  monthsEndPlus: 'months-end-plus',
  monthsEndMinus: 'months-end-minus',
  monthsStart: 'months-start',
  monthsStartToggle: 'months-start-toggle',
  monthsNow: 'months-now',
  monthsYear: 'months-year',
  monthsSum: 'months-sum',
  monthsNext: 'months-next',
  monthsReason: 'months-reason',

  specialPay: 'special-pay',
  specialWrong: 'special-wrong',
  specialDispute: 'special-dispute',

  lateOk: 'late-ok',
  lateNo: 'late-no',

  checkSum: 'check-sum',
  checkPay: 'check-pay',
  checkEditPayee: 'check-edit-payee',
  checkEditInsurance: 'check-edit-insurance',
  checkEditMonths: 'check-edit-months',
  checkEditTier: 'check-edit-tier',

  confirmingAgain: 'confirming-again',
  confirmingWait: 'confirming-wait',
  confirmingHome: 'confirming-home',
  confirmingMoney: 'confirming-money',

  orderResume: 'order-resume',
  orderCancel: 'order-cancel',
  orderRenew: 'order-renew',
  orderMoney: 'order-money',
  orderLeft: 'order-left',

  resultTitle: 'result-title',
  resultReceipt: 'result-receipt',
  resultNext: 'result-next',
  resultHome: 'result-home',
  resultCopy: 'result-copy',

  receiptNo: 'receipt-no',
  receiptCopy: 'receipt-copy',
  receiptHome: 'receipt-home',

  recordsMore: 'records-more',
  recordsEmpty: 'records-empty',

  notfoundChecks: 'notfound-checks',
  notfoundAgain: 'notfound-again',
  notfoundHotline: 'notfound-hotline',

  helpHotline: 'help-hotline',
  helpBegin: 'help-begin',
  helpLogOut: 'help-log-out',
} as const
