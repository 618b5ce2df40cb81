import { expect, test } from '@jest/globals'
import { DueStatus } from '@shebao/shared/due'
import { EnrolmentFact } from '@shebao/shared/enrolment'
import { documentTypes, normaliseName, normaliseNumber, warnNumber, type DocumentType } from '@shebao/shared/identity'
import { Insurance } from '@shebao/shared/insurance'
import { inventPerson } from './invent.ts'
import { people } from './people.ts'
import { days, lines, table } from './table.ts'

const types = Object.keys(documentTypes) as DocumentType[]

test.each(types)('an invented %s is well formed, normalised and the same for one seed', (type) => {
  for (let seed = 0; seed < 200; seed++) {
    const person = inventPerson(seed, type)
    expect(warnNumber(type, person.documentNumber)).toBeUndefined()
    expect(normaliseNumber(person.documentNumber)).toBe(person.documentNumber)
    expect(normaliseName(person.name)).toBe(person.name)
    expect(person.name).toMatch(/试|TEST/)
    expect(inventPerson(seed, type)).toEqual(person)
  }
})

test('another seed is another person', () => {
  const numbers = Array.from({ length: 5000 }, (_, seed) => inventPerson(seed).documentNumber)
  expect(new Set(numbers).size).toBe(5000)
})

test('everybody differs, and what is sent of them is what the contract takes', () => {
  expect(people.length).toBeGreaterThanOrEqual(40)
  expect(new Set(people.map(({ key }) => key)).size).toBe(people.length)
  expect(new Set(people.map(({ registered }) => registered.documentNumber)).size).toBe(people.length)
  for (const { key, registered, enrolments } of people)
    for (const { insurance, county, monthFrom, monthTo } of enrolments)
      expect(
        EnrolmentFact['~standard'].validate({
          serial: key,
          factNo: 1,
          ...registered,
          insurance,
          county,
          monthFrom,
          ...(monthTo && { monthTo }),
        }),
      ).not.toHaveProperty('issues')
})

test('they cover every insurance, every kind of document and every way in which a record is wrong (R54–R57)', () => {
  const insurances = people.flatMap(({ enrolments }) => enrolments.map(({ insurance }) => insurance))
  expect(new Set(insurances)).toEqual(new Set(Insurance.options))
  const documents = new Set(people.map(({ holds }) => holds.documentType))
  expect(types.filter((type) => !documents.has(type))).toEqual(['chinese_passport'])
  const warnings = people.map(({ registered }) => warnNumber(registered.documentType, registered.documentNumber)?.code)
  expect(new Set(warnings)).toEqual(new Set([undefined, 'fifteen_digits', 'check_digit', 'length']))
  expect(people.some(({ holds, registered }) => holds.name.endsWith('钢') && registered.name.endsWith('刚'))).toBe(true)
  for (const { holds } of people) expect(warnNumber(holds.documentType, holds.documentNumber)).toBeUndefined()
})

test('on the three days they show every status that a look-up can have before the year ends', () => {
  const shown = new Set(lines(days[0]).flatMap(({ statuses }) => statuses.map((status) => status.split(/[ ,]/)[0])))
  expect(new Set(DueStatus.options.filter((status) => status !== 'awaiting_special'))).toEqual(shown)
})

test.each([
  ['flexible_pension 2022', ['payable', 'payable', 'payable']],
  ['resident_pension 2022', ['not_open (2022-04)', 'payable', 'payable']],
  ['resident_medical special 2022-01..2022-12', ['payable', 'late', 'closed']],
  ['flexible_medical special 2021-07..2022-06', ['payable, may wait', 'payable, may wait', 'closed']],
  ['flexible_medical 2022', ['not_open (2022-07)', 'not_open (2022-07)', 'late']],
  ['flexible_pension special 2021-01..2021-12', ['closed', 'closed', 'closed']],
])('%s of somebody who paid nothing is %j', (what, statuses) => {
  const unpaid = lines(days[0], people).filter((line) => line.what === what && !line.person.enrolments.some(({ reports }) => reports))
  expect(unpaid.length).toBeGreaterThan(0)
  for (const line of unpaid) expect(line.statuses).toEqual(statuses)
})

test('an order in progress is that on the day of the demonstration only', () => {
  const held = (asOf: string): string[][] =>
    lines(asOf).flatMap(({ statuses }) => (statuses.some((s) => s.includes('held')) ? [statuses] : []))
  expect(held('2022-02-15')).toEqual([
    ['payable, 6 of 12 held', 'payable', 'payable'],
    ['held', 'late', 'closed'],
  ])
  expect(held('2022-07-01')).toEqual([])
})

test('the table has one row a line and names each person once', () => {
  const all = lines(days[0])
  const rows = table(all).split('\n')
  expect(rows).toHaveLength(all.length + 1)
  for (const { registered } of people) expect(rows.filter((each) => each.includes(` ${registered.documentNumber} `))).toHaveLength(1)
})
