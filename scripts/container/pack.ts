import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { TmplGroup } from 'glass-easel-template-compiler'
import type { AppConfig, Bundle, PageConfig, Platform } from './bundle.ts'
import { fromAxml, fromSjs, renamed, toCss, withImports } from './dialect.ts'

const endings = {
  weapp: { template: '.wxml', style: '.wxss', script: '.wxs' },
  alipay: { template: '.axml', style: '.acss', script: '.sjs' },
}
interface Problem {
  message?: string
  code?: number
  start?: { line: number; col: number }
}

const alone = (template: string): string => {
  const group = new TmplGroup()
  group.addTmpl('', template)
  const made = group.getTmplGenObjectGroups()
  group.free()
  return made
}

/** Reads what `taro build` wrote and compiles its templates with WeChat's own compiler. `problems` are what that compiler warns of. */
export function pack(folder: string, platform: Platform): { bundle: Bundle; problems: string[] } {
  const { template, style, script } = endings[platform]
  const isAlipay = platform === 'alipay'
  const [scripts, configs, sheets]: [Record<string, string>, Record<string, PageConfig>, Map<string, string>] = [{}, {}, new Map()]
  const [templatePaths, problems]: [string[], string[]] = [[], []]
  const group = new TmplGroup()
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  for (const entry of files) {
    const file = path.relative(folder, path.join(entry.parentPath, entry.name)).split(path.sep).join('/')
    const ending = path.extname(file)
    const key = file.slice(0, file.length - ending.length)
    const source = () => readFileSync(path.join(folder, file), 'utf8')
    if (ending === '.js') scripts[key] = source()
    else if (ending === '.json') configs[key] = JSON.parse(source()) as PageConfig
    else if (ending === style) sheets.set(key, source())
    else if (ending === script) group.addScript(key, isAlipay ? fromSjs(source()) : source())
    else if (ending === template) {
      const found = group.addTmpl(key, renamed(isAlipay ? fromAxml(source()) : source())) as Problem[] | undefined
      for (const { message, code, start } of found ?? [])
        problems.push(`${file}${start ? `:${start.line + 1}:${start.col + 1}` : ''}: ${message ?? code}`)
      templatePaths.push(key)
    }
  }
  const templates = group.getTmplGenObjectGroups()
  group.free()
  return {
    bundle: {
      platform,
      app: configs['app'] as unknown as AppConfig,
      scripts,
      configs,
      styles: Object.fromEntries([...sheets.keys()].map((key) => [key, toCss(withImports(key, sheets))])),
      templates,
      templatePaths,
      inner: {
        slot: alone('<slot/>'),
        input: alone('<input/>'),
        textarea: alone('<textarea></textarea>'),
        image: alone('<img/>'),
      },
    },
    problems,
  }
}
