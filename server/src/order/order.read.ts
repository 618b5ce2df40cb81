import { Injectable } from '@nestjs/common'
import type { OrderView } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import type { DueKind } from '@shebao/shared/due'
import { lastFour, maskName, type RegisteredIdentity } from '@shebao/shared/identity'
import type { Insurance } from '@shebao/shared/insurance'
import type { OrderState } from '@shebao/shared/order'
import type { AttemptState, Provider } from '@shebao/shared/payment'
import { creditDay, type Policy } from '@shebao/shared/policy'
import { refuse } from '@shebao/shared/refusal'
import { Clock, instantFrom } from '../clock.ts'
import { Db } from '../db/db.ts'
import { bucketOf } from '../db/id.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { Persons } from '../person/person.ts'
import { PolicyService } from '../policy/policy.service.ts'
import { receiptNo } from './receipt-no.ts'

type ItemView = OrderView['items'][number]

/** An item as stored or as just priced. */
type Item = Omit<ItemView, 'contributor' | 'receipt'> & { person: string }
interface Head {
  order: string
  state: OrderState
  totalFen: number
  expiresAt: number
  policy: Policy
}
/** The newest attempt of an order, and the money that came in by it. */
interface Money {
  provider: Provider
  state: AttemptState
  businessPaidAt?: number
}

const paymentOf = (state: OrderState, money: Money | undefined): OrderView['payment'] => {
  if (money?.businessPaidAt !== undefined || state === 'paid' || state === 'returned') return 'taken'
  if (state === 'cancelled') return 'not_taken'
  if (!money) return 'none'
  // `prepared` alone may be paid at the cashier; everything else that is not settled is being asked for
  return money.state === 'prepared' && state === 'held'
    ? 'started'
    : money.state === 'create_rejected' || money.state === 'closed'
      ? 'none'
      : 'checking'
}

/** The order as its payer sees it. */
export const viewOf = (
  head: Head,
  items: readonly Item[],
  identities: ReadonlyMap<string, RegisteredIdentity>,
  money: Money | undefined,
  clock: Clock,
): OrderView => {
  const paidAt = money?.businessPaidAt
  return {
    no: head.order,
    state: head.state,
    payment: paymentOf(head.state, money),
    provider: money?.provider ?? null,
    totalFen: head.totalFen,
    expiresAt: iso(head.expiresAt),
    secondsLeft: head.state === 'held' ? Math.max(0, Math.floor((head.expiresAt - clock.system()) / 1000)) : 0,
    paidAt: paidAt === undefined ? null : iso(paidAt),
    creditDay: paidAt === undefined || head.state !== 'paid' ? null : creditDay(head.policy, paidAt),
    items: items.map(({ person, ...item }, itemNo): ItemView => {
      const identity = identities.get(person)
      return {
        ...item,
        contributor: {
          ref: person,
          maskedName: identity ? maskName(identity.name) : '',
          lastFour: identity ? lastFour(identity.documentNumber) : '',
        },
        receipt: head.state === 'paid' && item.outcome === 'due' ? receiptNo(head.order, itemNo) : null,
      }
    }),
  }
}

interface OrderColumns {
  order_id: string
  state: OrderState
  total_fen: string
  expires_at: Date
  request_hash: Buffer
  provider: Provider | null
  attempt_state: AttemptState | null
  business_paid_at: Date | null
}
interface ItemColumns {
  person_id: string
  identity_enc: Buffer
  insurance: Insurance
  kind: DueKind
  year: number
  month_from: string
  month_to: string
  tier: string | null
  rate_version: string | null
  is_provisional: number
  unit_count: number
  amount_fen: string
  outcome: ItemView['outcome']
}

// the newest attempt is the one that counts: an order has at most one live, and a later one exists only when the earlier is closed
const ORDERS = `SELECT o.order_id, o.state, o.total_fen, o.expires_at, o.request_hash, a.provider, a.state AS attempt_state, p.business_paid_at
  FROM pay_order o
  LEFT JOIN attempt a ON a.bucket = o.bucket AND a.attempt_id = (SELECT MAX(x.attempt_id) FROM attempt x WHERE x.bucket = o.bucket AND x.order_id = o.order_id)
  LEFT JOIN provider_payment p ON p.bucket = o.bucket AND p.order_id = o.order_id`

/** Reading the caller's own orders; another's order is `not_found`. */
@Injectable()
export class OrderReader {
  constructor(
    private readonly db: Db,
    private readonly persons: Persons,
    private readonly policies: PolicyService,
    private readonly clock: Clock,
  ) {}

  async find(caller: Caller, order: string): Promise<OrderView> {
    const [row] = await this.db.rows<OrderColumns>(
      `${ORDERS} WHERE o.bucket = ? AND o.order_id = ? AND o.account_id = ? ORDER BY p.business_paid_at LIMIT 1`,
      [bucketOf(caller.account), order, caller.account],
    )
    if (!row) throw new Refused(refuse('not_found'))
    return this.view(row)
  }

  /** Orders that hold dues of this account's choosing, newest first. */
  async open(caller: Caller): Promise<OrderView[]> {
    const rows = await this.db.rows<OrderColumns>(
      `${ORDERS} WHERE o.bucket = ? AND o.account_id = ? AND o.state IN ('held', 'closing') ORDER BY o.order_id DESC LIMIT 20`,
      [bucketOf(caller.account), caller.account],
    )
    return Promise.all(rows.map((row) => this.view(row)))
  }

  /** The order that was made under this key, for a repeat of the same request; another request under the same key is refused. */
  async repeated(caller: Caller, key: string, hash: Buffer): Promise<OrderView> {
    const [row] = await this.db.rows<OrderColumns>(`${ORDERS} WHERE o.bucket = ? AND o.account_id = ? AND o.idempotency_key = ? LIMIT 1`, [
      bucketOf(caller.account),
      caller.account,
      key,
    ])
    if (!row) throw new Error('an order whose key is taken is not there')
    if (!row.request_hash.equals(hash)) throw new Refused(refuse('idempotency_key_reused'))
    return this.view(row)
  }

  private async view(row: OrderColumns): Promise<OrderView> {
    const items = await this.db.rows<ItemColumns>(
      `SELECT i.person_id, p.identity_enc, i.insurance, i.kind, i.year, i.month_from, i.month_to, i.tier, i.rate_version, i.is_provisional, i.unit_count, i.amount_fen, i.outcome
         FROM order_item i JOIN person p ON p.bucket = i.person_id & 1023 AND p.person_id = i.person_id
        WHERE i.bucket = ? AND i.order_id = ? ORDER BY i.item_no`,
      [bucketOf(row.order_id), row.order_id],
    )
    const policy = await this.policies.current()
    const labels = new Map(policy.rates.flatMap(({ version, tiers }) => tiers.map(({ code, label }) => [`${version}|${code}`, label])))
    return viewOf(
      {
        order: row.order_id,
        state: row.state,
        totalFen: Number(row.total_fen),
        expiresAt: instantFrom(row.expires_at),
        policy,
      },
      items.map((item) => ({
        person: item.person_id,
        kind: item.kind,
        insurance: item.insurance,
        year: item.year,
        months: { from: item.month_from, to: item.month_to },
        tier: item.tier,
        tierLabel: labels.get(`${item.rate_version}|${item.tier}`) ?? null,
        rateVersion: item.rate_version,
        provisional: item.is_provisional === 1,
        unitFen: Number(item.amount_fen) / item.unit_count,
        unitCount: item.unit_count,
        amountFen: Number(item.amount_fen),
        unpaidBefore: [],
        acknowledgement: null,
        changesAt: null,
        changesTo: null,
        outcome: item.outcome,
      })),
      new Map(items.map((item) => [item.person_id, this.persons.identityOf(item.person_id, item.identity_enc)])),
      row.provider && row.attempt_state
        ? {
            provider: row.provider,
            state: row.attempt_state,
            ...(row.business_paid_at && { businessPaidAt: instantFrom(row.business_paid_at) }),
          }
        : undefined,
      this.clock,
    )
  }
}
