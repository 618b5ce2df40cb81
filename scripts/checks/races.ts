import { spawn } from 'node:child_process'
import path from 'node:path'
import { parseArgs } from 'node:util'

// The long form of the races and their negative controls; npm test runs the same files with fewer rounds.
const { values } = parseArgs({ options: { rounds: { type: 'string', default: '100' }, help: { type: 'boolean', short: 'h' } } })
if (values.help || !/^\d{1,5}$/.test(values.rounds)) {
  process.stdout.write(`npm run check -- races [--rounds 100]

Races two or three at once for the same dues through the server's own code, that many rounds each, prints who won how often,
checks the invariants in the database after each group, and shows that the races fail when a safeguard is taken away.
`)
  process.exit(values.help ? 0 : 2)
}
const root = path.resolve(import.meta.dirname, '../../..')
const jest = [
  '--experimental-vm-modules',
  '--disable-warning=ExperimentalWarning',
  path.join(root, 'node_modules/jest/bin/jest.js'),
  '--selectProjects=server',
  '--runInBand',
  '--testPathPatterns=order/(races|controls)',
]
const child = spawn(process.execPath, jest, { cwd: root, stdio: 'inherit', env: { ...process.env, RACE_ROUNDS: values.rounds } })
child.once('exit', (code) => (process.exitCode = code ?? 1))
