import { existsSync, readFileSync } from 'node:fs'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { build } from 'esbuild'
import { platforms, type Platform } from './bundle.ts'
import { index, phone } from './document.ts'
import { pack } from './pack.ts'

export interface ContainerOptions {
  /** 0 takes a free one. */
  port: number
  /** Address of the API server. */
  server: string
  /** Address of the stand-ins for WeChat and Alipay. */
  sandbox: string
  /** Where the built mini-programs lie: a folder with weapp, alipay and h5. */
  dist: string
  say?: (line: string) => void
}
export interface Container {
  url: string
  /** Sends the requests of the mini-programs to another address from now on. */
  setServer: (url: string) => void
  close: () => Promise<void>
}

const types: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.html': 'text/html; charset=utf-8',
  '.svg': 'image/svg+xml',
}
/** Pages of the stand-ins that H5 goes to, and their control interface. */
const ofSandbox = /^\/(sandbox\/|login$|cashier$|face$)/

/** The code of both browser pages, from source in a test and from compiled code otherwise. */
async function browserCode(): Promise<Map<string, string>> {
  const ending = path.extname(import.meta.filename)
  const { outputFiles } = await build({
    entryPoints: ['run', 'phones'].map((name) => path.join(import.meta.dirname, `browser/${name}${ending}`)),
    bundle: true,
    write: false,
    outdir: '/',
    format: 'esm',
    target: 'chrome120',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'warning',
  })
  return new Map(outputFiles.map((file) => [`/${path.basename(file.path)}`, file.text]))
}

/** Passes a request on. An upstream that breaks off breaks off here, too: the mini-program sees a network error, as on a phone. */
function passOn(to: string, request: http.IncomingMessage, response: http.ServerResponse): void {
  const onward = http.request(to + (request.url ?? ''), { method: request.method, headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers)
    answer.pipe(response)
    answer.once('error', () => response.destroy())
  })
  onward.once('error', () => response.destroy())
  response.once('close', () => onward.destroy())
  request.pipe(onward)
}

/** Serves the pages that run the built mini-programs in a browser. A bundle is read anew whenever its page is opened. */
export async function openContainer({ port, server, sandbox, dist, say = () => undefined }: ContainerOptions): Promise<Container> {
  const code = await browserCode()
  let api = server
  const bundle = (platform: Platform): string | undefined => {
    const folder = path.join(dist, platform)
    if (!existsSync(path.join(folder, 'app.json'))) return undefined
    const { bundle: packed, problems } = pack(folder, platform)
    for (const problem of problems) say(`${platform}: ${problem}`)
    return JSON.stringify(packed)
  }
  const h5 = (at: string): string | undefined => {
    const file = path.join(dist, 'h5', at === '/h5' ? 'index.html' : path.posix.normalize(at))
    return types[path.extname(file)] && existsSync(file) ? file : undefined
  }
  const answer = (request: http.IncomingMessage, response: http.ServerResponse): void => {
    const at = new URL(request.url ?? '/', 'http://container').pathname
    const send = (type: string, body: string | Buffer) =>
      response.writeHead(200, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
    const platform = platforms.find((one) => at === `/${one}` || at === `/bundle/${one}`)
    if (at === '/') return void send(types['.html']!, index('/h5'))
    if (at.startsWith('/api/')) return passOn(api, request, response)
    if (ofSandbox.test(at)) return passOn(sandbox, request, response)
    if (platform && at === `/${platform}`) return void send(types['.html']!, phone(platform))
    if (platform) {
      const packed = bundle(platform)
      if (packed) return void send('application/json', packed)
      return void response.writeHead(404).end(`${path.join(dist, platform)} is not built: npm run build`)
    }
    const own = code.get(at)
    if (own !== undefined) return void send('text/javascript', own)
    const file = h5(at)
    if (file) return void send(types[path.extname(file)]!, readFileSync(file))
    response.writeHead(404).end('there is no such page')
  }
  const listening = http.createServer(answer)
  await new Promise<void>((resolve, reject) => listening.once('error', reject).listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(listening.address() as AddressInfo).port}`,
    setServer: (url) => void (api = url),
    close: () =>
      new Promise((resolve) => {
        listening.close(() => resolve())
        listening.closeAllConnections()
      }),
  }
}
