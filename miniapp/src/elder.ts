import { fontSizeSetting } from './platform/scale'
import { storage } from './platform/storage'
import { createStore } from './store'
import { scaling } from './ui/tokens'

/** How large pages are drawn: the layout, the factor of all text, and whether this phone was switched just now, by itself. */
export interface Reading {
  elder: boolean
  scale: number
  heroScale: number
  switched: boolean
}

const KEY = 'elder'
const TOLD = 'elder-told'
/** What the person chose; undefined until they do. */
interface Chosen {
  elder: boolean
}

const clamp = (value: number, [least, most]: readonly [number, number]): number => Math.min(most, Math.max(least, value))
/** The layout for a font setting of the host, unless the person chose one; that it came by itself is said once (U1, U3). */
export const readingFor = (setting: number, chosen: Chosen | undefined, told = false): Reading => {
  const scale = setting / 16
  const elder = chosen?.elder ?? scale >= scaling.elderFrom
  const factor = clamp(scale, elder ? scaling.elder : scaling.normal)
  return {
    elder,
    scale: factor,
    heroScale: elder ? 1 : Math.min(factor, scaling.heroMost),
    switched: elder && chosen === undefined && !told,
  }
}

const chosen = storage.get<Chosen>(KEY)
export const reading = createStore<Reading>(readingFor(fontSizeSetting(), chosen, storage.get<boolean>(TOLD)))
if (reading.get().switched) storage.set(TOLD, true)

/** Changes the layout and remembers it on this phone. */
export const chooseLayout = (elder: boolean): void => {
  const choice: Chosen = { elder }
  storage.set(KEY, choice)
  reading.set(readingFor(fontSizeSetting(), choice))
}
