import { hosts } from './host-names.ts'
import { usedOf } from './syntax.ts'

test('names taken from a global are found, those of a local variable of that name are not', () => {
  const source = `
    wx.login({}); (0, wx.request)({ url: wx.env }); other.wx.no(); wx['also not'];
    function shadowed(wx) { return wx.inside }
    function outer() { var wx = {}; return function () { return wx.deeper } }
    try { wx.pay() } catch (wx) { wx.message }`
  expect([...usedOf('wx', source)].toSorted()).toEqual(['env', 'login', 'pay', 'request'])
})

test.each(['var f = () => 1', 'const a = 1', 'a ?? b', 'a?.b', 'class A {}', '`text`'])('%s is not ES5', (source) => {
  expect(() => usedOf('wx', source)).toThrow(/\(1:\d+\)/)
})

test("the hosts' own declarations name what they have, each its own", () => {
  expect(['requestPayment', 'requestFacialVerify', 'login'].filter((name) => !hosts.weapp.has().has(name))).toEqual([])
  expect(['tradePay', 'startAPVerify', 'getAuthCode'].filter((name) => !hosts.alipay.has().has(name))).toEqual([])
  expect(hosts.weapp.has().has('tradePay')).toBe(false)
  expect(hosts.alipay.has().has('requestPayment')).toBe(false)
})
