import { jest } from '@jest/globals'
import Taro from '@tarojs/taro'
import { api } from '@shebao/shared/api'
import { refuse } from '@shebao/shared/refusal'
import { speak } from '@shebao/shared/texts'
import { order } from '../test/facts'
import { access, call, codeOf, NoAnswer, NotDone } from './call'

const request = Taro.request as unknown as jest.Mock<(options: object) => Promise<object>>
const answer = (statusCode: number, data: unknown) => request.mockResolvedValueOnce({ statusCode, data })
const lost = () => request.mockRejectedValueOnce({ errMsg: 'request:fail' })

beforeEach(() => {
  jest.spyOn(globalThis, 'setTimeout').mockImplementation((then) => {
    then()
    return 0 as unknown as ReturnType<typeof setTimeout>
  })
  request.mockReset()
  access.token = undefined
  access.renew = undefined
})
afterEach(() => {
  jest.restoreAllMocks()
})

test('fills the path, sends the token and says which client it is', async () => {
  access.token = 'secret'
  answer(200, order)
  await call(api.order, { params: { no: '9001' } })
  expect(request).toHaveBeenCalledWith(
    expect.objectContaining({
      url: '/api/orders/9001',
      method: 'GET',
      header: { 'x-client': 'test/0.1.0', authorization: 'Bearer secret' },
    }),
  )
})

test('a query is written out', async () => {
  answer(200, { receipts: [], next: null })
  await call(api.records, { query: { before: '12', year: '2022' } })
  expect(request).toHaveBeenCalledWith(expect.objectContaining({ url: '/api/records?before=12&year=2022' }))
})

test('a refusal is a value with its sentence', async () => {
  answer(422, speak(refuse('tier_required')))
  const error = await call(api.quote, { body: { items: [] } }).catch((reason: unknown) => reason)
  expect(error).toBeInstanceOf(NotDone)
  expect(codeOf(error)).toBe('tier_required')
  expect((error as NotDone).message).toBe('请先选一个档次。')
})

test('Alipay reports a refusal as a failure that carries it', async () => {
  request.mockRejectedValueOnce({ error: 19, status: 409, data: JSON.stringify(speak(refuse('due_paid', {}))) })
  expect(codeOf(await call(api.quote, { body: { items: [] } }).catch((reason: unknown) => reason))).toBe('due_paid')
})

test('what is only asked is asked three times', async () => {
  lost()
  lost()
  answer(200, order)
  await expect(call(api.order, { params: { no: '9001' } })).resolves.toEqual(order)
  expect(request).toHaveBeenCalledTimes(3)
})

test('what changes something is not repeated', async () => {
  lost()
  await expect(call(api.cancelOrder, { params: { no: '9001' } })).rejects.toBeInstanceOf(NoAnswer)
  expect(request).toHaveBeenCalledTimes(1)
})

test('unless it carries a key, and then with that key', async () => {
  lost()
  answer(200, order)
  await call(api.createOrder, { body: { items: [], expectedTotalFen: 1, acknowledgements: [] }, key: 'key-of-32-letters' })
  expect(request.mock.calls.map(([options]) => (options as { header: Record<string, string> }).header['idempotency-key'])).toEqual([
    'key-of-32-letters',
    'key-of-32-letters',
  ])
})

test('a server that cannot answer is asked again, and in the end says so', async () => {
  answer(503, speak(refuse('unavailable')))
  answer(502, '<html>')
  answer(503, undefined)
  expect(codeOf(await call(api.order, { params: { no: '9001' } }).catch((reason: unknown) => reason))).toBe('unavailable')
  expect(request).toHaveBeenCalledTimes(3)
})

test('a session that ended is begun again once, without a word', async () => {
  access.token = 'old'
  access.renew = () => {
    access.token = 'new'
    return Promise.resolve(true)
  }
  answer(401, speak(refuse('not_logged_in')))
  answer(200, order)
  await expect(call(api.order, { params: { no: '9001' } })).resolves.toEqual(order)
  expect(request).toHaveBeenLastCalledWith(
    expect.objectContaining({ header: expect.objectContaining({ authorization: 'Bearer new' }) as object }),
  )
  answer(401, speak(refuse('not_logged_in')))
  answer(401, speak(refuse('not_logged_in')))
  expect(codeOf(await call(api.order, { params: { no: '9001' } }).catch((reason: unknown) => reason))).toBe('not_logged_in')
})
