import * as easel from 'glass-easel'
import { MiniProgramEnv } from 'glass-easel-miniprogram-adapter'
import type { Bundle } from '../bundle.ts'
import { journal } from './journal.ts'

/** rpx in a style attribute. */
const inPixels = (style: string): string => style.replace(/(-?\d*\.?\d+)rpx\b/g, 'calc($1 * 100vw / 750)')

type Template = easel.template.ComponentTemplate
type Definition = Record<string, unknown>
/** An instance of a page as its code sees it. */
export interface PageInstance {
  route: string
  __route__: string
  options: Record<string, string>
  $page: { path: string }
  setData: (data: Record<string, unknown>, done?: () => void) => void
  onLoad?: (query: Record<string, string>) => void
  onShow?: () => void
  onReady?: () => void
  onHide?: () => void
  onUnload?: () => void
}
export interface PageRoot {
  get: () => PageInstance
  attach: (parent: Element, placeholder: Element) => void
  release: () => void
}
/** WeChat's own component framework, with the templates of one bundle. */
export interface Framework {
  space: easel.ComponentSpace
  template: (inner: keyof Bundle['inner']) => Template
  register: (kind: 'Page' | 'Component' | 'Behavior', file: string, definition: Definition) => unknown
  createRoot: (page: string) => PageRoot
}

const run = (expression: string): Record<string, Template['content']> =>
  // WeChat's template compiler answers code
  // oxlint-disable-next-line typescript/no-implied-eval
  (new Function(`return ${expression}`) as () => Record<string, Template['content']>)()
const templateOf = (groupList: Record<string, Template['content']>, file: string): Template =>
  ({ groupList, content: groupList[file] }) as unknown as Template

/** The browser's elements, with rpx understood where a style is set. */
function backend(): easel.CurrentWindowBackendContext {
  const context = new easel.CurrentWindowBackendContext()
  const createElement = (tag: string): Element => {
    const element = document.createElement(tag)
    const set = element.setAttribute.bind(element)
    element.setAttribute = (name, value) => set(name, name === 'style' ? inPixels(value) : value)
    return element
  }
  Object.assign(context, {
    document: {
      createElement,
      createTextNode: (text: string) => document.createTextNode(text),
      createDocumentFragment: () => document.createDocumentFragment(),
    },
  })
  context.onEvent((target, type, detail: unknown, options) => {
    easel.Event.triggerEvent(target, type, detail, options)
  })
  return context
}

export function openFramework(bundle: Bundle): Framework {
  easel.globalOptions.throwGlobalError = false
  easel.addGlobalWarningListener((message) => {
    // every template of Taro sets all attributes of a component, most of them to nothing
    if (/is not a valid property|but get null value/.test(String(message))) return false
    if (!journal.warnings.includes(String(message))) journal.warnings.push(String(message))
    return false
  })
  const environment = new MiniProgramEnv()
  const associated = environment.associateBackend(backend())
  const code = environment.createCodeSpace('main', true)
  // a host writes `id` as it is given: by it tests, labels and the selector query find elements
  const space = code.getComponentSpace()
  const prepared = code as unknown as { prepareComponentOptions: (...all: unknown[]) => [Definition] }
  const prepare = prepared.prepareComponentOptions.bind(code)
  prepared.prepareComponentOptions = (...all) => {
    const options = prepare(...all)
    Object.assign(options[0], { idPrefixGenerator: null, writeIdToDOM: true })
    return options
  }
  const group = run(bundle.templates)
  for (const file of bundle.templatePaths) code.addCompiledTemplate(file, templateOf(group, file))
  for (const [file, config] of Object.entries(bundle.configs)) code.addComponentStaticConfig(file, config as never)
  return {
    space,
    template: (inner) => templateOf(run(bundle.inner[inner]), ''),
    register: (kind, file, definition) =>
      code.componentEnv(file, (register) => (register[kind] as unknown as (given: Definition) => unknown)(definition)),
    createRoot: (page) => associated.createRoot('wx-page', code, page) as unknown as PageRoot,
  }
}
