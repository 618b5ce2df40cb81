import { checkDigit, type DocumentType, type RegisteredIdentity } from '@shebao/shared/identity'

const counties = ['210702', '210703', '210711', '210726', '210727', '210781', '210782']
const surnames = Array.from('赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨')
const ordinals = Array.from('甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥')

/** A sequence of pseudo-random whole numbers below what is asked for; the same seed gives the same sequence (mulberry32). */
const draws = (seed: number): ((below: number) => number) => {
  let state = seed >>> 0
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below
  }
}
const digits = (draw: (below: number) => number, length: number): string => Array.from({ length }, () => draw(10)).join('')

/** Eighteen characters with a right check digit: area, a birthday of somebody of working age, a serial number. */
const eighteen = (draw: (below: number) => number, area: string): string => {
  const birthday = `${1960 + draw(40)}${String(1 + draw(12)).padStart(2, '0')}${String(1 + draw(28)).padStart(2, '0')}`
  const first17 = `${area}${birthday}${String(1 + draw(999)).padStart(3, '0')}`
  return first17 + checkDigit(first17)
}

const numbers: Record<DocumentType, (draw: (below: number) => number) => string> = {
  id_card: (draw) => eighteen(draw, counties[draw(counties.length)] ?? '210702'),
  hk_macau_permit: (draw) => `${draw(2) ? 'H' : 'M'}${digits(draw, 8)}${digits(draw, 2)}`,
  taiwan_permit: (draw) => digits(draw, 8),
  hk_macau_residence: (draw) => eighteen(draw, draw(2) ? '810000' : '820000'),
  taiwan_residence: (draw) => eighteen(draw, '830000'),
  foreign_passport: (draw) => `T${digits(draw, 8)}`,
  chinese_passport: (draw) => `E${digits(draw, 8)}`,
  foreign_permanent_resident: (draw) => `TST${digits(draw, 12)}`,
}
const isForeign = (type: DocumentType): boolean => type === 'foreign_passport' || type === 'foreign_permanent_resident'

/**
 * Somebody who does not exist, always the same for one seed: a well-formed number with a right check digit, and a name that
 * says that it is a test (试). Whoever has that number in life has it by chance.
 */
export const inventPerson = (seed: number, documentType: DocumentType = 'id_card'): RegisteredIdentity => {
  const draw = draws(seed)
  const documentNumber = numbers[documentType](draw)
  const name = isForeign(documentType)
    ? `TEST ${Array.from({ length: 5 }, () => String.fromCharCode(65 + draw(26))).join('')}`
    : `${surnames[draw(surnames.length)]}试${ordinals[draw(ordinals.length)]}`
  return { documentType, documentNumber, name }
}
