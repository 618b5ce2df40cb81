// @ts-check
// `npm run bench`: measures against a yardstick in the same run, with a durable private database.
import { harness } from './harness.mjs'

await harness({
  command: 'npm run bench',
  folder: 'bench',
  about: 'Runs the benchmarks of scripts/bench, all or one, with a private database and the environment of the server.',
  everything: true,
})
