import { pagesOf, type Bundle } from '../bundle.ts'
import { builtins } from './builtins.ts'
import { openFramework, type PageInstance } from './framework.ts'
import { host } from './host.ts'
import { journal, keepJournal } from './journal.ts'
import { Logic } from './logic.ts'
import { Screen } from './screen.ts'
import { Stack } from './stack.ts'
import { chooseUser } from './user.ts'

const USUAL_FONT = 16
type Options = Record<string, unknown>
interface App extends Options {
  onLaunch?: (options: object) => void
  onShow?: (options: object) => void
}

/** Starts the mini-program that this page was opened for. */
async function run(): Promise<void> {
  keepJournal()
  const asked = new URLSearchParams(location.search)
  const [bundle, apps] = (await Promise.all(
    [`/bundle${location.pathname}`, '/sandbox/apps'].map((url) => fetch(url).then((answer) => answer.json())),
  )) as [Bundle, Record<string, string>]
  const { platform, app: config } = bundle
  const name = platform === 'weapp' ? 'wechat' : 'alipay'
  const user = asked.get('user') ?? (await chooseUser(name))
  const framework = openFramework(bundle)
  const given: Record<string, unknown> = {}
  const logic = new Logic(bundle, given)
  const screen = new Screen(bundle, () => stack.back())
  const stack = new Stack(bundle, framework, logic, screen)
  builtins(framework, (kind, target) => stack.move(kind, target))

  let app: App = {}
  const register = (kind: 'Page' | 'Component' | 'Behavior') => (definition: Options) => framework.register(kind, logic.current, definition)
  const api = host({ platform, user, appId: apps[name] ?? '', font: Number(asked.get('font') ?? USUAL_FONT), stack, screen })
  Object.assign(given, {
    [platform === 'weapp' ? 'wx' : 'my']: api,
    App: (definition: App) => void (app = definition),
    getApp: () => app,
    getCurrentPages: (): PageInstance[] => stack.instances,
    Page: register('Page'),
    Component: register('Component'),
    Behavior: register('Behavior'),
    console,
    global: {},
    ...(platform === 'alipay' && { navigator: { userAgent: 'AlipayClient/10.6.0 container', swuserAgent: 'container' } }),
  })
  logic.load('app')
  for (const [file, { component }] of Object.entries(bundle.configs)) if (component && bundle.scripts[file]) logic.load(file)
  const path = asked.get('path') ?? pagesOf(config)[0] ?? ''
  const launch = { path, query: {}, scene: platform === 'weapp' ? 1001 : '1000', referrerInfo: {} }
  app.onLaunch?.(launch)
  app.onShow?.(launch)
  stack.launch(path)
  journal.ready = true
}

await run().catch((error: unknown) => console.error(error))
