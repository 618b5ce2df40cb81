import { DocumentNumber, Name, normaliseNumber, warnNumber, type DocumentType, type RegisteredIdentity } from '@shebao/shared/identity'
import { words } from '@shebao/shared/words'
import * as v from 'valibot'

/** What stands in a form for a person. */
export interface Typed {
  documentType: DocumentType
  name: string
  number: string
}
export interface Faults {
  name?: string
  number?: string
  /** The number looks wrong but may be what the institution registered: it can be gone past (R55). */
  warning?: string
}

/** What looks wrong in a number, in words. */
export const warningOf = (type: DocumentType, number: string): string | undefined => {
  const normal = normaliseNumber(number)
  const warning = warnNumber(type, normal)
  switch (warning?.code) {
    case undefined:
      return undefined
    case 'length':
      return words.warn.length(normal.length, warning.expected)
    case 'birthday':
      return words.warn.birthday
    case 'check_digit':
      return words.warn.checkDigit(warning.expected)
    case 'fifteen_digits':
      return words.warn.fifteen
    case 'format':
      return words.warn.format
  }
}

/** Checks a form on 下一步 (U22): the identity, or what has to be looked at again. */
export const readForm = ({ documentType, name, number }: Typed): { identity: RegisteredIdentity; faults: Faults } | { faults: Faults } => {
  const [readName, readNumber] = [v.safeParse(Name, name), v.safeParse(DocumentNumber, number)]
  const warning = warningOf(documentType, number)
  const faults: Faults = {
    ...(!readName.success && { name: words.realName.noName }),
    ...(number.trim() === ''
      ? { number: words.realName.noNumber }
      : !readNumber.success
        ? { number: warning ?? words.warn.format }
        : warning !== undefined && { warning }),
  }
  if (!readName.success || !readNumber.success) return { faults }
  return { identity: { documentType, documentNumber: readNumber.output, name: readName.output }, faults }
}
