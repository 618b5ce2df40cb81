import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { alipay } from './alipay.ts'
import { Agenda, Clock } from './clock.ts'
import { control } from './control.ts'
import { credentials } from './credentials.ts'
import { jsonAnswer, Refusal } from './exchange.ts'
import type { Answer, Call, Host } from './exchange.ts'
import { headerFault, isSignatureFlaw, requestFault } from './fault.ts'
import type { Fault } from './fault.ts'
import { Journal } from './journal.ts'
import { Courier } from './notification.ts'
import { pages } from './page.ts'
import { wechat } from './wechat.ts'
import { wechatPay } from './wechatpay.ts'
import { finishLater } from './wechatpay-refund.ts'
import { openWorld } from './world.ts'
import type { World } from './world.ts'

export type SandboxOptions = { port: number; folder: string; clockOffsetMs?: number; timeScale?: number }
export type Sandbox = { url: string; close(): Promise<void> }

const largestBody = 1_000_000

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > largestBody) throw new Refusal(413, 'TOO_LARGE', '请求体过大')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

const prefixes = ['/wechatpay', '/wechat', '/alipay'] as const

type Arrival = { call: Call; host: string }

async function arrival(request: IncomingMessage): Promise<Arrival> {
  const target = request.url ?? '/'
  const url = new URL(target, 'http://sandbox')
  const prefix = prefixes.find((one) => url.pathname.startsWith(`${one}/`)) ?? ''
  const below = target.slice(prefix.length)
  return {
    host: prefix.slice(1),
    call: {
      method: request.method ?? 'GET',
      path: url.pathname.slice(prefix.length),
      query: url.searchParams,
      headers: request.headers,
      body: await readBody(request),
      targets: prefix === '' ? [target] : [below, target],
    },
  }
}

const send = (response: ServerResponse, { status, headers, body }: Answer) => void response.writeHead(status, headers).end(body)

/** The host's answer, or its refusal; a bug of ours shows as the vendor's own system error. */
async function answered(host: Host, work: () => Answer | Promise<Answer>): Promise<Answer> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof Refusal) return host.refuse(error)
    console.error('sandbox:', error)
    return host.refuse(new Refusal(500, 'SYSTEM_ERROR', '系统错误'))
  }
}

const html502 = '<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center></body></html>'

/** The answer as a fault leaves it. Answers that come from a broken proxy carry no signature, as they would not. */
function spoiled(host: Host, call: Call, answer: Answer, fault: Fault | undefined): Answer {
  if (fault?.fault === 'status_500') return host.sign(host.refuse(new Refusal(500, 'SYSTEM_ERROR', '系统异常，请稍后重试')), call)
  if (fault?.fault === 'html_502') return { status: 502, headers: { 'content-type': 'text/html' }, body: html502 }
  if (fault?.fault === 'empty_200') return { status: 200, headers: {}, body: '' }
  return host.sign(answer, call, fault !== undefined && isSignatureFlaw(fault.fault) ? fault.fault : undefined)
}

async function serveHost(host: Host, call: Call, fault: Fault | undefined, response: ServerResponse): Promise<void> {
  if (fault?.fault === 'drop') return void response.socket?.resetAndDestroy()
  const struck = fault === undefined ? call : { ...call, fault: fault.fault }
  const refuses = fault?.fault === 'error'
  const works = fault?.work ?? !refuses
  const worked = works ? await answered(host, () => host.answer(struck)) : jsonAnswer(200, {})
  const said = refuses ? host.refuse(new Refusal(fault.status ?? 500, fault.code ?? 'SYSTEM_ERROR', '模拟的错误')) : worked
  if (fault?.fault === 'no_reply') return
  if (fault?.fault === 'drop_after') return void response.socket?.resetAndDestroy()
  if (fault?.fault === 'late') await setTimeout(fault.ms ?? 0)
  send(response, spoiled(host, call, said, fault))
}

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

function handler(world: World, courier: Courier): Handler {
  const hosts: Record<string, Host> = { wechat: wechat(world), wechatpay: wechatPay(world, courier), alipay: alipay(world, courier) }
  const controlled = control(world, courier)
  return async (request, response) => {
    try {
      const { call, host: name } = await arrival(request)
      const host = hosts[name]
      if (!host) return send(response, pages(world, call) ?? (await controlled(call)))
      const header = request.headers['x-sandbox-fault']
      const paths = [call.path, `/${name}${call.path}`]
      const fault = typeof header === 'string' ? headerFault(header) : requestFault(world, name, call.method, paths)
      await serveHost(host, call, fault, response)
    } catch (error) {
      if (!(error instanceof Refusal)) console.error('sandbox:', error)
      const refusal = error instanceof Refusal ? error : new Refusal(500, 'SYSTEM_ERROR', String(error))
      if (!response.headersSent) send(response, jsonAnswer(refusal.status, { code: refusal.code, message: refusal.message }))
    }
  }
}

/**
 * Opens the stand-ins of WeChat, WeChat Pay and Alipay on one port of this machine: `/wechat`, `/wechatpay`, `/alipay`, the control
 * endpoints below `/sandbox`, and pages in place of the wallets' own. Orders, users and faults are kept in `folder`.
 */
export async function openSandbox(options: SandboxOptions): Promise<Sandbox> {
  if (process.env['NODE_ENV'] === 'production') throw new Error('the payment sandbox does not run with NODE_ENV=production')
  const clock = new Clock(options.clockOffsetMs, options.timeScale)
  const agenda = new Agenda(clock)
  const keys = await credentials(options.folder)
  const journal = new Journal(path.join(options.folder, 'journal.jsonl'))
  const world = openWorld(journal, keys, clock, agenda)
  const courier = new Courier(world)
  const handle = handler(world, courier)
  const server = createServer((request, response) => void handle(request, response))
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  }).catch((error: unknown) => {
    journal.close()
    throw error
  })
  courier.resume()
  for (const refund of world.refunds.all()) if (refund.status === 'PROCESSING') finishLater(world, courier, refund)
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      agenda.close()
      courier.close()
      await new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
      journal.close()
    },
  }
}
