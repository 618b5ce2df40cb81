import * as fc from 'fast-check'
import * as v from 'valibot'
import {
  checkDigit,
  DocumentNumber,
  DocumentType,
  documentTypes,
  lastFour,
  maskName,
  matchedNumber,
  Name,
  normaliseName,
  normaliseNumber,
  RegisteredIdentity,
  toEighteen,
  warnNumber,
} from './identity.ts'

const valid = ['210702198001019018', '210726195512319028', '210782201203079031', '210711196802299045']
/** The check of GB 11643-1999, written another way: the weighted sum over all 18 places is 1 modulo 11 (ISO 7064 MOD 11-2). */
const sumIsOne = (number: string): boolean => {
  let sum = 0
  for (const character of number) sum = (sum * 2 + (character === 'X' ? 10 : Number(character))) % 11
  return sum === 1
}
const digits = (length: number): fc.Arbitrary<string> =>
  fc.array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length }).map((all) => all.join(''))

const anyOf = (characters: string): fc.Arbitrary<string> => fc.constantFrom(...Array.from(characters))

describe('R76 document types (section 5)', () => {
  test.each([
    ['id_card', '201', 'stated'],
    ['hk_macau_permit', '210', 'stated'],
    ['taiwan_permit', '213', 'stated'],
    ['hk_macau_residence', '237', 'recalled'],
    ['taiwan_residence', '238', 'recalled'],
    ['foreign_passport', '208', 'stated'],
    ['chinese_passport', '227', 'stated'],
    ['foreign_permanent_resident', '233', 'stated'],
  ] as const)('%s has code %s, which is %s', (type, taxCode, codeCertainty) => {
    expect(documentTypes[type]).toEqual({ taxCode, codeCertainty })
  })
  test('there are eight types and each has its own code', () => {
    expect(DocumentType.options).toHaveLength(8)
    expect(new Set(Object.values(documentTypes).map(({ taxCode }) => taxCode)).size).toBe(8)
  })
})

describe('check digits (section 5)', () => {
  test.each(valid)('%s is a valid resident ID number', (number) => {
    expect(checkDigit(number.slice(0, 17))).toBe(number.slice(17))
    expect(warnNumber('id_card', number)).toBeUndefined()
  })
  test('the check character is the one that makes the MOD 11-2 sum one, X included', () => {
    const seen = new Set<string>()
    fc.assert(
      fc.property(digits(17), (first17) => {
        const check = checkDigit(first17)
        seen.add(check)
        expect(sumIsOne(first17 + check)).toBe(true)
      }),
      { numRuns: 2000 },
    )
    expect([...seen].sort().join('')).toBe('0123456789X')
  })
  test('a single wrong digit never passes the check', () => {
    fc.assert(
      fc.property(digits(17), fc.integer({ min: 0, max: 16 }), fc.integer({ min: 1, max: 9 }), (number, at, step) => {
        const wrong = number.slice(0, at) + String((Number(number.charAt(at)) + step) % 10) + number.slice(at + 1)
        expect(checkDigit(wrong)).not.toBe(checkDigit(number))
      }),
    )
  })
  test('two different neighbours swapped never pass the check', () => {
    fc.assert(
      fc.property(digits(17), fc.integer({ min: 0, max: 15 }), (number, at) => {
        const swapped = number.slice(0, at) + number.charAt(at + 1) + number.charAt(at) + number.slice(at + 2)
        fc.pre(swapped !== number)
        expect(checkDigit(swapped)).not.toBe(checkDigit(number))
      }),
    )
  })
  test('15 → 18: 610104620927690 becomes 610104196209276908', () => {
    expect(toEighteen('610104620927690')).toBe('610104196209276908')
  })
  test('15 → 18 keeps all 15 digits, inserts the century and gives a number that passes the check', () => {
    fc.assert(
      fc.property(digits(15), (fifteen) => {
        const eighteen = toEighteen(fifteen)
        expect(eighteen).toHaveLength(18)
        expect(eighteen.slice(6, 8)).toBe('19')
        expect(eighteen.slice(0, 6) + eighteen.slice(8, 17)).toBe(fifteen)
        expect(sumIsOne(eighteen)).toBe(true)
      }),
    )
  })
})

describe('decision 2, R55: a number that looks wrong warns', () => {
  test.each([
    ['id_card', '610104620927690', { code: 'fifteen_digits' }],
    ['id_card', '21070219800101901', { code: 'length', expected: '18' }],
    ['id_card', '2107021980010190188', { code: 'length', expected: '18' }],
    ['id_card', '210702198001019019', { code: 'check_digit', expected: '8' }],
    ['id_card', '21070219800101901X', { code: 'check_digit', expected: '8' }],
    ['id_card', '2107021980X1019018', { code: 'format' }],
    ['id_card', '810000199408230021', { code: 'format' }],
    ['id_card', '210702198002309018', { code: 'birthday' }],
    ['id_card', '210702198013019018', { code: 'birthday' }],
    ['id_card', '210702190002299018', { code: 'birthday' }],
    ['id_card', '210702198004319018', { code: 'birthday' }],
    ['hk_macau_permit', 'A1234567800', { code: 'format' }],
    ['hk_macau_permit', 'H123456780', { code: 'format' }],
    ['taiwan_permit', '1234567', { code: 'format' }],
    ['taiwan_permit', '1234567890', { code: 'format' }],
    ['hk_macau_residence', '830000199201300022', { code: 'format' }],
    ['hk_macau_residence', '810000199408230022', { code: 'check_digit', expected: '1' }],
    ['hk_macau_residence', '8100001994082300', { code: 'length', expected: '18' }],
    ['taiwan_residence', '810000199408230021', { code: 'format' }],
    ['foreign_passport', 'AB12', { code: 'format' }],
    ['foreign_passport', 'AB1234567890123456', { code: 'format' }],
    ['chinese_passport', '123456789', { code: 'format' }],
    ['chinese_passport', 'ABC1234567', { code: 'format' }],
    ['chinese_passport', 'E123456789', { code: 'format' }],
    ['foreign_permanent_resident', 'AB1234567890123', { code: 'format' }],
    ['foreign_permanent_resident', '812345678901234567', { code: 'format' }],
  ] as const)('%s %s: %p', (type, number, warning) => {
    expect(warnNumber(type, number)).toEqual(warning)
  })

  test.each([
    ['id_card', '210711196802299045'],
    ['hk_macau_permit', 'H12345678'],
    ['hk_macau_permit', 'M1234567801'],
    ['taiwan_permit', '12345678'],
    ['taiwan_permit', '1234567890B'],
    ['hk_macau_residence', '810000199408230021'],
    ['taiwan_residence', '830000199201300022'],
    ['foreign_passport', 'AB123'],
    ['foreign_passport', 'C01X00T47'],
    ['foreign_passport', '12345678901234567'],
    ['chinese_passport', 'E12345678'],
    ['chinese_passport', 'EA1234567'],
    ['foreign_permanent_resident', 'USA123456789012'],
  ] as const)('%s %s has the form of its type', (type, number) => {
    expect(warnNumber(type, number)).toBeUndefined()
  })

  test('a birthday is a day of the calendar, in years with and without a leap day', () => {
    const wrong: string[] = []
    for (const year of [1850, 1900, 1996, 1999, 2000, 2021])
      for (let month = 0; month <= 13; month++)
        for (let day = 0; day <= 33; day++) {
          const written = `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
          const first17 = `210702${written.replaceAll('-', '')}001`
          const date = new Date(Date.UTC(year, month - 1, day))
          const exists = date.toISOString().slice(0, 10) === written
          const warning = warnNumber('id_card', first17 + checkDigit(first17))
          if ((warning === undefined) !== exists || (warning && warning.code !== 'birthday')) wrong.push(written)
        }
    expect(wrong).toEqual([])
  })
  test('a resident ID number begins with the code of a region, 1 to 6', () => {
    const warnings = Array.from('0123456789', (first) => {
      const first17 = `${first}1070219800101901`
      return [first, warnNumber('id_card', first17 + checkDigit(first17))?.code]
    })
    expect(warnings.filter(([, code]) => code === undefined).map(([first]) => first)).toEqual(['1', '2', '3', '4', '5', '6'])
    expect(warnings.filter(([, code]) => code === 'format').map(([first]) => first)).toEqual(['0', '7', '8', '9'])
  })

  test('section 5: the 18-digit permanent resident card begins with 9 and carries the MOD 11-2 check', () => {
    fc.assert(
      fc.property(digits(16), anyOf('0123456789X'), (rest, last) => {
        const number = `9${rest}${last}`
        const expected = checkDigit(number.slice(0, 17))
        expect(warnNumber('foreign_permanent_resident', number)).toEqual(last === expected ? undefined : { code: 'check_digit', expected })
      }),
    )
  })

  test.each(['210702198001019019', '21070219800101901', '610104620927690', '999999999999999999'])(
    'the wrong number %s is still accepted as typed',
    (number) => {
      expect(v.parse(RegisteredIdentity, { documentType: 'id_card', documentNumber: number, name: '王小钢' }).documentNumber).toBe(number)
    },
  )
  test.each(['', '123', '12 3', '证件号码', '2107021980;--', 'x'.repeat(31), ' '.repeat(61)])(
    'what can be no number is refused: "%s"',
    (typed) => {
      expect(v.is(DocumentNumber, typed)).toBe(false)
    },
  )
  test('four characters are enough for a number, one for a name', () => {
    expect(v.parse(DocumentNumber, 'A123')).toBe('A123')
    expect(v.parse(Name, '王')).toBe('王')
  })
  test('no generated number makes the check throw, and a number never draws a warning without a code', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DocumentType.options),
        fc.oneof(fc.string({ unit: 'binary' }), fc.stringMatching(/^[0-9A-Z]{0,20}$/), digits(18)),
        (type, number) => {
          expect(warnNumber(type, number)?.code ?? 'fine').toMatch(/^(fine|length|birthday|check_digit|fifteen_digits|format)$/)
        },
      ),
    )
  })
})

describe('decision 2: matching', () => {
  test('a re-issued Hong Kong or Macau permit is the same person: nine characters identify', () => {
    expect(matchedNumber('hk_macau_permit', 'H1234567801')).toBe(matchedNumber('hk_macau_permit', 'H1234567802'))
    expect(matchedNumber('hk_macau_permit', 'H12345678')).toBe(matchedNumber('hk_macau_permit', 'H1234567802'))
    expect(matchedNumber('hk_macau_permit', 'H1234567801')).not.toBe(matchedNumber('hk_macau_permit', 'H1234567901'))
    expect(matchedNumber('hk_macau_permit', 'H1234567801')).not.toBe(matchedNumber('hk_macau_permit', 'M1234567801'))
  })
  test('decision 3: every other number identifies whole, a 15-digit number never as 18', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...DocumentType.options.filter((type) => type !== 'hk_macau_permit')),
        fc.stringMatching(/^[0-9A-Z]{4,30}$/),
        (type, number) => {
          expect(matchedNumber(type, number)).toBe(number)
        },
      ),
    )
    expect(matchedNumber('id_card', '610104620927690')).not.toBe(matchedNumber('id_card', '610104196209276908'))
  })
})

describe('section 5: normalisation', () => {
  test.each([
    ['２１０７０２１９８００１０１９０１８', '210702198001019018'],
    [' 210702 19800101 9018 ', '210702198001019018'],
    ['　210702198001019018\t', '210702198001019018'],
    ['21070219800101901x', '21070219800101901X'],
    ['21070219800101901ｘ', '21070219800101901X'],
    ['h1234567801', 'H1234567801'],
    ['Ｈ１２３４５６７８', 'H12345678'],
    ['AB-123-45', 'AB12345'],
    ['210702\u200b198001019018', '210702198001019018'],
  ])('number "%s" is read as %s', (typed, number) => {
    expect(normaliseNumber(typed)).toBe(number)
    expect(v.parse(DocumentNumber, typed)).toBe(number)
  })

  test.each([
    [' 王小钢 ', '王小钢'],
    ['　王小钢　', '王小钢'],
    ['Ｊｏｈｎ　Ｓｍｉｔｈ', 'John Smith'],
    ['John   Smith', 'John Smith'],
    ['古丽•阿依', '古丽·阿依'],
    ['古丽・阿依', '古丽·阿依'],
    ['古丽･阿依', '古丽·阿依'],
    ['古丽‧阿依', '古丽·阿依'],
    ['古丽∙阿依', '古丽·阿依'],
    ['古丽●阿依', '古丽·阿依'],
    ['古丽．阿依', '古丽·阿依'],
    ['古丽.阿依', '古丽·阿依'],
    ['古丽·阿依', '古丽·阿依'],
  ])('name "%s" is read as %s', (typed, name) => {
    expect(normaliseName(typed)).toBe(name)
    expect(v.parse(Name, typed)).toBe(name)
  })
  test('R56 names of the same sound stay different: 刚 is not 钢', () => {
    expect(normaliseName('王小刚')).not.toBe(normaliseName('王小钢'))
  })
  test.each(['', '   ', '　', '\u200b', '王'.repeat(51)])('"%s" is no name', (typed) => {
    expect(v.is(Name, typed)).toBe(false)
  })

  const typedNumber = fc
    .array(anyOf('0123456789xXhHmM０１２ｘＸＨ ()（）-－　\t\u200b'), { maxLength: 40 })
    .map((characters) => characters.join(''))
  test('reading a number twice changes nothing more', () => {
    fc.assert(fc.property(typedNumber, (typed) => expect(normaliseNumber(normaliseNumber(typed))).toBe(normaliseNumber(typed))))
    fc.assert(
      fc.property(fc.oneof(typedNumber, fc.string({ unit: 'binary', maxLength: 8 })), (typed) => {
        const once = v.safeParse(DocumentNumber, typed)
        fc.pre(once.success)
        expect(v.parse(DocumentNumber, once.output)).toBe(once.output)
      }),
    )
  })
  test('reading a name twice changes nothing more, in any script', () => {
    const typedName = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.string({ unit: 'grapheme' }),
      fc.array(anyOf('王小钢aＡé·•・･‧∙●．. 　\u200b\u0301'), { maxLength: 20 }).map((characters) => characters.join('')),
    )
    fc.assert(
      fc.property(typedName, (typed) => expect(normaliseName(normaliseName(typed))).toBe(normaliseName(typed))),
      { numRuns: 1000 },
    )
  })
  test('R54 an identity carries exactly type, number and name', () => {
    const whole = { documentType: 'id_card', documentNumber: ' 21070219800101901８', name: '王小钢 ' }
    expect(v.parse(RegisteredIdentity, whole)).toEqual({ documentType: 'id_card', documentNumber: '210702198001019018', name: '王小钢' })
    expect(v.is(RegisteredIdentity, { ...whole, phone: '1' })).toBe(false)
    expect(v.is(RegisteredIdentity, { ...whole, documentType: 'driving_licence' })).toBe(false)
    expect(v.is(RegisteredIdentity, { documentType: 'id_card', name: '王小钢' })).toBe(false)
  })
})

describe('R92 masks', () => {
  test.each([
    ['王小钢', '王*钢'],
    ['王钢', '*钢'],
    ['王', '*'],
    ['', '*'],
    ['欧阳小钢', '欧**钢'],
    ['古丽·阿依', '古***依'],
    ['John Smith', 'J********h'],
    ['𠮷野家', '𠮷*家'],
  ])('"%s" is shown as %s', (name, masked) => {
    expect(maskName(name)).toBe(masked)
  })
  test('a mask keeps the number of letters and shows at most the first and the last, never all', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[一-龥A-Za-z·]{1,30}$/), (name) => {
        const [letters, masked] = [Array.from(name), Array.from(maskName(name))]
        expect(masked).toHaveLength(letters.length)
        const shown = masked.flatMap((letter, at) => (letter === '*' ? [] : [at]))
        expect(shown.length).toBeLessThan(letters.length)
        expect(shown.filter((at) => at !== 0 && at !== letters.length - 1)).toEqual([])
        expect(shown.filter((at) => masked[at] !== letters[at])).toEqual([])
      }),
    )
  })
  test('only the last four characters of a number are shown', () => {
    expect(lastFour('210702198001019018')).toBe('9018')
    expect(lastFour('21070219800101901X')).toBe('901X')
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9A-Z]{4,30}$/), (number) => {
        expect(lastFour(number)).toHaveLength(number.length > 6 ? 4 : 2)
        expect(number.endsWith(lastFour(number))).toBe(true)
      }),
    )
  })
})
