import type { Platform } from '../../bundle.ts'
import { HostError } from '../host-error.ts'
import { ask, loading, toast } from '../native.ts'
import { topPage, type Screen } from '../screen.ts'
import type { Stack, Target } from '../stack.ts'
import type { Answer, Options, Work } from './call.ts'
import { text } from '../text.ts'

const moves = ['navigateTo', 'redirectTo', 'reLaunch', 'navigateBack', 'switchTab'] as const

async function confirmed(options: Options, texts: { yes: unknown; no: unknown }, both: boolean): Promise<boolean> {
  const chosen = await ask({
    screen: 'modal',
    title: text(options['title']),
    lines: [text(options['content'])],
    choices: [{ value: 'yes', label: text(texts.yes) || '确定' }, ...(both ? [{ value: 'no', label: text(texts.no) || '取消' }] : [])],
  })
  return chosen === 'yes'
}

/** Moving between pages, the bar above them, and the small dialogs of a host. */
export function ui(platform: Platform, stack: Stack, screen: Screen): Record<string, Work> {
  const move = Object.fromEntries(moves.map((kind) => [kind, (options: Options) => stack.move(kind, options as Target)]))
  const items = async (options: Options, list: unknown): Promise<Answer> => {
    const labels = list as string[]
    const chosen = await ask({
      screen: 'actionSheet',
      title: text(options['title']),
      choices: [...labels.map((label, index) => ({ value: String(index), label })), { value: '-1', label: '取消' }],
      beside: '-1',
    })
    if (chosen === '-1' && platform === 'weapp') throw new HostError('showActionSheet:fail cancel', -1)
    return { [platform === 'weapp' ? 'tapIndex' : 'index']: Number(chosen) }
  }
  const both: Record<string, Work> = {
    ...move,
    showToast: (options) => toast(text(options['title'] ?? options['content']), Number(options['duration'] ?? 1500)),
    hideToast: () => document.querySelector('.native-toast')?.remove(),
    showLoading: (options) => loading(text(options['title'] ?? options['content'])),
    hideLoading: () => loading(undefined),
    pageScrollTo: ({ scrollTop, selector }) => {
      const page = topPage()
      if (typeof selector === 'string') page?.querySelector(selector)?.scrollIntoView()
      else if (page) page.scrollTop = Number(scrollTop ?? 0)
    },
    stopPullDownRefresh: () => undefined,
    hideKeyboard: () => (document.activeElement as HTMLElement | null)?.blur(),
    setBackgroundColor: () => undefined,
    setBackgroundTextStyle: () => undefined,
    hideHomeButton: () => undefined,
    hideBackHome: () => undefined,
  }
  if (platform === 'weapp')
    return {
      ...both,
      setNavigationBarTitle: (options) => stack.setTitle(text(options['title'])),
      setNavigationBarColor: (options) => screen.bar(text(options['backgroundColor']), text(options['frontColor'])),
      showNavigationBarLoading: () => undefined,
      hideNavigationBarLoading: () => undefined,
      showActionSheet: (options) => items(options, options['itemList']),
      showModal: async (options) => {
        const confirm = await confirmed(
          options,
          { yes: options['confirmText'], no: options['cancelText'] },
          options['showCancel'] !== false,
        )
        return { confirm, cancel: !confirm }
      },
    }
  return {
    ...both,
    setNavigationBar: (options) => {
      if (typeof options['title'] === 'string') stack.setTitle(options['title'])
      screen.bar(text(options['backgroundColor']), text(options['frontColor']))
    },
    showNavigationBarLoading: () => undefined,
    hideNavigationBarLoading: () => undefined,
    showActionSheet: (options) => items(options, options['items']),
    confirm: async (options) => ({
      confirm: await confirmed(options, { yes: options['confirmButtonText'], no: options['cancelButtonText'] }, true),
    }),
    alert: async (options) => {
      await confirmed(options, { yes: options['buttonText'], no: '' }, false)
      return { success: true }
    },
  }
}
