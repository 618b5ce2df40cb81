/** The host's bar, the page below it, and what the two hosts give built-in components before a mini-program styles them. */
const style = `
* { box-sizing: border-box; -webkit-tap-highlight-color: transparent }
:root { --bar: 44px; --container-vh: calc((100vh - var(--bar)) / 100) }
[data-bare] { --bar: 0px }
body { margin: 0; height: 100vh; overflow: hidden; background: #fff; color: #000; font: 16px/1.4 "PingFang SC", "Noto Sans CJK SC", sans-serif }
[hidden] { display: none !important }
#bar { position: absolute; inset: 0 0 auto; height: var(--bar); overflow: hidden; background: #f8f8f8; z-index: 9; font-size: 17px; text-align: center; line-height: 44px }
#title { padding: 0 96px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
#back { position: absolute; left: 0; top: 0; width: 48px; height: 44px; border: 0; background: none; color: inherit; font-size: 28px; line-height: 40px }
#capsule { position: absolute; right: 8px; top: 6px; width: 87px; height: 32px; border: 1px solid #0002; border-radius: 16px; font-size: 12px; line-height: 30px; letter-spacing: 6px }
/* transform: what is fixed in a page is fixed to the page's view, not to the phone */
#stage { position: absolute; inset: var(--bar) 0 0; transform: translateZ(0); overflow: hidden }
.wx-page { display: block; height: 100%; overflow: hidden auto; outline: 0 }
.wx-page > * { display: block; min-height: 100% }
wx-view, wx-form, wx-radio-group, wx-checkbox-group, wx-picker, wx-scroll-view, wx-navigator, wx-cover-view, wx-root-portal, wx-static-view, wx-pure-view, wx-click-view, wx-catch-view, wx-swiper, wx-swiper-item { display: block }
wx-scroll-view { width: 100%; -webkit-overflow-scrolling: touch }
wx-text { display: inline; white-space: pre-wrap }
wx-label { display: inline }
wx-button { position: relative; display: block; margin: 0 auto; padding: 0 14px; font-size: 18px; line-height: 2.55555556; text-align: center; border-radius: 5px; overflow: hidden; color: #000; background: #f8f8f8; cursor: pointer; user-select: none }
[data-platform=weapp] wx-button::after { content: ""; position: absolute; top: 0; left: 0; width: 200%; height: 200%; border: 1px solid #0003; border-radius: 10px; transform: scale(.5); transform-origin: 0 0; pointer-events: none }
wx-button[data-type=primary] { color: #fff; background: #1aad19 }
[data-platform=alipay] wx-button[data-type=primary] { background: #1677ff }
wx-button[data-type=warn] { color: #fff; background: #e64340 }
wx-button[data-plain] { background: transparent; border: 1px solid }
wx-button[data-size=mini] { display: inline-block; line-height: 2.3; font-size: 13px; padding: 0 1.34em }
wx-button[data-disabled] { opacity: .6 }
wx-input { display: block; height: 1.4rem; min-height: 1.4rem; line-height: 1.4rem; overflow: hidden; cursor: text }
wx-textarea { display: block; width: 300px; height: 150px }
wx-input input, wx-textarea textarea { display: block; width: 100%; height: 100%; padding: 0; border: 0; outline: 0; background: transparent; color: inherit; font: inherit; text-align: inherit; resize: none }
wx-image { display: inline-block; width: 320px; height: 240px; overflow: hidden }
wx-image img { display: block; width: 100%; height: 100% }
wx-radio, wx-checkbox, wx-switch { display: inline-block; min-width: 24px; min-height: 24px; cursor: pointer }
wx-radio::before, wx-checkbox::before, wx-switch::before { content: ""; display: inline-block; width: 22px; height: 22px; margin-right: 5px; border: 1px solid #d1d1d1; border-radius: 50%; background: #fff; vertical-align: middle }
wx-checkbox::before { border-radius: 3px }
wx-switch::before { width: 52px; height: 32px; border-radius: 16px }
wx-radio[data-on]::before, wx-checkbox[data-on]::before, wx-switch[data-on]::before { background: #09bb07 }
.native-cover { position: fixed; inset: 0; display: flex; align-items: flex-end; background: #0008; z-index: 99 }
.native { width: 100%; max-height: 80vh; overflow: auto; padding: 16px; border-radius: 16px 16px 0 0; background: #fff }
.native h2 { margin: 0 0 8px; font-size: 18px; text-align: center }
.native p { margin: 0 0 8px; text-align: center; white-space: pre-line }
.native button { display: block; width: 100%; min-height: 48px; margin-top: 8px; border: 1px solid #ccc; border-radius: 8px; background: #fff; color: #000; font: inherit; cursor: pointer }
.native button:first-of-type { border-color: #0a6b3b; background: #0a6b3b; color: #fff }
.native-toast { position: fixed; left: 50%; top: 40%; transform: translate(-50%); max-width: 80%; padding: 12px 16px; border-radius: 8px; background: #000c; color: #fff; z-index: 98 }`

const head = (title: string, css: string) =>
  `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover">
<title>${title}</title><link rel="icon" href="data:,"><style>${css}</style></head>`

/** The page that runs one mini-program. */
export const phone = (platform: string): string => `${head('社保缴费', style)}<body data-platform="${platform}">
<header id="bar"><button id="back" aria-label="返回" hidden>‹</button><div id="title" role="heading" aria-level="1"></div><div id="capsule" aria-hidden="true">••• ◎</div></header>
<div id="stage"></div><script type="module" src="/run.js"></script></body></html>`

const desk = `
body { margin: 0; padding: 16px; background: #ecEef2; color: #1a1a1a; font: 16px/1.5 "PingFang SC", "Noto Sans CJK SC", sans-serif }
.phones { display: flex; flex-wrap: wrap; gap: 24px; justify-content: center }
h2 { margin: 0 0 8px; font-size: 18px }
iframe { display: block; width: 375px; height: 760px; margin-top: 8px; border: 10px solid #1a1a1a; border-radius: 36px; background: #fff }
select, button { font: inherit; padding: 4px 8px; min-height: 36px }
footer { margin-top: 16px; text-align: center; color: #4d4d4d }`
const one = (title: string, host: string, path: string) => `<section><h2>${title}</h2>
<form data-host="${host}" data-path="${path}"><select name="user" aria-label="${title}用户"></select>
<select name="font" aria-label="${title}字号"><option value="16">标准字号</option><option value="23">大字号</option></select> <button>重开</button></form>
<iframe name="${path}" title="${title}"></iframe></section>`

/** Both hosts side by side. */
export const index = (h5: string): string => `${head('社保缴费：微信和支付宝', desk)}<body><div class="phones">
${one('微信', 'wechat', 'weapp')}${one('支付宝', 'alipay', 'alipay')}</div>
<footer>这里跑的是要上传的那两个包，逻辑和渲染是真的；登录、刷脸和收银台是模拟的，不会扣款。<a href="${h5}">网页版</a></footer>
<script type="module" src="/phones.js"></script></body></html>`
