import type { Statements } from '../db/db.ts'
import { bucketOf, inKeyOrder, owners } from '../db/id.ts'
import { refuse } from '@shebao/shared/refusal'
import { isMonthly } from '@shebao/shared/insurance'
import { eachMonth } from '@shebao/shared/months'
import { Refused } from '../http/refused.ts'
import type { OwnedDue, OwnedFeeYear } from '../due/rows.ts'
import type { PricedItem } from './quote.service.ts'

/** The first months of the units that an item holds: each month where the insurance is paid by the month, else the one period. */
export const unitsOf = (item: {
  kind: string
  insurance: PricedItem['item']['insurance']
  months: { from: string; to: string }
}): string[] => (item.kind === 'regular' && isMonthly(item.insurance) ? eachMonth(item.months) : [item.months.from])

/** Items whose tier lock moves by the same statement. */
export const lockGroups = <Item extends { insurance: string; year: number; tier: string | null; units: number; person: string }>(
  items: readonly Item[],
): Item[][] => {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    // a person may have two runs in one year: those go by two statements, or one of the counts would be lost
    let n = 0
    let key = ''
    do key = `${item.insurance}|${item.year}|${item.tier}|${item.units}|${n++}`
    while (groups.get(key)?.some(({ person }) => person === item.person))
    groups.set(key, [...(groups.get(key) ?? []), item])
  }
  // in one order everywhere, so that two who need the same groups wait for each other
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, group]) => group)
}

/**
 * Takes the tier locks of the regular items of an order (R34, decision 5): an existing row moves only when its tier is this
 * one or nothing is held or paid; a missing row is inserted, and the primary key decides between two who try. It is the first
 * contributor row that any writer of regular dues changes, so it also serialises them.
 */
export const lockTiers = async (t: Statements, items: readonly PricedItem[], feeYears: readonly OwnedFeeYear[]): Promise<void> => {
  const regular = items
    .filter(({ item }) => item.kind === 'regular')
    .map(({ item, person }) => ({ person, insurance: item.insurance, year: item.year, tier: item.tier, units: item.unitCount }))
  const has = (one: (typeof regular)[number]): boolean =>
    feeYears.some((row) => row.person === one.person && row.insurance === one.insurance && row.year === one.year)
  const fresh = new Map<string, (typeof regular)[number]>()
  for (const one of regular.filter((each) => !has(each))) {
    const key = `${one.person}|${one.insurance}|${one.year}`
    const same = fresh.get(key)
    if (same && same.tier !== one.tier) throw new Refused(refuse('tier_locked', { tier: same.tier ?? '', label: same.tier ?? '' }))
    fresh.set(key, same ? { ...same, units: same.units + one.units } : one)
  }
  for (const group of lockGroups(regular.filter(has))) {
    const { insurance, year, tier, units } = group[0]!
    const moved = await t.changeOf(
      `UPDATE fee_year SET tier = ?, held_units = held_units + ?, version = version + 1
        WHERE (${owners(group.map(({ person }) => person))}) AND insurance = ? AND year = ? AND (tier = ? OR held_units + paid_units = 0)`,
      [tier, units, insurance, year, tier],
    )
    if (moved !== group.length) throw new Refused(refuse('tier_locked', { tier: tier ?? '', label: tier ?? '' }))
  }
  if (fresh.size > 0)
    await t.changeOf('INSERT INTO fee_year (bucket, person_id, insurance, year, tier, held_units, paid_units) VALUES ?', [
      [...fresh.values()]
        .sort((a, b) => inKeyOrder(a.person, b.person))
        .map(({ person, insurance, year, tier, units }) => [bucketOf(person), person, insurance, year, tier, units, 0]),
    ])
}

/**
 * Holds the dues of an order: a row that exists by compare-and-set on `open`, one that does not by the primary key. Another
 * order that was faster shows as fewer affected rows (`due_held`) or as a duplicate key, upon which the caller reads again.
 */
export const holdDues = async (
  t: Statements,
  order: string,
  items: readonly PricedItem[],
  rows: readonly OwnedDue[],
  nextId: (bucket: number) => string,
): Promise<void> => {
  const fresh: (string | number | null)[][] = []
  for (const [itemNo, { item, person, enrolment, sourceKey }] of [...items.entries()].sort(([, a], [, b]) =>
    inKeyOrder(a.person, b.person),
  )) {
    const units = unitsOf(item)
    const known = rows.filter(
      (row) =>
        row.person === person &&
        row.insurance === item.insurance &&
        row.kind === item.kind &&
        row.sourceKey === sourceKey &&
        units.includes(row.monthFrom),
    )
    if (known.length > 0) {
      const held = await t.changeOf(
        `UPDATE due SET state = 'held', order_id = ?, item_no = ?, external_id = NULL, amount_fen = IF(kind = 'regular', ?, amount_fen), tier = ?, rate_version = IF(kind = 'regular', ?, rate_version), version = version + 1
          WHERE bucket = ? AND person_id = ? AND insurance = ? AND kind = ? AND source_key = ? AND month_from IN (?) AND state = 'open'`,
        [
          order,
          itemNo,
          item.unitFen,
          item.tier,
          item.rateVersion,
          bucketOf(person),
          person,
          item.insurance,
          item.kind,
          sourceKey,
          known.map(({ monthFrom }) => monthFrom),
        ],
      )
      if (held !== known.length) throw new Refused(refuse('due_held', {}))
    }
    const monthly = item.kind === 'regular' && isMonthly(item.insurance)
    for (const month of units.filter((unit) => !known.some((row) => row.monthFrom === unit))) {
      if (item.kind !== 'regular') throw new Refused(refuse('due_withdrawn'))
      fresh.push([
        bucketOf(person),
        person,
        item.insurance,
        item.kind,
        month,
        '',
        nextId(bucketOf(person)),
        enrolment,
        monthly ? month : item.months.to,
        item.year,
        'held',
        order,
        itemNo,
        item.unitFen,
        item.tier,
        item.rateVersion,
      ])
    }
  }
  if (fresh.length > 0)
    await t.changeOf(
      'INSERT INTO due (bucket, person_id, insurance, kind, month_from, source_key, due_id, enrolment_id, month_to, year, state, order_id, item_no, amount_fen, tier, rate_version) VALUES ?',
      [fresh],
    )
}
