import * as v from 'valibot'
import { County, EnrolmentFact, Serial } from './enrolment.ts'

const fact = {
  serial: 'JZ-2022-0001',
  factNo: 1,
  documentType: 'id_card',
  documentNumber: '210702198001019018',
  name: '王小钢',
  insurance: 'flexible_pension',
  county: '210702',
  monthFrom: '2022-01',
}

describe('R51 what an institution sends', () => {
  test('an enrolment without an end and one with an end are taken as they are', () => {
    expect(v.parse(EnrolmentFact, fact)).toEqual(fact)
    expect(v.parse(EnrolmentFact, { ...fact, monthTo: '2022-08' }).monthTo).toBe('2022-08')
  })
  test('R36 a tier that comes along does not make the fact malformed: it is there to be ignored and reported', () => {
    expect(v.parse(EnrolmentFact, { ...fact, tier: '60%' }).tier).toBe('60%')
  })
  test('R55 a registered number with a wrong check digit is a fact too', () => {
    expect(v.is(EnrolmentFact, { ...fact, documentNumber: '210702198001019019' })).toBe(true)
  })
  test.each([
    ['an amount', { amountFen: 100 }],
    ['a sequence number of 0', { factNo: 0 }],
    ['a sequence number that is not whole', { factNo: 1.5 }],
    ['another insurance', { insurance: 'employee_pension' }],
    ['a month without its year', { monthFrom: '01' }],
    ['month 13', { monthFrom: '2022-13' }],
    ['a county by name', { county: '古塔区' }],
    ['an empty serial', { serial: '' }],
    ['a serial with a space', { serial: 'JZ 1' }],
    ['an empty name', { name: ' ' }],
  ])('%s is malformed', (_what, change) => {
    expect(v.is(EnrolmentFact, { ...fact, ...change })).toBe(false)
  })
  test('serials have 1 to 40 plain characters, counties six digits', () => {
    expect(v.is(Serial, 'a'.repeat(40))).toBe(true)
    expect(v.is(Serial, 'a'.repeat(41))).toBe(false)
    expect(v.is(County, '210782')).toBe(true)
    expect(v.is(County, '21078')).toBe(false)
  })
})
