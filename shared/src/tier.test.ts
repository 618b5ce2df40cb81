import * as fc from 'fast-check'
import * as v from 'valibot'
import { refuseTier, TierCode, type Tier } from './tier.ts'

const offered: Tier[] = [60, 80, 100].map((percent) => ({
  code: `p${percent}`,
  label: `${percent}%档`,
  unitFen: percent * 1000,
}))

describe('the tier of a regular due', () => {
  test('R33 no order without a tier', () => {
    expect(refuseTier(offered, undefined, undefined)).toEqual({ code: 'tier_required', facts: undefined })
    expect(refuseTier(offered, { code: 'p60', label: '60%档' }, undefined)).toEqual({ code: 'tier_required', facts: undefined })
  })
  test('R31 only a tier that is on offer; the refusal names those', () => {
    expect(refuseTier(offered, undefined, 'p300')).toEqual({
      code: 'tier_not_offered',
      facts: { offered: ['60%档', '80%档', '100%档'] },
    })
  })
  test('R33 any offered tier while nothing is paid or held', () => {
    for (const { code } of offered) expect(refuseTier(offered, undefined, code)).toBeUndefined()
  })
  test('R34 after a payment at 60 %, asking 100 % is refused with the tier that binds', () => {
    expect(refuseTier(offered, { code: 'p60', label: '60%档' }, 'p100')).toEqual({
      code: 'tier_locked',
      facts: { tier: 'p60', label: '60%档' },
    })
    expect(refuseTier(offered, { code: 'p60', label: '60%档' }, 'p60')).toBeUndefined()
  })
  test('decision 27: the floor tier appears later, and not for those whose tier is locked', () => {
    const withFloor = [{ code: 'floor', label: '下限档', unitFen: 73_560 }, ...offered]
    expect(refuseTier(offered, undefined, 'floor')?.code).toBe('tier_not_offered')
    expect(refuseTier(withFloor, undefined, 'floor')).toBeUndefined()
    expect(refuseTier(withFloor, { code: 'p60', label: '60%档' }, 'floor')).toEqual({
      code: 'tier_locked',
      facts: { tier: 'p60', label: '60%档' },
    })
  })
  test('a tier passes exactly when it is offered and no other one binds', () => {
    const codes = fc.constantFrom('p60', 'p80', 'p100', 'p300', 'floor', '')
    fc.assert(
      fc.property(
        fc.subarray(offered),
        fc.option(codes, { nil: undefined }),
        fc.option(codes, { nil: undefined }),
        (tiers, locked, chosen) => {
          const passes = tiers.some(({ code }) => code === chosen) && (locked === undefined || locked === chosen)
          expect(refuseTier(tiers, locked === undefined ? undefined : { code: locked, label: locked }, chosen) === undefined).toBe(passes)
        },
      ),
    )
  })
  test.each(['', 'P60', '60', '60%', 'a'.repeat(13), 'p 60'])('"%s" is no tier code', (code) => {
    expect(v.is(TierCode, code)).toBe(false)
  })
  test.each(['a', 'p60', 'y200', 'floor', 'abcdefghijkl'])('"%s" is a tier code', (code) => {
    expect(v.is(TierCode, code)).toBe(true)
  })
})
