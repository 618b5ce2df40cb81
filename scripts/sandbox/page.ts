import { alipayTrade, wechatOrder } from './cashier.ts'
import type { Answer, Call, Json } from './exchange.ts'
import { yuan } from './yuan.ts'
import type { User, Wallet, World } from './world.ts'

const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)

const style = `body{font:24px/1.6 sans-serif;max-width:32em;margin:2em auto;padding:0 1em;color:#222}
h1{font-size:1.3em}.amount{font-size:2.2em;margin:.3em 0}.mark{color:#666;font-size:.75em}
button,.button{font:inherit;display:block;width:100%;box-sizing:border-box;padding:.7em;margin:.6em 0;border:2px solid #1664c0;border-radius:.4em;background:#fff;color:#1664c0;text-align:center;cursor:pointer}
button.main{background:#1664c0;color:#fff}input{font:inherit;width:100%;box-sizing:border-box;padding:.4em;margin:.2em 0 .8em}code{font-size:.8em}`

/** The one script: posts to a control endpoint and goes back to `return` with the result. Only http(s) addresses are gone back to. */
const script = `const send = (path, body) => fetch(path, { method: 'POST', body: JSON.stringify(body) }).then((answer) => answer.json())
const back = (parameters) => {
  const to = new URLSearchParams(location.search).get('return')
  const target = to && new URL(to, location.href)
  if (!target || !/^https?:$/.test(target.protocol)) return void (document.getElementById('result').textContent = JSON.stringify(parameters))
  for (const [name, value] of Object.entries(parameters)) target.searchParams.set(name, value)
  location.replace(target)
}`

function page(title: string, body: string, work = ''): Answer {
  const html = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>${escaped(title)}</title><style>${style}</style></head><body><p class="mark">模拟环境，不是真实的支付或认证</p><h1>${escaped(title)}</h1>${body}
<p id="result" role="status"></p><script>${script}\n${work}</script></body></html>`
  return { status: 200, headers: { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }, body: html }
}

/** A value inside a script: JSON, with no way out of the script element. */
const inScript = (value: unknown) => JSON.stringify(value).replaceAll('<', '\\u003c')

const names = { wechat: '微信', alipay: '支付宝' }
const hostOf = (call: Call): Wallet => (call.query.get('host') === 'alipay' ? 'alipay' : 'wechat')

function cashier(world: World, call: Call): Answer {
  const host = hostOf(call)
  const { return: _, ...body }: Json = { ...Object.fromEntries(call.query), host }
  let what: { merchant: string; description: string; total: number }
  try {
    const order = host === 'wechat' ? wechatOrder(world, body) : alipayTrade(world, body)
    what = {
      merchant: `商户 ${merchant(world, host)}`,
      description: 'subject' in order ? order.subject : order.description,
      total: order.total,
    }
  } catch (error) {
    return page(
      '无法支付',
      `<p>${escaped(error instanceof Error ? error.message : '')}</p><button onclick="back({ result: 'fail' })">返回</button>`,
    )
  }
  const html = `<p>${escaped(what.merchant)}</p><p>${escaped(what.description)}</p><p class="amount">¥${yuan(what.total)}</p>
<button class="main" onclick="pay()">支付</button><button onclick="cancel()">取消</button>`
  const work = `const order = ${inScript(body)}
const pay = () => send('/sandbox/cashier/pay', order).then(({ result }) => back({ result }))
const cancel = () => send('/sandbox/cashier/cancel', order).then(({ result }) => back({ result }))`
  return page(`${names[host]}收银台`, html, work)
}

const merchant = (world: World, host: Wallet) => (host === 'wechat' ? world.credentials.wechat.mchid : world.credentials.alipay.sellerId)

function face(call: Call): Answer {
  const host = hostOf(call)
  const given = { host, id: call.query.get('id') ?? '', ...(call.query.get('user') ? { user: call.query.get('user') } : {}) }
  const html = `<button class="main" onclick="check(true)">通过</button><button onclick="check(false)">不通过</button>`
  const work = `const check = (pass) => send('/sandbox/face', { ...${inScript(given)}, pass }).then(({ passed, message }) => back({ result: passed ? 'ok' : 'fail', ...(message ? { message } : {}) }))`
  return page(`${names[host]}刷脸认证`, html, work)
}

function login(world: World, call: Call): Answer {
  const host = hostOf(call)
  const users = world.users.all().filter((user) => user.host === host)
  const label = (user: User) => escaped(user.name ? `${user.name}（${user.id.slice(0, 10)}…）` : user.id)
  const list = users.map((user) => `<button onclick="enter(this.value)" value="${escaped(user.id)}">${label(user)}</button>`).join('')
  const html = `${list}<form onsubmit="create(this); return false"><h2>新用户</h2><label>姓名<input name="name"></label>
<label>身份证号<input name="documentNumber"></label><button class="main">新建并登录</button></form>`
  const work = `const host = ${inScript(host)}
const enter = (user) => send('/sandbox/codes', { host, user }).then(({ code }) => back({ code }))
const create = (form) => send('/sandbox/users', { host, documentType: 'IDENTITY_CARD', ...Object.fromEntries(new FormData(form)) }).then(({ id }) => enter(id))`
  return page(`${names[host]}登录`, html, work)
}

const contents = `<p>微信接口 <code>/wechat</code>，微信支付 <code>/wechatpay</code>，支付宝 <code>/alipay</code></p>
<p><a href="/login?host=wechat">微信登录</a> · <a href="/login?host=alipay">支付宝登录</a> · <code>/cashier</code> · <code>/face</code></p>
<p><a href="/sandbox/users">/sandbox/users</a> · <a href="/sandbox/orders">/sandbox/orders</a> · <a href="/sandbox/faults">/sandbox/faults</a> · <a href="/sandbox/clock">/sandbox/clock</a></p>
<p>POST <code>/sandbox/users</code> <code>/sandbox/codes</code> <code>/sandbox/face</code> <code>/sandbox/cashier/pay</code> <code>/sandbox/cashier/cancel</code> <code>/sandbox/faults</code> <code>/sandbox/clock</code></p>`

/** What a person without the real wallet sees in its place. */
export function pages(world: World, call: Call): Answer | undefined {
  if (call.method !== 'GET') return undefined
  if (call.path === '/') return page('支付与登录模拟环境', contents)
  if (call.path === '/cashier') return cashier(world, call)
  if (call.path === '/face') return face(call)
  if (call.path === '/login') return login(world, call)
  return undefined
}
