// @ts-check
// Longer checks and benchmarks: each is a file of its folder, run with a database and the server's environment.
import { existsSync, readdirSync } from 'node:fs'
import path from 'node:path'
import { openDatabase } from './database.mjs'
import { freePort } from './ports.mjs'
import { Advice, all, compile, data, install, main, root, script, step } from './workspace.mjs'

/**
 * @param {{ command: string, folder: string, about: string, everything: boolean }} kind `everything`: without a name all of them run
 */
export const harness = ({ command, folder, about, everything }) =>
  main(async () => {
    const at = path.join(root, 'scripts', folder)
    const names = existsSync(at)
      ? readdirSync(at)
          .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
          .map((file) => path.basename(file, '.ts'))
      : []
    const [name = '', ...options] = process.argv.slice(2)
    const known = names.length > 0 ? names.join(', ') : 'none yet'
    if (name === '--help' || name === '-h')
      return void process.stdout.write(`${command} -- ${everything ? '[name]' : '<name>'} [its options]\n\n${about}\nNames: ${known}\n`)
    const chosen = names.includes(name) ? [name] : everything && (name === '' || name.startsWith('-')) ? names : []
    if (chosen.length === 0)
      throw new Advice(`${name ? `There is no ${name}` : 'A name is needed'}: ${command} -- <name>, one of: ${known}`)
    await install()
    const opening = openDatabase(folder, { durable: true })
    try {
      await all(compile('shared', 'server', 'scripts'), opening)
      const { environment } = await import('./dist/environment.js')
      const { url } = await opening
      const [port, metricsPort, sandboxPort] = [await freePort(), await freePort(), await freePort()]
      const env = await environment({
        databaseUrl: url,
        folder: path.join(data, folder),
        port,
        metricsPort,
        sandboxUrl: `http://127.0.0.1:${sandboxPort}`,
        asOf: '2022-02-15',
      })
      const given = chosen.length === 1 && chosen[0] === name ? options : process.argv.slice(2)
      for (const one of chosen) await step(one, script(`scripts/dist/${folder}/${one}.js`, ...given), { env, loud: true })
    } finally {
      await opening.then(
        (database) => database.close(),
        () => {},
      )
    }
  })
