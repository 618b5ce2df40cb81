import { CLOSING_SOON_MS, MAX_ITEMS, ORDER_LIFE_MS, orderMoves, type OrderState } from './order.ts'
import { attemptMoves, type AttemptState, dueMoves, movesInto, Provider } from './payment.ts'

describe('decision 10: the life of an order', () => {
  test('dues are held for 15 minutes; no order in the last two, so that one minute is left for the provider', () => {
    expect(ORDER_LIFE_MS).toBe(900_000)
    expect(CLOSING_SOON_MS).toBe(120_000)
    expect(CLOSING_SOON_MS).toBeGreaterThan(60_000)
  })
  test('an order has no more items than a payment allows partial refunds', () => {
    expect(MAX_ITEMS).toBe(50)
  })
})

describe('moves of an order', () => {
  const states = Object.keys(orderMoves) as OrderState[]
  test('decision 16: money that comes in late is booked or goes back, also after the order was given up', () => {
    expect(movesInto(orderMoves, 'paid').sort()).toEqual(['cancelled', 'closing', 'held'])
    expect(movesInto(orderMoves, 'returned').sort()).toEqual(['cancelled', 'closing', 'held'])
  })
  test('there is no way back to held: a lapsed order is made again, not extended', () => {
    expect(movesInto(orderMoves, 'held')).toEqual([])
    expect(movesInto(orderMoves, 'closing')).toEqual(['held'])
  })
  test('paid and returned are final, and every move leads to a state that exists', () => {
    expect(orderMoves.paid).toEqual([])
    expect(orderMoves.returned).toEqual([])
    expect(states.flatMap((state) => [...orderMoves[state]]).filter((to) => !states.includes(to))).toEqual([])
  })
})

describe('moves of an attempt to pay', () => {
  const states = Object.keys(attemptMoves) as AttemptState[]
  const final: AttemptState[] = ['succeeded', 'mismatch']
  test('a verified success is legal from every state that is not final, so unknown is not failed (decision 16)', () => {
    for (const to of final) expect(movesInto(attemptMoves, to).sort()).toEqual(states.filter((state) => !final.includes(state)).sort())
    for (const state of final) expect(attemptMoves[state]).toEqual([])
  })
  test('an attempt whose outcome is unknown can be resolved by asking, and is never sent anew', () => {
    expect(attemptMoves.create_unknown).toEqual(expect.arrayContaining(['prepared', 'create_rejected', 'closed', 'succeeded']))
    expect(movesInto(attemptMoves, 'init')).toEqual([])
  })
  test('every move leads to a state that exists', () => {
    expect(states.flatMap((state) => [...attemptMoves[state]]).filter((to) => !states.includes(to as AttemptState))).toEqual([])
  })
  test('R5 money moves through two providers', () => {
    expect([...Provider.options].sort()).toEqual(['alipay', 'wechat'])
  })
})

describe('moves of a due', () => {
  test('R41 a due is held only when it is open, so no two orders hold it', () => {
    expect(movesInto(dueMoves, 'held')).toEqual(['open'])
  })
  test('decision 32: a payment in another channel closes a due that is open or held', () => {
    expect(movesInto(dueMoves, 'paid').sort()).toEqual(['held', 'open'])
  })
  test('R30 a withdrawn due stays withdrawn, and a paid one is not withdrawn', () => {
    expect(dueMoves.withdrawn).toEqual([])
    expect(movesInto(dueMoves, 'withdrawn')).not.toContain('paid')
  })
  test('decision 5: a refund opens a paid due again', () => {
    expect(movesInto(dueMoves, 'open').sort()).toEqual(['held', 'paid'])
  })
})
