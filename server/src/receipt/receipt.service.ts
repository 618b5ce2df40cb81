import { Injectable } from '@nestjs/common'
import type { api, Query, Reply } from '@shebao/shared/api'
import { iso, startOf } from '@shebao/shared/day'
import type { DueKind } from '@shebao/shared/due'
import { lastFour, maskName } from '@shebao/shared/identity'
import type { Insurance } from '@shebao/shared/insurance'
import { creditDay, type Policy } from '@shebao/shared/policy'
import type { Receipt } from '@shebao/shared/receipt'
import { refuse } from '@shebao/shared/refusal'
import { instantFrom, stamp } from '../clock.ts'
import { Keys } from '../crypto/keys.ts'
import { Db, type Value } from '../db/db.ts'
import { bucketOf } from '../db/id.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'
import { externalReceiptNo, receiptNo, receiptOf } from '../order/receipt-no.ts'
import { Persons } from '../person/person.ts'
import { PolicyService } from '../policy/policy.service.ts'

const PAGE = 20

interface Columns {
  id: string
  item_no: number | null
  account_id: string | null
  person_id: string
  identity_enc: Buffer
  insurance: Insurance
  kind: DueKind
  year: number
  month_from: string
  month_to: string
  tier: string | null
  amount_fen: string
  channel: Receipt['channel']
  paid_at: Date
  outcome: string
}

const PAID_ITEMS = `SELECT i.order_id AS id, i.item_no, o.account_id, i.person_id, p.identity_enc, i.insurance, i.kind, i.year, i.month_from, i.month_to, i.tier, i.amount_fen,
    m.provider AS channel, m.business_paid_at AS paid_at, i.outcome
  FROM order_item i
  JOIN pay_order o ON o.bucket = i.bucket AND o.order_id = i.order_id AND o.state = 'paid'
  JOIN provider_payment m ON m.bucket = i.bucket AND m.order_id = i.order_id AND m.state IN ('allocated', 'partly')
  JOIN person p ON p.bucket = i.person_id & 1023 AND p.person_id = i.person_id
 WHERE i.outcome <> 'surplus'`
const REPORTED = `SELECT e.external_id AS id, NULL AS item_no, NULL AS account_id, e.person_id, p.identity_enc, e.insurance, e.kind, e.year, e.month_from, e.month_to, e.tier, e.amount_fen,
    e.channel, e.paid_at, e.state AS outcome
  FROM external_payment e JOIN person p ON p.bucket = e.person_id & 1023 AND p.person_id = e.person_id
 WHERE e.state = 'applied'`

/** Receipts: a paid item of an order, or a payment that another channel reported (R59, R70). */
@Injectable()
export class ReceiptService {
  constructor(
    private readonly db: Db,
    private readonly persons: Persons,
    private readonly policies: PolicyService,
    private readonly keys: Keys,
  ) {}

  /** One receipt, for the account that paid or for the contributor; anybody else's is `not_found`. */
  async find(caller: Caller, no: string): Promise<Receipt> {
    const named = receiptOf(no)
    if (!named) throw new Refused(refuse('not_found'))
    const own = await this.ownPerson(caller)
    const [row] =
      'order' in named
        ? await this.db.rows<Columns>(
            `${PAID_ITEMS} AND i.bucket = ? AND i.order_id = ? AND i.item_no = ? AND (o.account_id = ? OR i.person_id = ?)`,
            [bucketOf(named.order), named.order, named.itemNo, caller.account, own],
          )
        : await this.db.rows<Columns>(`${REPORTED} AND e.bucket = ? AND e.external_id = ? AND e.person_id = ?`, [
            bucketOf(own),
            named.external,
            own,
          ])
    if (!row) throw new Refused(refuse('not_found'))
    return this.receipt(row, own, caller.account, await this.policies.current())
  }

  /** The contributor's payments in every channel and what this account paid for others, newest first (decision 30). */
  async records(caller: Caller, { before, year }: Query<typeof api.records>): Promise<Reply<typeof api.records>> {
    const own = await this.ownPerson(caller)
    const last = before ?? '9223372036854775807'
    const range = year
      ? {
          sql: (column: string) => ` AND ${column} >= ? AND ${column} < ?`,
          values: [stamp(startOf(`${year}-01`)), stamp(startOf(`${Number(year) + 1}-01`))],
        }
      : { sql: () => '', values: [] }
    // orders first, then their items: an order is shown whole, and none is lost at the end of a page
    const page = (sql: string, values: Value[], paid: string): Promise<{ id: string }[]> =>
      this.db.rows<{ id: string }>(`${sql}${range.sql(paid)} ORDER BY id DESC LIMIT ${PAGE + 1}`, [...values, last, ...range.values])
    const lists = await Promise.all([
      page(
        `SELECT o.order_id AS id FROM pay_order o JOIN provider_payment m ON m.bucket = o.bucket AND m.order_id = o.order_id AND m.state IN ('allocated', 'partly')
          WHERE o.bucket = ? AND o.account_id = ? AND o.state = 'paid' AND o.order_id < ?`,
        [bucketOf(caller.account), caller.account],
        'm.business_paid_at',
      ),
      page(
        `SELECT DISTINCT i.order_id AS id FROM order_item i JOIN provider_payment m ON m.bucket = i.bucket AND m.order_id = i.order_id AND m.state IN ('allocated', 'partly')
          WHERE i.person_id = ? AND i.outcome <> 'surplus' AND i.order_id < ?`,
        [own],
        'm.business_paid_at',
      ),
      page(
        "SELECT e.external_id AS id FROM external_payment e WHERE e.state = 'applied' AND e.bucket = ? AND e.person_id = ? AND e.external_id < ?",
        [bucketOf(own), own],
        'e.paid_at',
      ),
    ])
    const ids = [...new Set(lists.flat().map(({ id }) => id))].sort((a, b) => (BigInt(a) > BigInt(b) ? -1 : 1)).slice(0, PAGE)
    const more = lists.some((list) => list.length > PAGE) || new Set(lists.flat().map(({ id }) => id)).size > PAGE
    const named = (ofThese: { id: string }[][], column: string): string =>
      ids
        .filter((id) => ofThese.some((list) => list.some((row) => row.id === id)))
        .map((id) => `${column}.bucket = ${bucketOf(id)} AND ${column}.${column === 'i' ? 'order_id' : 'external_id'} = ${BigInt(id)}`)
        .join(' OR ')
    const [orders, reports] = [named(lists.slice(0, 2), 'i'), named(lists.slice(2), 'e')]
    const [items, reported] = await Promise.all([
      orders === ''
        ? []
        : this.db.rowsOf<Columns>(`${PAID_ITEMS} AND (${orders}) AND (o.account_id = ? OR i.person_id = ?)`, [caller.account, own]),
      reports === '' ? [] : this.db.rowsOf<Columns>(`${REPORTED} AND (${reports})`),
    ])
    const policy = await this.policies.current()
    const all = [...items, ...reported].sort((a, b) =>
      a.id === b.id ? Number(a.item_no) - Number(b.item_no) : BigInt(a.id) > BigInt(b.id) ? -1 : 1,
    )
    return { receipts: all.map((row) => this.receipt(row, own, caller.account, policy)), next: more ? (ids.at(-1) ?? null) : null }
  }

  /** The contributor whose verified identity the account has; '0' for one who is not registered. */
  private async ownPerson(caller: Caller): Promise<string> {
    return (caller.realName && (await this.persons.findByIndex(caller.realName.index))?.person) ?? '0'
  }

  private receipt(row: Columns, own: string, account: string, policy: Policy): Receipt {
    const no = row.item_no === null ? externalReceiptNo(row.id) : receiptNo(row.id, row.item_no)
    const identity = this.persons.identityOf(row.person_id, row.identity_enc)
    const paidAt = instantFrom(row.paid_at)
    return {
      no,
      verifyCode: `${no}.${this.keys.receiptCode(no)}`,
      contributor: { maskedName: maskName(identity.name), lastFour: lastFour(identity.documentNumber) },
      paidByAgent: row.account_id !== null && (row.person_id !== own || row.account_id !== account),
      insurance: row.insurance,
      kind: row.kind,
      year: row.year,
      months: { from: row.month_from, to: row.month_to },
      tier: row.tier,
      amountFen: Number(row.amount_fen),
      channel: row.channel,
      paidAt: iso(paidAt),
      creditDay: creditDay(policy, paidAt),
      state: row.outcome === 'refunded' ? 'refunded' : 'paid',
      order: row.account_id === null ? null : row.id,
    }
  }
}
