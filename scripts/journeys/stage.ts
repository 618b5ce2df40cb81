import type { Browser } from 'playwright-core'
import { measured, summary, excess, type Measured } from './measure.ts'
import { openBrowser, Phone, type Target } from './phone.ts'
import { Place } from './place.ts'

/** What the tests of one file share. A phone is judged when its test ends: no error, and no page that begins with too much data. */
export interface Stage {
  place: () => Place
  /** Opens a phone in the hand of a user of the stand-ins. */
  phone: (target: Target, user: string, how?: { font?: number }) => Promise<Phone>
}

export function stage(asOf: string): Stage {
  let place: Place | undefined
  let browser: Browser | undefined
  let phones: Phone[] = []
  const seen: { target: Target; measured: Measured }[] = []
  beforeAll(async () => {
    ;[place, browser] = await Promise.all([Place.open(asOf), openBrowser()])
  })
  afterEach(async () => {
    const [ending, errors, much]: [Phone[], string[], string[]] = [phones, [], []]
    phones = []
    for (const phone of ending) {
      const now = await measured(phone)
      seen.push({ target: phone.target, measured: now })
      errors.push(...now.errors)
      much.push(...excess(now))
      await phone.close()
    }
    expect({ errors, much }).toEqual({ errors: [], much: [] })
  })
  afterAll(async () => {
    process.stderr.write(summary(seen))
    await browser?.close()
    await place?.close()
  })
  return {
    place: () => {
      if (!place) throw new Error('the place is not open')
      return place
    },
    phone: async (target, user, how) => {
      if (!place || !browser) throw new Error('the place is not open')
      const phone = await Phone.open(browser, place, target, user, how)
      phones.push(phone)
      return phone
    },
  }
}
