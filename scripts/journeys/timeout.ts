import { jest } from '@jest/globals'

// a whole server, a browser and a person's taps: longer than a unit test on a busy machine
jest.setTimeout(300_000)
