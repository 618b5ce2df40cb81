import 'reflect-metadata'
import { createPublicKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { Clock, dateOf } from '../clock.ts'
import { Config } from '../config.ts'
import { openDataSource } from '../data-source.ts'
import { MachineEntity } from './machine.entity.ts'

const roles = ['institution', 'office', 'channel'] as const
const { values } = parseArgs({
  options: { party: { type: 'string' }, role: { type: 'string' }, 'public-key': { type: 'string' }, help: { type: 'boolean', short: 'h' } },
})
const role = roles.find((each) => each === values.role)
if (values.help || !values.party || !role || !values['public-key']) {
  process.stdout.write(`Registers the Ed25519 public key of a party, or replaces it.
  node server/dist/machine/register.js --party <name> --role ${roles.join('|')} --public-key <file.pem>
An institution is named after its branch: pension or medical.\n`)
  process.exitCode = values.help ? 0 : 2
} else {
  const key = createPublicKey(readFileSync(values['public-key']))
  if (key.asymmetricKeyType !== 'ed25519')
    throw new Error(`${values['public-key']} holds a key of type ${key.asymmetricKeyType}, not Ed25519`)
  const source = await openDataSource(new Config().databaseUrl)
  try {
    const row = {
      party: values.party,
      role,
      public_key: key.export({ format: 'der', type: 'spki' }),
      created_at: dateOf(new Clock().system()),
    }
    await source.getRepository(MachineEntity).upsert(row, ['party'])
  } finally {
    await source.destroy()
  }
}
