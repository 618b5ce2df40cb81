import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { distOf, entryOf, hashFile, root, type Target } from './target.ts'

const miniapp = path.join(root, 'miniapp')

/** Builds one target. `hash` is kept only when the build came to its end. */
export async function taro(target: Target, hash: string, env: NodeJS.ProcessEnv): Promise<void> {
  rmSync(distOf(target), { recursive: true, force: true })
  rmSync(hashFile(target), { force: true })
  mkdirSync(distOf(target), { recursive: true })
  const cli = createRequire(path.join(miniapp, 'package.json')).resolve('@tarojs/cli/package.json')
  // --no-check: otherwise taro looks for a schema of its configuration on the network, and on an error of it exits 0 without building
  const child = spawn(process.execPath, [path.join(path.dirname(cli), 'bin/taro'), 'build', '--type', target, '--no-check'], {
    cwd: miniapp,
    env: { ...env, NODE_ENV: 'production' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text: string) => void (said += text))
  const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
  if (code !== 0 || !existsSync(entryOf(target)))
    throw new Error(
      `${said.slice(-6000)}\n${target}: ${code === 0 ? `${path.basename(entryOf(target))} was not written` : `taro ended with ${code}`}`,
    )
  writeFileSync(hashFile(target), hash)
}
