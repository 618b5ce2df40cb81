import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'

export const targets = ['weapp', 'alipay', 'h5'] as const
export type Target = (typeof targets)[number]
const upTo = (file: string, folder: string): string => (existsSync(path.join(folder, file)) ? folder : upTo(file, path.dirname(folder)))
/** The folder of the repository, from source and from compiled code. */
export const root = upTo('pnpm-workspace.yaml', import.meta.dirname)
const miniapp = path.join(root, 'miniapp')
export const distOf = (target: Target): string => path.join(miniapp, 'dist', target)
/** Beside the bundle, not in it: what lies in it is uploaded. */
export const hashFile = (target: Target): string => `${distOf(target)}.hash`
/** What tells that a build reached its end: taro may exit 0 without having built. */
export const entryOf = (target: Target): string => path.join(distOf(target), target === 'h5' ? 'index.html' : 'app.json')

const inputs = ['shared/src', 'shared/package.json', 'miniapp/src', 'miniapp/config', 'miniapp/package.json', 'miniapp/babel.config.js']
/** Of no effect on a bundle: tests, and the sheet that the build itself writes from the tokens. */
const without = /\.test\.tsx?$|ui[/\\]tokens\.scss$/
/** Variables that are written into a bundle. */
const settings = ['API_BASE', 'SANDBOX_BASE', 'DEMONSTRATION', 'NODE_ENV']

const filesBelow = (entry: string): string[] => {
  const at = path.join(root, entry)
  if (path.extname(entry) !== '') return [at]
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && !without.test(path.join(file.parentPath, file.name)))
    .map((file) => path.join(file.parentPath, file.name))
    .toSorted()
}

/** A hash of everything that a bundle is made from. */
export function inputsHash(target: Target, env: NodeJS.ProcessEnv): string {
  const hash = createHash('sha256').update(target)
  for (const name of settings) hash.update(`\0${name}=${env[name] ?? ''}`)
  for (const file of [...inputs.flatMap(filesBelow), path.join(root, 'pnpm-lock.yaml')])
    hash.update(`\0${path.relative(root, file)}\0`).update(readFileSync(file))
  return hash.digest('hex')
}

export const isCurrent = (target: Target, hash: string): boolean =>
  existsSync(entryOf(target)) && existsSync(hashFile(target)) && readFileSync(hashFile(target), 'utf8') === hash
