import { readdirSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { hosts, taroNames, taroOwn, type MiniTarget } from './host-names.ts'
import { usedOf } from './syntax.ts'
import { distOf, root } from './target.ts'

export const MOST_BYTES = 700 * 1024
/** One thing that was looked at: what was found, and what is wrong with it. */
export interface Finding {
  what: string
  found: string
  wrong: string[]
}

const require = createRequire(import.meta.url)
export const filesOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name)))
export const sizeOf = (folder: string): number => filesOf(folder).reduce((sum, file) => sum + statSync(path.join(folder, file)).size, 0)
export const kilobytes = (bytes: number): string => `${(bytes / 1024).toFixed(1)} KB`

const endings = { weapp: ['.js', '.json', '.wxml'], alipay: ['.js', '.json', '.axml'] }

/** app.json names pages, and each of them is there with all its files. */
function pages(target: MiniTarget): Finding {
  const dist = distOf(target)
  const files = new Set(filesOf(dist).map((file) => file.split(path.sep).join('/')))
  const app = JSON.parse(readFileSync(path.join(dist, 'app.json'), 'utf8')) as {
    pages?: string[]
    subPackages?: { root: string; pages: string[] }[]
  }
  const all = [...(app.pages ?? []), ...(app.subPackages ?? []).flatMap((part) => part.pages.map((page) => `${part.root}/${page}`))]
  const wrong = all.flatMap((page) =>
    endings[target].filter((ending) => !files.has(page + ending)).map((ending) => `${page}${ending} is missing`),
  )
  return { what: 'app.json', found: `${all.length} pages`, wrong: all.length === 0 ? ['app.json names no page'] : wrong }
}

function size(target: MiniTarget): Finding {
  const bytes = sizeOf(distOf(target))
  return {
    what: 'size',
    found: kilobytes(bytes),
    wrong: bytes > MOST_BYTES ? [`${kilobytes(bytes)} is more than ${kilobytes(MOST_BYTES)}`] : [],
  }
}

/** ES5 throughout, as old phones and Alipay's own tools want it; and no function of the host that the host does not have. */
function scripts(target: MiniTarget): Finding[] {
  const { object, has } = hosts[target]
  const known = has()
  const [notEs5, unknown, used]: [string[], string[], Set<string>] = [[], [], new Set()]
  const files = filesOf(distOf(target)).filter((file) => file.endsWith('.js'))
  for (const file of files) {
    try {
      for (const name of usedOf(object, readFileSync(path.join(distOf(target), file), 'utf8'))) {
        used.add(name)
        if (!known.has(name)) unknown.push(`${file} uses ${object}.${name}`)
      }
    } catch (error) {
      notEs5.push(`${file} is not ES5: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
  for (const { file, name } of taroUses(target)) {
    used.add(name)
    if (!known.has(taroNames[target][name] ?? name) && !taroOwn.has(name) && !name.startsWith('use'))
      unknown.push(`${file} uses Taro.${name}, ${object} has no such function`)
  }
  return [
    { what: 'ES5', found: `${files.length} files`, wrong: notEs5 },
    { what: 'host API', found: `${used.size} of ${known.size} names`, wrong: unknown },
  ]
}

/** What the sources that go into this bundle take from Taro: file.weapp.ts stands for file.ts in the bundle of WeChat. */
function taroUses(target: MiniTarget): { file: string; name: string }[] {
  const folder = path.join(root, 'miniapp/src')
  const other = { weapp: /\.(alipay|h5|test)\.tsx?$/, alipay: /\.(weapp|h5|test)\.tsx?$/ }[target]
  return filesOf(folder)
    .filter((file) => /\.tsx?$/.test(file) && !other.test(file))
    .flatMap((file) =>
      [...readFileSync(path.join(folder, file), 'utf8').matchAll(/\bTaro\.(\w+)/g)].map((match) => ({ file, name: match[1]! })),
    )
}

const spoken = ['label', 'hidden', 'live', 'checked', 'disabled', 'expanded', 'selected', 'modal', 'busy', 'describedby'].map(
  (name) => `aria-${name}`,
)
/** What a screen reader needs is in the templates: Taro leaves it out, our plugin puts it in. */
function aria(target: MiniTarget): Finding {
  const file = { weapp: 'base.wxml', alipay: 'base.axml' }[target]
  const template = readFileSync(path.join(distOf(target), file), 'utf8')
  const wanted = [...spoken, { weapp: 'aria-role', alipay: 'role' }[target]]
  const wrong = wanted.filter((name) => !template.includes(` ${name}="`)).map((name) => `${file} has no ${name}`)
  return { what: 'aria', found: `${wanted.length - wrong.length} of ${wanted.length} attributes`, wrong }
}

/** WeChat's own compilers of templates and style sheets take them. They come as programs for Linux on x64, macOS and Windows. */
function compilers(target: MiniTarget): Finding[] {
  if (target !== 'weapp') return []
  const what = "WeChat's compiler"
  if (process.platform === 'linux' && process.arch !== 'x64') return [{ what, found: `not for ${process.arch}: not checked`, wrong: [] }]
  const { wxmlToJs, wxssToJs } = require('miniprogram-compiler') as Record<
    'wxmlToJs' | 'wxssToJs',
    (folder: string, options: object) => string
  >
  const began = performance.now()
  const wrong = [wxmlToJs, wxssToJs].flatMap((compile) => {
    try {
      compile(distOf(target), { maxBuffer: 64 * 1024 * 1024 })
      return []
    } catch (error) {
      // what its compiler of style sheets says is lost on the way: the package then stumbles over the answer that is not there
      if (error instanceof TypeError) return ['a style sheet (.wxss) is not accepted']
      return [error instanceof Error ? error.message : String(error)]
    }
  })
  return [{ what, found: `${Math.round(performance.now() - began)} ms`, wrong }]
}

export const check = (target: MiniTarget): Finding[] => [
  pages(target),
  ...scripts(target),
  size(target),
  aria(target),
  ...compilers(target),
]
