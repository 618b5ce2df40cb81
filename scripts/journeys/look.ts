import { mkdirSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import type { Phone } from './phone.ts'
import { readPng, writePng } from './png.ts'

const TOP = '.wx-page:not([hidden])'
const SMALLEST_TARGET = 48
const WIDTH = 375
const HEIGHT = 720

/** Text below the floor, targets too small for a thumb, and what runs out of the page (U2, U3, U4). */
const flaws = (phone: Phone, floor: number): Promise<string[]> =>
  phone.page.evaluate(
    ({ top, smallest, floor: least }) => {
      const page = document.querySelector(top)
      if (!page) return ['there is no page']
      const said = (element: Element) =>
        element.id && !element.id.startsWith('_') ? element.id : (element.textContent ?? '').trim().slice(0, 20)
      const found: string[] = []
      if (page.scrollWidth > page.clientWidth) found.push(`the page is ${page.scrollWidth} px wide`)
      for (const element of page.querySelectorAll('[role="button"], [role="radio"], [role="checkbox"], [role="tab"]')) {
        const { width, height } = element.getBoundingClientRect()
        if (width > 0 && (width < smallest - 0.5 || height < smallest - 0.5))
          found.push(`${said(element)} is ${Math.round(width)} × ${Math.round(height)} px`)
      }
      const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT)
      for (let text = texts.nextNode(); text; text = texts.nextNode()) {
        const parent = text.parentElement
        if (!parent || text.textContent?.trim() === '' || parent.getClientRects().length === 0) continue
        const size = parseFloat(getComputedStyle(parent).fontSize)
        if (size < least - 0.1) found.push(`“${text.textContent?.trim().slice(0, 20)}” is ${size} px`)
      }
      return [...new Set(found)]
    },
    { top: TOP, smallest: SMALLEST_TARGET, floor },
  )

/**
 * What axe finds serious or critical (U14), but for two rules of browsers that do not fit: sums are spoken in words, which are not the
 * figures that one sees (U15), and the hosts know headings without a level.
 */
async function unreadable(phone: Phone): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page: phone.page }).include(TOP).disableRules('label-content-name-mismatch').analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, help, nodes }) => nodes.map(({ html }) => ({ id, help, html })))
    .filter(({ id, html }) => id !== 'aria-required-attr' || !html.includes('role="heading"'))
    .map(({ id, help, html }) => `${id}: ${help}: ${html.slice(0, 200)}`)
}

/** A picture of the whole page, as long as it is, without scrolling. */
async function picture(phone: Phone): Promise<Buffer> {
  const long = await phone.page.evaluate((top) => {
    const page = document.querySelector(top)
    return (page?.scrollHeight ?? 0) + (page?.getBoundingClientRect().top ?? 0)
  }, TOP)
  await phone.page.setViewportSize({ width: WIDTH, height: Math.max(HEIGHT, Math.ceil(long)) })
  const shot = await phone.page.screenshot({ scale: 'css', animations: 'disabled' })
  await phone.page.setViewportSize({ width: WIDTH, height: HEIGHT })
  return writePng(readPng(shot))
}

/** Somebody who looks closely at every screen that a tour comes by. */
export class Viewer {
  readonly seen: string[] = []
  readonly wrong: string[] = []

  constructor(
    private readonly phone: Phone,
    private readonly mode: 'normal' | 'elder',
    /** Where pictures are kept; nowhere when it is not given. */
    private readonly folder: string | undefined,
  ) {}

  async look(name: string): Promise<void> {
    this.seen.push(name)
    const found = [...(await flaws(this.phone, this.mode === 'elder' ? 18 : 14)), ...(await unreadable(this.phone))]
    this.wrong.push(...found.map((flaw) => `${name}: ${flaw}`))
    if (!this.folder) return
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(path.join(this.folder, `${name}.${this.mode}.${this.phone.target}.png`), await picture(this.phone))
  }
}
