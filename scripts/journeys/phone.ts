import { chromium, type Browser, type BrowserContext, type Locator, type Page } from 'playwright-core'
import type { Journal } from '../container/journal.ts'
import type { Place } from './place.ts'
import { chromiumAt } from './setup.mjs'

export const targets = ['weapp', 'alipay', 'h5'] as const
export type Target = (typeof targets)[number]
export const hostOf = (target: Target): 'wechat' | 'alipay' => (target === 'alipay' ? 'alipay' : 'wechat')

const WAIT_MS = 15_000
/** The stand-ins' address that the web bundle was built with. */
const SANDBOX_OF_BUILD = 'http://127.0.0.1:8090'

export const openBrowser = (): Promise<Browser> => {
  const executablePath = chromiumAt()
  if (!executablePath) throw new Error('there is no Chromium')
  const quiet = [
    '--disable-gpu',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
    '--disable-dev-shm-usage',
  ]
  return chromium.launch({ executablePath, args: process.getuid?.() === 0 ? [...quiet, '--no-sandbox'] : quiet })
}

/** One phone with one bundle: what a thumb does, and what an eye reads. */
export class Phone {
  private constructor(
    readonly target: Target,
    readonly page: Page,
    private readonly context: BrowserContext,
    private readonly user: string,
    /** What the web bundle, which has no journal, wrote as errors. */
    private readonly webErrors: string[],
  ) {}

  static async open(browser: Browser, place: Place, target: Target, user: string, { font = 16 } = {}): Promise<Phone> {
    const context = await browser.newContext({
      viewport: { width: 375, height: 720 },
      hasTouch: true,
      isMobile: true,
      locale: 'zh-CN',
      timezoneId: 'Asia/Shanghai',
    })
    context.setDefaultTimeout(WAIT_MS)
    const page = await context.newPage()
    const webErrors: string[] = []
    if (target === 'h5') {
      page.on('pageerror', (error) => webErrors.push(String(error)))
      await context.route(`${SANDBOX_OF_BUILD}/**`, (route) =>
        route.continue({ url: route.request().url().replace(SANDBOX_OF_BUILD, place.application.sandbox) }),
      )
    }
    const query = new URLSearchParams(target === 'h5' ? { fontSizeSetting: String(font) } : { user, font: String(font) })
    await page.goto(`${place.container.url}/${target}?${query.toString()}`)
    return new Phone(target, page, context, user, webErrors)
  }

  /** What is on the page that one sees; pages below it are hidden. */
  find(id: string): Locator {
    return this.page.locator(`[id="${id}"]:visible`).last()
  }
  /** The first whose name begins so, where the rest of it is an id of the server. */
  starting(prefix: string): Locator {
    return this.page.locator(`[id^="${prefix}"]:visible`).first()
  }
  /** Waits for a page. */
  async at(page: string): Promise<void> {
    await this.find(`page-${page}`)
      .waitFor()
      .catch((error: unknown) => this.fail(`page-${page} is not there`, error))
  }
  tap(id: string): Promise<void> {
    return this.find(id)
      .tap()
      .catch((error: unknown) => this.fail(`${id} cannot be tapped`, error))
  }
  /** Waits until an element says something: pages change a moment after a tap. */
  async says(id: string, text: string | RegExp): Promise<void> {
    await this.find(id)
      .filter({ hasText: text })
      .waitFor()
      .catch((error: unknown) => this.fail(`${id} does not say ${String(text)}`, error))
  }
  read(id: string): Promise<string> {
    return this.find(id).innerText()
  }
  /** Tells what stands on the glass instead of what was waited for. */
  private async fail(what: string, cause: unknown): Promise<never> {
    const page = this.page.locator('[id^="page-"]:visible').last()
    const text = (await page.innerText({ timeout: 1000 }).catch(() => this.page.innerText('body'))).replace(/\n+/g, ' | ')
    const errors = await this.errors()
    throw new Error(
      `${what}. ${await page.getAttribute('id', { timeout: 1000 }).catch(() => 'No page')} says: ${text}\n${errors.join('\n')}`,
      { cause },
    )
  }
  /** Types into a field as a person does who has the keyboard of the phone. */
  type(id: string, text: string): Promise<void> {
    return this.find(id).locator('input').fill(text)
  }
  /** Types a number: on the large keypad where that is what is shown, as in elder mode. */
  async typeNumber(id: string, number: string): Promise<void> {
    if (!(await this.find('key-1').isVisible())) return this.type(id, number)
    for (const key of number) await this.tap(`key-${key}`)
  }
  /** The host's own window: the cashier, the face check. In the web version it is a page of the stand-ins. */
  async native(choice: '支付' | '取消' | '通过' | '不通过'): Promise<void> {
    await this.page.getByRole('button', { name: choice, exact: true }).tap()
  }
  /** The host's login, which only the web version shows. */
  async logIn(): Promise<void> {
    if (this.target === 'h5') await this.page.locator(`button[value="${this.user}"]`).tap()
  }
  back(): Promise<void> {
    return this.target === 'h5' ? this.page.goBack().then(() => undefined) : this.page.locator('#back').tap()
  }

  /** What the container wrote down; the web version has none. */
  journal(): Promise<Journal | undefined> {
    return this.target === 'h5' ? Promise.resolve(undefined) : this.page.evaluate(() => window.__container)
  }
  async errors(): Promise<string[]> {
    return (await this.journal())?.errors ?? this.webErrors
  }
  close(): Promise<void> {
    return this.context.close()
  }
}
