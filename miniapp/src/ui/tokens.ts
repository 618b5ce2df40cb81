import { icons } from './icons'

/** Design tokens: one constant, from which the style sheet is written and whose colour pairs are tested (U10). */

const colour = {
  text: '#1a1a1a',
  text2: '#4d4d4d',
  page: '#f5f6f8',
  card: '#ffffff',
  sunk: '#eceef2',
  line: '#dfe3e8',
  border: '#767b85',
  primary: '#0b5cad',
  'primary-press': '#084883',
  'on-primary': '#ffffff',
  'on-primary2': '#e3eef9',
  tint: '#eaf2fb',
  'tint-press': '#d5e5f6',
  'tint-line': '#a9c8e8',
  bar: '#5b8fc4',
  ok: '#0a6b3b',
  'ok-bg': '#e6f4ea',
  'ok-line': '#a8d5b8',
  warn: '#7a4100',
  'warn-bg': '#fff4e0',
  'warn-line': '#ebc98f',
  'warn-mark': '#a85b00',
  error: '#b3261e',
  'error-bg': '#fdecea',
  'error-line': '#efb8b3',
  still: '#4d4d4d',
  'still-bg': '#eceef2',
  'still-line': '#cdd2d9',
  focus: '#1a1a1a',
  'demo-stop': '#fbe7c6',
  'on-demo-stop': '#5e3200',
} as const
type Colour = keyof typeof colour

/** Front, back and the least contrast: 4.5 for text, 3 for what carries a meaning without being text. */
export const pairs: readonly (readonly [front: Colour, back: Colour, floor: 4.5 | 3])[] = [
  ['text', 'card', 4.5],
  ['text', 'page', 4.5],
  ['text2', 'card', 4.5],
  ['text2', 'page', 4.5],
  ['text2', 'sunk', 4.5],
  ['text2', 'tint', 4.5],
  ['text2', 'warn-bg', 4.5],
  ['on-primary', 'primary', 4.5],
  ['on-primary2', 'primary', 4.5],
  ['on-primary', 'primary-press', 4.5],
  ['primary', 'card', 4.5],
  ['primary', 'page', 4.5],
  ['primary', 'tint', 4.5],
  ['primary', 'tint-press', 4.5],
  ['still', 'still-bg', 4.5],
  ['ok', 'ok-bg', 4.5],
  ['ok', 'card', 4.5],
  ['on-primary', 'ok', 4.5],
  ['warn', 'warn-bg', 4.5],
  ['on-demo-stop', 'demo-stop', 4.5],
  ['error', 'card', 4.5],
  ['error', 'page', 4.5],
  ['error', 'error-bg', 4.5],
  ['border', 'card', 3],
  ['border', 'page', 3],
  ['border', 'sunk', 3],
  ['warn-mark', 'card', 3],
  ['warn-mark', 'warn-bg', 3],
  ['bar', 'card', 3],
  ['ok', 'sunk', 3],
  ['focus', 'page', 3],
]

/** Text sizes in px at the host's ordinary setting, in the normal and in the elder layout; each is multiplied by --fs. */
export const type = {
  cap: [14, 18],
  sec: [15, 20],
  body: [17, 22],
  row: [18, 24],
  h2: [19, 25],
  amt: [20, 30],
  h1: [26, 32],
  hero: [36, 44],
} as const

/** Targets and icons in px, normal and elder (U4). */
const sizes = {
  tap: [48, 60],
  'tap-main': [52, 64],
  'row-min': [64, 76],
  key: [56, 68],
  field: [56, 64],
  step: [60, 68],
  icon: [24, 30],
  'icon-s': [18, 24],
  'icon-l': [32, 40],
} as const
export const targets = sizes

/** The host's font scale that each layout follows (U3), and that at which the elder layout comes by itself (U1). */
export const scaling = { normal: [0.94, 1.75], elder: [1, 1.36], heroMost: 1.25, elderFrom: 1.3 } as const

const relative = (channel: number): number => {
  const share = channel / 255
  return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
}
const luminance = (name: Colour): number =>
  [0.2126, 0.7152, 0.0722].reduce((sum, weight, at) => sum + weight * relative(parseInt(colour[name].slice(1 + 2 * at, 3 + 2 * at), 16)), 0)
/** WCAG 2 contrast of two tokens. */
export const contrast = (front: Colour, back: Colour): number => {
  const [light, dark] = [luminance(front), luminance(back)].sort((a, b) => b - a) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

const mask = (path: string): string =>
  `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24' fill='none' stroke='%23000' stroke-width='2' stroke-linecap='round' stroke-linejoin='round'%3E%3Cpath d='${path}'/%3E%3C/svg%3E`
const rule = (selector: string, lines: readonly string[]): string => `${selector} {\n${lines.map((line) => `  ${line};\n`).join('')}}\n`
const layout = (at: 0 | 1): string[] => [
  ...Object.entries(type).map(([name, px]) => `--t-${name}: ${px[at]}px`),
  ...Object.entries(sizes).map(([name, px]) => `--${name}: ${px[at]}px`),
]

/** The text of tokens.scss, which a test compares with the file. */
export const styleSheet = (): string =>
  [
    '// Written from tokens.ts and icons.ts: WRITE=1 npm test -- tokens. Do not edit.\n',
    rule('.app', [
      ...Object.entries(colour).map(([name, value]) => `--c-${name}: ${value}`),
      '--c-scrim: rgba(16, 24, 40, 0.56)',
      '--fs: 1',
      '--fs-hero: 1',
      ...layout(0),
      '--lh: 1.5',
      '--lh-display: 1.35',
      '--gutter: 16px',
      '--r-tag: 6px',
      '--r-field: 10px',
      '--r-btn: 12px',
      '--r-card: 14px',
      '--r-sheet: 20px',
      '--m-press: 80ms',
      '--m-move: 200ms',
    ]),
    rule('.app--elder', layout(1)),
    ...Object.entries(icons).map(([name, path]) =>
      rule(`.i--${name}`, [`-webkit-mask-image: url("${mask(path)}")`, `mask-image: url("${mask(path)}")`]),
    ),
  ].join('')
