import { inventPerson } from '../../server/test/journey.ts'
import { Viewer } from './look.ts'
import { hostOf } from './phone.ts'
import { stage } from './stage.ts'
import { rich, tour } from './tour.ts'

// scripts/screens.mjs names a folder for pictures, and then every screen is wanted in every form; otherwise each host and each
// layout is looked at once
const folder = process.env['SCREENS']
const forms = [
  { target: 'weapp', mode: 'normal', font: 16 },
  { target: 'alipay', mode: 'elder', font: 23 },
  ...(folder === undefined
    ? []
    : [{ target: 'weapp', mode: 'elder', font: 23 } as const, { target: 'alipay', mode: 'normal', font: 16 } as const]),
] as const

const { place, phone: open } = stage('2022-05-10')

test.each(forms)('every screen in $target, $mode, can be read, reached and seen whole', async ({ target, mode, font }) => {
  const person = inventPerson()
  await rich(place(), person)
  const phone = await open(target, await place().user(hostOf(target), person), { font })
  const viewer = new Viewer(phone, mode, folder)
  await tour(phone, viewer, person)
  expect(viewer.wrong).toEqual([])
  expect(viewer.seen.length).toBeGreaterThan(20)
})
