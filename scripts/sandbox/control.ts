import { randomBytes } from 'node:crypto'
import { cancelled, pay } from './cashier.ts'
import { current } from './alipay-trade.ts'
import { jsonAnswer, Refusal, route } from './exchange.ts'
import type { Answer, Call, Json } from './exchange.ts'
import { undergo } from './face.ts'
import { addFault } from './fault.ts'
import { Fields } from './fields.ts'
import type { Courier } from './notification.ts'
import { userKey } from './world.ts'
import type { User, Wallet, World } from './world.ts'

const code = 'BAD_REQUEST'
const minute = 60_000

function wallet(fields: Fields): Wallet {
  return fields.text('host', { pattern: /^(wechat|alipay)$/ }) as Wallet
}

function addUser(world: World, call: Call): Answer {
  const fields = Fields.parse(call.body, code)
  const host = wallet(fields)
  const made =
    host === 'wechat'
      ? `o${randomBytes(20)
          .toString('base64url')
          .replace(/[^\w-]/g, '_')}`
      : `0${randomBytes(20).toString('hex')}`
  const user: User = { host, id: fields.optionalText('id', { max: 128 }) ?? made, certified: fields.values['certified'] !== false }
  for (const name of ['name', 'documentType', 'documentNumber'] as const) {
    const value = fields.optionalText(name)
    if (value !== undefined) user[name] = value
  }
  world.users.put(userKey(host, user.id), user)
  return jsonAnswer(201, { id: user.id })
}

function addCode(world: World, call: Call): Answer {
  const fields = Fields.parse(call.body, code)
  const host = wallet(fields)
  const user = fields.text('user')
  if (!world.users.get(userKey(host, user))) throw new Refusal(404, 'NOT_FOUND', '没有这个用户')
  const value = host === 'wechat' ? `0${randomBytes(15).toString('hex')}` : randomBytes(16).toString('hex')
  const expiresAt = world.clock.now() + 5 * minute
  world.codes.put(`${host}:${value}`, {
    code: value,
    host,
    user,
    scope: fields.optionalText('scope') ?? 'auth_user',
    expiresAt,
    used: false,
  })
  return jsonAnswer(201, { code: value })
}

/** Which mini-program a host runs: it names it at the cashier, the page does not. */
const apps = ({ credentials: { wechat, alipay } }: World): Json => ({ wechat: wechat.appid, alipay: alipay.appId })

function face(world: World, call: Call): Answer {
  const fields = Fields.parse(call.body, code)
  const passed = fields.values['pass']
  if (typeof passed !== 'boolean') throw fields.refuse('pass', '应为 true 或 false')
  return jsonAnswer(200, { passed: undergo(world, wallet(fields), fields.text('id'), passed, fields.optionalText('user')) })
}

function grouped<Row>(rows: Row[], key: (row: Row) => string): (key: string) => Row[] {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row])
  return (one) => groups.get(one) ?? []
}

/** Every order of both wallets in one form, amounts in fen. */
function orders(world: World): Json[] {
  const notifications = grouped(world.notifications.all(), ({ host, order }) => `${host}:${order}`)
  const refunds = grouped(world.refunds.all(), ({ order }) => order)
  const told = (host: Wallet, number: string) =>
    notifications(`${host}:${number}`).map(({ id, event, state, attempts, sent, answers, nextAt }) => ({
      id,
      event,
      state,
      attempts,
      sent,
      answers,
      nextAt,
    }))
  const wechat = world.orders.all().map((order) => ({
    host: 'wechat',
    number: order.number,
    mode: order.mode,
    state: order.state,
    total: order.total,
    payerTotal: order.payerTotal,
    payer: order.payer,
    transactionId: order.transactionId,
    createdAt: order.createdAt,
    expiresAt: order.expiresAt,
    paidAt: order.paidAt,
    refunds: refunds(order.number).map(({ number, amount, status }) => ({ number, amount, status })),
    notifications: told('wechat', order.number),
  }))
  const alipay = world.trades.all().map((one) => {
    const trade = current(world, one)
    return {
      host: 'alipay',
      number: trade.number,
      mode: 'direct',
      state: trade.status,
      total: trade.total,
      payerTotal: trade.paidAt === undefined ? undefined : trade.total,
      payer: trade.buyer,
      transactionId: trade.tradeNo,
      createdAt: trade.createdAt,
      expiresAt: trade.expiresAt,
      paidAt: trade.paidAt,
      refunds: trade.refunds.map(({ number, amount }) => ({ number, amount, status: 'SUCCESS' })),
      notifications: told('alipay', trade.number),
    }
  })
  return [...wechat, ...alipay]
}

function setClock(world: World, call: Call): Answer {
  const offset = Fields.parse(call.body, code).values['offsetMs']
  if (typeof offset !== 'number') throw new Refusal(400, code, 'offsetMs 应为数字')
  world.clock.offset = offset
  return jsonAnswer(200, { offsetMs: offset, now: world.clock.now() })
}

function clearFaults(world: World, id: string | undefined): Answer {
  const gone = world.faults.all().filter((fault) => id === undefined || fault.id === id)
  for (const fault of gone) world.faults.remove(fault.id)
  return jsonAnswer(200, { removed: gone.length })
}

/** The hands of the person in front of the wallet, and of the tester behind it. */
export function control(world: World, courier: Courier): (call: Call) => Answer | Promise<Answer> {
  const routes = [
    ['POST', /^\/sandbox\/users$/, (call: Call) => addUser(world, call)],
    ['GET', /^\/sandbox\/users$/, () => jsonAnswer(200, { users: world.users.all() })],
    ['GET', /^\/sandbox\/apps$/, () => jsonAnswer(200, apps(world))],
    ['POST', /^\/sandbox\/codes$/, (call: Call) => addCode(world, call)],
    ['POST', /^\/sandbox\/face$/, (call: Call) => face(world, call)],
    [
      'POST',
      /^\/sandbox\/cashier\/pay$/,
      async (call: Call) => {
        const fields = Fields.parse(call.body, code)
        return jsonAnswer(200, await pay(world, courier, wallet(fields), fields.values))
      },
    ],
    ['POST', /^\/sandbox\/cashier\/cancel$/, (call: Call) => jsonAnswer(200, cancelled(wallet(Fields.parse(call.body, code))))],
    ['GET', /^\/sandbox\/orders$/, () => jsonAnswer(200, { orders: orders(world) })],
    ['POST', /^\/sandbox\/faults$/, (call: Call) => jsonAnswer(201, { id: addFault(world, Fields.parse(call.body, code).values).id })],
    ['GET', /^\/sandbox\/faults$/, () => jsonAnswer(200, { faults: world.faults.all() })],
    ['DELETE', /^\/sandbox\/faults$/, () => clearFaults(world, undefined)],
    ['DELETE', /^\/sandbox\/faults\/([^/]+)$/, (_: Call, id: string) => clearFaults(world, id)],
    ['GET', /^\/sandbox\/clock$/, () => jsonAnswer(200, { offsetMs: world.clock.offset, now: world.clock.now() })],
    ['POST', /^\/sandbox\/clock$/, (call: Call) => setClock(world, call)],
  ] as const
  return (call) => route(routes, call)
}
