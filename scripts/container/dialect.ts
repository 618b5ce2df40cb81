import path from 'node:path'

/** Built-in components: written `view`, registered as `wx-view`, so that no tag of the browser is meant by accident. */
const builtIn = `
  view static-view pure-view click-view catch-view text button input textarea label radio radio-group checkbox checkbox-group
  switch picker picker-view picker-view-column scroll-view image form navigator icon swiper swiper-item progress rich-text
  page-container root-portal cover-view cover-image web-view slider movable-area movable-view canvas video map camera audio ad
  official-account open-data live-player live-pusher match-media page-meta navigation-bar native-slot keyboard-accessory
  editor label-view functional-page-navigator voip-room share-element ad-custom lottie contact-button life-follow ui-component`
  .trim()
  .split(/\s+/)
const tag = new RegExp(`<(/?)(${builtIn.join('|')})(?=[\\s/>])`, 'g')
export const renamed = (template: string): string => template.replace(tag, '<$1wx-$2')

/** AXML as WXML: in what Taro emits the two differ only in spelling. Mistakes in AXML itself are not found here. */
export const fromAxml = (source: string): string =>
  source
    .replace(
      /<import-sjs\s+name="([^"]+)"\s+from="([^"]+)"\s*\/>/g,
      (_, name: string, from: string) => `<wxs module="${name}" src="${from.replace(/\.sjs$/, '.wxs')}" />`,
    )
    .replaceAll('.axml"', '.wxml"')
    .replace(/\ba:(for|if|elif|else|key|for-item|for-index)\b/g, 'wx:$1')
    .replace(/\s(on|catch)([A-Z]\w*)="/g, (_, kind: string, name: string) => ` ${kind === 'on' ? 'bind' : 'catch'}:${name.toLowerCase()}="`)

/** SJS as WXS. */
export const fromSjs = (source: string): string => source.replace('export default', 'module.exports =')

const elements = 'view text button input textarea label radio checkbox switch picker image form navigator scroll-view'.split(' ')
const before = '(^|[\\s,}>+~])'
const after = '(?=[\\s,{.:#>+~[])'
const element = new RegExp(`${before}(${elements.join('|')})${after}`, 'g')
const page = new RegExp(`${before}page${after}`, 'g')

/** WXSS or ACSS as CSS: its own length unit, its own elements, and the height of the page without the host's bar. */
export const toCss = (source: string): string =>
  source
    .replace(/(-?\d*\.?\d+)rpx\b/g, 'calc($1 * 100vw / 750)')
    .replace(/(-?\d*\.?\d+)vh\b/g, 'calc($1 * var(--container-vh))')
    .replace(element, '$1wx-$2')
    .replace(page, '$1.wx-page')

/** A sheet with those it imports in place of the imports. */
export function withImports(key: string, sheets: ReadonlyMap<string, string>, seen: ReadonlySet<string> = new Set()): string {
  if (seen.has(key)) return ''
  return (sheets.get(key) ?? '').replace(/@import\s+["']([^"']+)["'];?/g, (_, from: string) => {
    const target = from.startsWith('/') ? from.slice(1) : path.posix.join(path.posix.dirname(key), from)
    return withImports(target.replace(/\.\w+$/, ''), sheets, new Set([...seen, key]))
  })
}
