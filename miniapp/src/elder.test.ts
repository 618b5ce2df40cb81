import { readingFor } from './elder'

test.each([
  [16, undefined, { elder: false, scale: 1, heroScale: 1, switched: false }],
  [14, undefined, { elder: false, scale: 0.94, heroScale: 0.94, switched: false }],
  [20, undefined, { elder: false, scale: 1.25, heroScale: 1.25, switched: false }],
  [23.8, undefined, { elder: true, scale: 1.36, heroScale: 1, switched: true }],
  [23.8, { elder: true }, { elder: true, scale: 1.36, heroScale: 1, switched: false }],
  [23.8, { elder: false }, { elder: false, scale: 1.4875, heroScale: 1.25, switched: false }],
  [16, { elder: true }, { elder: true, scale: 1, heroScale: 1, switched: false }],
  [40, { elder: false }, { elder: false, scale: 1.75, heroScale: 1.25, switched: false }],
])('a font setting of %s, chosen %j', (setting, chosen, reading) => {
  expect(readingFor(setting, chosen)).toEqual(reading)
})
