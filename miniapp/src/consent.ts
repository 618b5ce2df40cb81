import { storage } from './platform/storage'

const KEY = 'consent'
/** The text that was agreed to; a new one is asked for anew. */
const VERSION = '2022.1'

export const agreed = (): boolean => storage.get<string>(KEY) === VERSION
export const agree = (): void => storage.set(KEY, VERSION)
