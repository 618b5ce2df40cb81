import { readFileSync } from 'node:fs'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { filesOf } from './check.ts'
import { root } from './target.ts'

/** About what the rules, the contract and their texts add to a bundle: all that the mini-program imports of them, minified and packed. */
export async function sharedSize(): Promise<number> {
  const folder = path.join(root, 'miniapp/src')
  const sources = filesOf(folder).filter((file) => /\.tsx?$/.test(file) && !file.includes('.test.'))
  const imports = new Set(
    sources.flatMap((file) => {
      const text = readFileSync(path.join(folder, file), 'utf8')
      return [...text.matchAll(/^import (?!type )[^'"]*['"](@shebao\/shared\/[^'"]+)['"]/gms)].map((match) => match[1]!)
    }),
  )
  const { outputFiles } = await build({
    stdin: { contents: [...imports].map((from, at) => `export * as part${at} from '${from}'`).join('\n'), resolveDir: folder },
    bundle: true,
    minify: true,
    write: false,
    format: 'cjs',
    target: 'es2017',
    conditions: ['@shebao/source'],
    logLevel: 'silent',
  })
  return gzipSync(outputFiles[0]!.contents).length
}
