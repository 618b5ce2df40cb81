import * as v from 'valibot'

/**
 * 证件类型 with the tax administration's code. `certainty` says whether that code was confirmed in a published table or
 * only recalled; a recalled code is used inside the product and never sent to another party as confirmed.
 */
export const documentTypes = {
  id_card: { taxCode: '201', codeCertainty: 'stated' },
  hk_macau_permit: { taxCode: '210', codeCertainty: 'stated' },
  taiwan_permit: { taxCode: '213', codeCertainty: 'stated' },
  hk_macau_residence: { taxCode: '237', codeCertainty: 'recalled' },
  taiwan_residence: { taxCode: '238', codeCertainty: 'recalled' },
  foreign_passport: { taxCode: '208', codeCertainty: 'stated' },
  chinese_passport: { taxCode: '227', codeCertainty: 'stated' },
  foreign_permanent_resident: { taxCode: '233', codeCertainty: 'stated' },
} as const

export type DocumentType = keyof typeof documentTypes
export const DocumentType = v.picklist(Object.keys(documentTypes) as [DocumentType, ...DocumentType[]])

/** Full-width forms to half-width, no spaces or hyphens, upper case: what people type, as registers write it (U22). */
export const normaliseNumber = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[\s\u200b-]/g, '')
    .toUpperCase()
/** Compatibility forms unified, inner spaces collapsed (none between Chinese characters: some forms pad a two-letter name), every variant of the middle dot to U+00B7 (U45). */
export const normaliseName = (typed: string): string =>
  typed
    .normalize('NFKC')
    .replace(/[\s\u200b]+/g, ' ')
    .replace(/[·•・‧∙●]/g, '·')
    .replace(/(\S)\.+(?=\S)/g, '$1·')
    // no look-behind and no \p{…} here: older phones cannot read them, and would lose the whole script
    .replace(/([\u3400-\u9fff\udc00-\udfff]) (?=[\u3400-\u9fff\ud840-\ud8ff])/g, '$1')
    .trim()

/** A document number as typed. Only what cannot be any number is refused; a wrong length or check digit warns (decision 2). */
export const DocumentNumber = v.pipe(
  v.string(),
  v.maxLength(60),
  v.transform(normaliseNumber),
  v.regex(/^[0-9A-Z()]{4,30}$/, '证件号码只能有数字和字母'),
)
/** A name as typed, up to 50 characters, any script. */
export const Name = v.pipe(v.string(), v.maxLength(120), v.transform(normaliseName), v.minLength(1, '请填写姓名'), v.maxLength(50))

/** The triple under which an institution registered a person, normalised; right or wrong (R54, R56). */
export const RegisteredIdentity = v.strictObject({ documentType: DocumentType, documentNumber: DocumentNumber, name: Name })
export type RegisteredIdentity = v.InferOutput<typeof RegisteredIdentity>

/** The part of a number that identifies: a re-issued Hong Kong or Macau permit keeps its first nine characters. */
export const matchedNumber = (type: DocumentType, number: string): string => (type === 'hk_macau_permit' ? number.slice(0, 9) : number)

const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
/** Check character of an 18-character number of GB 11643-1999 (ISO 7064 MOD 11-2) from its first 17 digits. */
export const checkDigit = (first17: string): string =>
  '10X98765432'.charAt(WEIGHTS.reduce((sum, weight, at) => sum + weight * Number(first17.charAt(at)), 0) % 11)

const isRealDay = (yyyymmdd: string): boolean => {
  const [year, month, day] = [Number(yyyymmdd.slice(0, 4)), Number(yyyymmdd.slice(4, 6)), Number(yyyymmdd.slice(6))]
  const last = month === 2 ? (year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31
  return year >= 1850 && month >= 1 && month <= 12 && day >= 1 && day <= last
}

/** What looks wrong in a number: shown beside the field, never a reason to stop (R55: the registered number may itself be wrong). */
export type NumberWarning =
  | { code: 'length'; expected: string }
  | { code: 'birthday' }
  | { code: 'check_digit'; expected: string }
  | { code: 'fifteen_digits' }
  | { code: 'format' }

const warnCheckDigit = (number: string): NumberWarning | undefined => {
  const expected = checkDigit(number)
  return number.charAt(17) === expected ? undefined : { code: 'check_digit', expected }
}
const warnEighteen = (number: string, start: RegExp): NumberWarning | undefined => {
  if (number.length !== 18) return { code: 'length', expected: '18' }
  if (!/^\d{17}[\dX]$/.test(number) || !start.test(number)) return { code: 'format' }
  return isRealDay(number.slice(6, 14)) ? warnCheckDigit(number) : { code: 'birthday' }
}

const shapes: Record<Exclude<DocumentType, 'id_card' | 'hk_macau_residence' | 'taiwan_residence'>, RegExp> = {
  hk_macau_permit: /^[HM]\d{8}(\d{2})?$/,
  taiwan_permit: /^(\d{8}|\d{10}[A-Z])$/,
  foreign_passport: /^[A-Z0-9]{5,17}$/,
  chinese_passport: /^[A-Z]{1,2}\d{7,8}$/,
  foreign_permanent_resident: /^([A-Z]{3}\d{12}|9\d{16}[\dX])$/,
}

/** Checks a normalised number against its type (domain table of document types; formats of 2022). */
export const warnNumber = (type: DocumentType, number: string): NumberWarning | undefined => {
  switch (type) {
    case 'id_card':
      return /^\d{15}$/.test(number) ? { code: 'fifteen_digits' } : warnEighteen(number, /^[1-6]\d{5}/)
    case 'hk_macau_residence':
      return warnEighteen(number, /^8[12]0000/)
    case 'taiwan_residence':
      return warnEighteen(number, /^830000/)
    default:
      if (!shapes[type].test(number)) return { code: 'format' }
      return type === 'foreign_permanent_resident' && number.length === 18 ? warnCheckDigit(number) : undefined
  }
}

/** 15 → 18 digits: century 19 inserted, check digit appended. For the correction report and the self entry only (decision 3), never for paying. */
export const toEighteen = (fifteen: string): string => {
  const first17 = `${fifteen.slice(0, 6)}19${fifteen.slice(6)}`
  return first17 + checkDigit(first17)
}

/** 王小钢 → 王*钢, 王钢 → *钢, John Smith → J********h: enough to recognise, not enough to learn (R92). */
export const maskName = (name: string): string => {
  const letters = Array.from(name)
  if (letters.length <= 2) return letters.length < 2 ? '*' : `*${letters[1]}`
  return `${letters[0]}${'*'.repeat(letters.length - 2)}${letters[letters.length - 1]}`
}
/** The last four characters of a number (two of a very short one), the only part ever shown. */
export const lastFour = (number: string): string => number.slice(number.length > 6 ? -4 : -2)
