import { qrImage, qrModules } from './qr'

const drawn = (text: string): string[] => qrModules(text).map((row) => row.map((dark) => (dark ? '#' : '.')).join(''))

test('sizes follow the length of the text', () => {
  expect(qrModules('a')).toHaveLength(21)
  expect(qrModules('https://shebao.example.cn/verify/0123456789abcdefghjkmnpqrs')).toHaveLength(33)
  expect(() => qrModules('x'.repeat(107))).toThrow('too long')
})

test('three finders, two timing lines', () => {
  const rows = drawn('https://shebao.example.cn/verify/0123')
  const finder = '#######'
  expect(rows[0]?.startsWith(finder)).toBe(true)
  expect(rows[0]?.endsWith(finder)).toBe(true)
  expect(rows[rows.length - 1]?.startsWith(finder)).toBe(true)
  expect(rows[6]?.slice(6, rows.length - 6)).toMatch(/^#(\.#)+$/)
})

test('the image is one path of runs', () => {
  expect(qrImage('a')).toMatch(/^data:image\/svg\+xml,%3Csvg [^#"]+%3Cpath d='M2 2h7v1h-7z/)
})
