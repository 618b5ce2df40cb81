import { button, field, image, label, picker, scrollView, togglable } from './controls.ts'
import type { Framework } from './framework.ts'
import type { Move, Target } from './stack.ts'
import { text } from './text.ts'
import { define, type Kind } from './widget.ts'

const boxes = `
  view static-view pure-view click-view catch-view text cover-view page-container root-portal swiper swiper-item form
  label-view match-media picker-view picker-view-column movable-area movable-view`
  .trim()
  .split(/\s+/)
const moves: Record<string, Move> = {
  navigate: 'navigateTo',
  redirect: 'redirectTo',
  reLaunch: 'reLaunch',
  switchTab: 'switchTab',
  navigateBack: 'navigateBack',
}

/** Registers the built-in components that are there. Another one in a template is an unknown tag, and shows as such. */
export function builtins(framework: Framework, go: (kind: Move, target: Target) => void): void {
  const group = (role: string): Kind => ({
    attached(element) {
      if (!element.hasAttribute('role')) element.setAttribute('role', role)
    },
  })
  const navigator: Kind = {
    properties: { url: String, openType: String, delta: Number },
    attached() {
      this.addListener('tap', () =>
        go(moves[text(this.data['openType']) || 'navigate'] ?? 'navigateTo', {
          url: text(this.data['url']),
          delta: Number(this.data['delta']) || 1,
        }),
      )
    },
  }
  const kinds: Record<string, Kind> = {
    ...Object.fromEntries(boxes.map((tag) => [tag, {}])),
    button,
    input: field('input'),
    textarea: field('textarea'),
    radio: togglable('radio'),
    checkbox: togglable('checkbox'),
    switch: togglable('switch'),
    'radio-group': group('radiogroup'),
    'checkbox-group': group('group'),
    label,
    picker,
    image,
    'scroll-view': scrollView,
    navigator,
  }
  for (const [tag, kind] of Object.entries(kinds)) define(framework, tag, kind)
}
