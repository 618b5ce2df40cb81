// @ts-check
// `npm run check -- <name>`: one of the longer checks, which `npm test` runs in a short form or not at all.
import { harness } from './harness.mjs'

await harness({
  command: 'npm run check',
  folder: 'checks',
  about: 'Runs one of the longer checks of scripts/checks, with a private database and the environment of the server.',
  everything: false,
})
