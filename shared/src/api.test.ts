import * as v from 'valibot'
import { api, type Endpoint, IdempotencyKey } from './api.ts'

const endpoints: [string, Endpoint][] = Object.entries(api)
const months = { from: '2022-01', to: '2022-05' }

describe('the contract', () => {
  test('no two endpoints share method and path', () => {
    const keys = endpoints.map(([, { method, path }]) => `${method} ${path.replace(/:\w+/g, ':')}`)
    expect(new Set(keys).size).toBe(keys.length)
  })
  test('R2 machines have their own doors, people have /api', () => {
    expect(endpoints.filter(([, { access, path }]) => (access === 'machine') !== /^\/(institution|office|channel)\//.test(path))).toEqual(
      [],
    )
    expect(endpoints.filter(([, { access, path }]) => (access === 'machine') === path.startsWith('/api/'))).toEqual([])
  })
  test('R80 before real name nothing but logging in, who one is, and the check itself', () => {
    const open = endpoints.filter(([, { access }]) => access === 'public' || access === 'account').map(([name]) => name)
    expect(open.sort()).toEqual(['beginRealName', 'confirmRealName', 'logIn', 'logOut', 'me'])
  })
  test('the parameters of a path are exactly those of its schema', () => {
    for (const [, { path, params }] of endpoints) {
      const inPath = [...path.matchAll(/:(\w+)/g)].map(([, name]) => name)
      expect(Object.keys((params as { entries?: object } | undefined)?.entries ?? {})).toEqual(inPath)
    }
  })
  test('a GET changes nothing and so has no body', () => {
    expect(endpoints.filter(([, { method, body }]) => method === 'GET' && body !== undefined)).toEqual([])
  })
})

describe('what may be sent', () => {
  const due = {
    serial: 'S1',
    enrolmentSerial: 'E1',
    insurance: 'flexible_pension',
    months: { from: '2021-01', to: '2021-12' },
    amountFen: 788_160,
  }
  test('R52 a special due carries the amount and the serial of the institution, and no tier', () => {
    const body = api.sendSpecialDues.body
    expect(v.parse(body, { dues: [due] })).toEqual({ dues: [due] })
    expect(v.is(body, { dues: [{ ...due, supersedes: 'S0' }] })).toBe(true)
    expect(v.is(body, { dues: [{ ...due, tier: 'p60' }] })).toBe(false)
    expect(v.is(body, { dues: [{ ...due, amountFen: 1.5 }] })).toBe(false)
    expect(v.is(body, { dues: [{ ...due, amountFen: -1 }] })).toBe(false)
    expect(v.is(body, { dues: [{ ...due, months: { from: '2021-12', to: '2021-01' } }] })).toBe(false)
    expect(v.is(body, { dues: [] })).toBe(false)
    expect(v.is(body, { dues: Array.from({ length: 501 }, () => due) })).toBe(false)
  })
  test('R55 a look-up by an agent takes the registered number as typed, also a wrong one or one of 15 digits', () => {
    const typed = { entry: 'agent', consent: true, documentType: 'id_card', name: ' 王小刚 ' }
    for (const documentNumber of ['210702198001019019', '610104620927690', '２１０７０２１９８００１０１９０１８'])
      expect(v.is(api.lookUp.body, { ...typed, documentNumber })).toBe(true)
    expect(v.parse(api.lookUp.body, { ...typed, documentNumber: '21070219800101901x' })).toEqual({
      ...typed,
      name: '王小刚',
      documentNumber: '21070219800101901X',
    })
  })
  test('R54 a look-up for oneself sends no identity: it is the verified one', () => {
    expect(v.is(api.lookUp.body, { entry: 'self' })).toBe(true)
    expect(v.is(api.lookUp.body, { entry: 'self', documentNumber: '210702198001019018' })).toBe(false)
    expect(v.is(api.lookUp.body, { entry: 'agent', consent: true })).toBe(false)
  })
  test('R33 an order names what it expects to pay, in whole fen', () => {
    const order = {
      items: [{ kind: 'regular', enrolment: '1', year: 2022, tier: 'p60', months }],
      expectedTotalFen: 342_500,
      acknowledgements: [],
    }
    expect(v.is(api.createOrder.body, order)).toBe(true)
    expect(v.is(api.createOrder.body, { ...order, expectedTotalFen: 3425.5 })).toBe(false)
    expect(v.is(api.createOrder.body, { ...order, acknowledgements: ['anything'] })).toBe(false)
    expect(v.is(api.createOrder.body, { ...order, payer: 'someone' })).toBe(false)
    const { expectedTotalFen: _expected, ...blind } = order
    expect(v.is(api.createOrder.body, blind)).toBe(false)
  })
  test('R66 another channel reports what was paid, where and when; our own channels do not report', () => {
    const payment = {
      channel: 'bank',
      serial: 'B-1',
      enrolmentSerial: 'E1',
      insurance: 'flexible_pension',
      year: 2022,
      tier: 'p80',
      months: { from: '2022-01', to: '2022-02' },
      amountFen: 182_680,
      paidAt: '2022-02-10T09:30:00+08:00',
    }
    expect(v.is(api.reportPayment.body, payment)).toBe(true)
    expect(v.is(api.reportPayment.body, { ...payment, channel: 'wechat' })).toBe(false)
    expect(v.is(api.reportPayment.body, { ...payment, paidAt: '2022-02-10 09:30' })).toBe(false)
  })
  test('decision 33 a counter code has six letters or digits, typed in any case', () => {
    const body = { method: 'counter_code', documentType: 'foreign_passport', documentNumber: 'c01x00t47', name: 'John Smith' }
    expect(v.parse(api.beginRealName.body, { ...body, code: ' ab12cd ' })).toEqual({ ...body, documentNumber: 'C01X00T47', code: 'AB12CD' })
    for (const code of ['AB12C', 'AB12CDE', 'AB-12C', '']) expect(v.is(api.beginRealName.body, { ...body, code })).toBe(false)
  })
  test('a repeated order is known by a key of 8 to 64 plain characters', () => {
    expect(v.is(IdempotencyKey, 'a'.repeat(8))).toBe(true)
    for (const key of ['a'.repeat(7), 'a'.repeat(65), 'with space', '']) expect(v.is(IdempotencyKey, key)).toBe(false)
  })
})
