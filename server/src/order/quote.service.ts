import { Injectable } from '@nestjs/common'
import type { api, Parsed, Reply } from '@shebao/shared/api'
import { iso } from '@shebao/shared/day'
import { dueView, feeYearsOf as feeYearViews } from '@shebao/shared/due'
import type { RegisteredIdentity } from '@shebao/shared/identity'
import { MAX_ITEMS } from '@shebao/shared/order'
import type { Policy } from '@shebao/shared/policy'
import { acknowledgementsFor, quoteDue, quoteRegular, refuseBasket, type QuoteItem, type QuoteRequestItem } from '@shebao/shared/quote'
import { refuse } from '@shebao/shared/refusal'
import { Clock, stamp } from '../clock.ts'
import { Db } from '../db/db.ts'
import { bucketOf } from '../db/id.ts'
import { duesOfAll, enrolmentOf, feeYearsOfAll, type OwnedDue, type OwnedEnrolment, type OwnedFeeYear } from '../due/rows.ts'
import type { Caller } from '../http/endpoint.decorator.ts'
import { demand, Refused } from '../http/refused.ts'
import { Persons } from '../person/person.ts'
import { PolicyService } from '../policy/policy.service.ts'

/** What a selection names, found and granted to the account: enrolments and issued dues, with the contributor of each. */
export interface Basket {
  items: { choice: QuoteRequestItem; person: string; enrolment: string; due?: OwnedDue; registered?: OwnedEnrolment }[]
  persons: string[]
  identities: Map<string, RegisteredIdentity>
}
/** A priced item with everything that is written of it. */
export interface PricedItem {
  item: QuoteItem
  person: string
  enrolment: string
  sourceKey: string
  due?: OwnedDue
}

/** Pricing a selection by the rules of `shared`, from the rows as they are. */
@Injectable()
export class QuoteService {
  constructor(
    private readonly db: Db,
    private readonly persons: Persons,
    private readonly policies: PolicyService,
    private readonly clock: Clock,
  ) {}

  async quote(caller: Caller, { items }: Parsed<typeof api.quote>): Promise<Reply<typeof api.quote>> {
    const [policy, basket] = await Promise.all([this.policies.current(), this.basket(caller, items)])
    const [feeYears, dues] = await Promise.all([
      feeYearsOfAll(this.db, basket.persons),
      duesOfAll(this.db, basket.persons, this.clock.offsetMs),
    ])
    const priced = this.price(caller, policy, basket, feeYears, dues).map(({ item }) => item)
    return {
      items: priced,
      totalFen: priced.reduce((sum, { amountFen }) => sum + amountFen, 0),
      acknowledgements: acknowledgementsFor(priced),
      asOf: iso(this.clock.business()),
    }
  }

  /**
   * Finds what was chosen. The grant of a look-up is the only authority: an enrolment or due of anybody else is `not_found`,
   * as if it were not there.
   */
  async basket(caller: Caller, choices: readonly QuoteRequestItem[]): Promise<Basket> {
    if (choices.length > MAX_ITEMS) throw new Refused(refuse('too_many_items', { most: MAX_ITEMS }))
    const grant = [bucketOf(caller.account), caller.account, stamp(this.clock.system())]
    const wanted = (ids: string[], column: string): string =>
      [...new Set(ids)].map((id) => `${column.split('.')[0]}.bucket = ${bucketOf(id)} AND ${column} = ${BigInt(id)}`).join(' OR ')
    const regular = choices.flatMap((choice) => (choice.kind === 'regular' ? choice.enrolment : []))
    const issued = choices.flatMap((choice) => (choice.kind === 'due' ? choice.due : []))
    const joins = `JOIN lookup_grant g ON g.bucket = ? AND g.account_id = ? AND g.person_id = e.person_id AND g.expires_at > ?
        JOIN person p ON p.bucket = e.person_id & 1023 AND p.person_id = e.person_id`
    const [enrolments, dues] = await Promise.all([
      regular.length === 0
        ? []
        : this.db.rowsOf<Parameters<typeof enrolmentOf>[0] & { identity_enc: Buffer }>(
            `SELECT e.person_id, e.enrolment_id, e.insurance, e.institution, e.county, e.month_from, e.month_to, p.identity_enc FROM enrolment e FORCE INDEX (uq_enrolment) ${joins} WHERE ${wanted(regular, 'e.enrolment_id')}`,
            grant,
          ),
      issued.length === 0
        ? []
        : this.db.rowsOf<{ person_id: string; enrolment_id: string; due_id: string; identity_enc: Buffer }>(
            `SELECT e.person_id, e.enrolment_id, e.due_id, p.identity_enc FROM due e FORCE INDEX (uq_due) ${joins} WHERE ${wanted(issued, 'e.due_id')}`,
            grant,
          ),
    ])
    const items = choices.map((choice) => {
      if (choice.kind === 'regular') {
        const row = enrolments.find(({ enrolment_id }) => enrolment_id === choice.enrolment)
        if (!row) throw new Refused(refuse('not_found'))
        return { choice, person: row.person_id, enrolment: row.enrolment_id, registered: enrolmentOf(row) }
      }
      const row = dues.find(({ due_id }) => due_id === choice.due)
      if (!row) throw new Refused(refuse('not_found'))
      return { choice, person: row.person_id, enrolment: row.enrolment_id }
    })
    const identities = new Map(
      [...enrolments, ...dues].map((row) => [row.person_id, this.persons.identityOf(row.person_id, row.identity_enc)]),
    )
    return { items, persons: [...new Set(items.map(({ person }) => person))], identities }
  }

  /** Prices a basket from the contributors' rows; throws the first refusal. */
  price(caller: Caller, policy: Policy, basket: Basket, feeYears: readonly OwnedFeeYear[], dues: readonly OwnedDue[]): PricedItem[] {
    const now = this.clock.business()
    const priced = basket.items.map(({ choice, person, enrolment, registered }): PricedItem => {
      const own = dues.filter((due) => due.person === person)
      if (choice.kind === 'due') {
        const due = own.find((row) => row.due === choice.due)
        if (!due || due.kind === 'regular') throw new Refused(refuse('due_withdrawn'))
        const quoted = quoteDue(dueView(policy, now, { ...due, kind: due.kind }), choice)
        if ('refusal' in quoted) throw this.refusal(caller, quoted.refusal, [due])
        return { item: quoted.item, person, enrolment, sourceKey: due.sourceKey, due }
      }
      if (!registered) throw new Error('a regular item without its enrolment')
      const locks = feeYears.filter((row) => row.person === person)
      const view = feeYearViews(policy, now, registered, own, locks).find(({ year }) => year === choice.year)
      if (!view) throw new Refused(refuse('not_found'))
      const quoted = quoteRegular(view, choice)
      if ('refusal' in quoted)
        throw this.refusal(
          caller,
          quoted.refusal,
          own.filter((row) => row.kind === 'regular' && row.insurance === registered.insurance && row.year === choice.year),
        )
      return { item: quoted.item, person, enrolment, sourceKey: '' }
    })
    // a month belongs to the person, not to the enrolment: two enrolments of one insurance may not both claim it
    demand(
      refuseBasket(
        priced.map(({ item }) => item),
        priced.map(({ person, due }) => due?.due ?? person),
      ),
    )
    return priced
  }

  /** "Somebody is paying this" becomes "you have an order open" for the one who holds it. */
  private refusal(caller: Caller, refusal: Refused['refusal'], rows: readonly OwnedDue[]): Refused {
    const mine = refusal.code === 'due_held' ? rows.find(({ state, holder }) => state === 'held' && holder === caller.account) : undefined
    if (!mine?.order) return new Refused(refusal)
    return new Refused(refuse('own_order_open', { order: mine.order, until: iso(mine.until ?? this.clock.business()) }))
  }
}
