import type { Platform } from '../../bundle.ts'
import { HostError } from '../host-error.ts'
import { asynchronous, type Answer, type Options } from './call.ts'
import { text } from '../text.ts'

const TIMEOUT_MS = { weapp: 60_000, alipay: 30_000 }
const TIMED_OUT = { weapp: ['timeout', 5], alipay: ['请求超时', 13] } as const
const NETWORK = { weapp: ['errcode:-102', 600001], alipay: ['网络出错', 12] } as const

const failed = (platform: Platform, why: Record<Platform, readonly [string, number]>): HostError =>
  new HostError(platform === 'weapp' ? `request:fail ${why.weapp[0]}` : why.alipay[0], why[platform][1])

/** The server's address: absolute, as a host demands; its API is served by this very origin. */
function address(platform: Platform, url: string): string {
  const parsed = /^https?:\/\/[^/]+(\/.*)?$/.exec(url)
  if (!parsed) throw new HostError(platform === 'weapp' ? 'request:fail invalid url' : '无权跨域', platform === 'weapp' ? 600009 : 11)
  const path = parsed[1] ?? '/'
  if (!path.startsWith('/api/'))
    throw new HostError(platform === 'weapp' ? 'request:fail url not in domain list' : '无权跨域', platform === 'weapp' ? 600002 : 11)
  return path
}

function bodyOf(method: string, headers: Record<string, string>, data: unknown): string | undefined {
  if (method === 'GET' || data === undefined || data === null) return undefined
  if (typeof data === 'string') return data
  const type = Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? ''
  return type.includes('urlencoded') ? new URLSearchParams(data as Record<string, string>).toString() : JSON.stringify(data)
}

const parsedBody = (body: string, dataType: unknown): unknown => {
  if (dataType !== undefined && dataType !== 'json' && dataType !== 'JSON') return body
  try {
    return JSON.parse(body)
  } catch {
    return body
  }
}

/** wx.request, my.request. Alipay tells every status but 200 to `fail`, with status, data and headers (NervJS/taro#14366). */
export const request =
  (platform: Platform) =>
  (options: Options): { abort: () => void; onHeadersReceived: () => void; offHeadersReceived: () => void } => {
    const controller = new AbortController()
    const work = async (): Promise<Answer> => {
      const method = (text(options['method']) || 'GET').toUpperCase()
      const given = (options[platform === 'weapp' ? 'header' : 'headers'] ?? {}) as Record<string, string>
      const headers: Record<string, string> = { 'content-type': 'application/json', ...given }
      const query = method === 'GET' && options['data'] ? new URLSearchParams(options['data'] as Record<string, string>).toString() : ''
      const url = address(platform, text(options['url']))
      const body = bodyOf(method, headers, options['data'])
      if (body === undefined && method !== 'POST') delete headers['content-type']
      const wait = AbortSignal.timeout(Number(options['timeout'] ?? TIMEOUT_MS[platform]))
      const response = await fetch(query ? `${url}${url.includes('?') ? '&' : '?'}${query}` : url, {
        method,
        headers,
        ...(body !== undefined && { body }),
        signal: AbortSignal.any([controller.signal, wait]),
      }).catch((error: unknown) => {
        if (controller.signal.aborted) throw new HostError('request:fail abort', platform === 'weapp' ? 600003 : 9)
        throw failed(platform, error instanceof DOMException && error.name === 'TimeoutError' ? TIMED_OUT : NETWORK)
      })
      const received = await response.text().catch(() => {
        throw failed(platform, wait.aborted ? TIMED_OUT : NETWORK)
      })
      const [data, status, answered] = [parsedBody(received, options['dataType']), response.status, Object.fromEntries(response.headers)]
      if (platform === 'weapp') return { data, statusCode: status, header: answered, cookies: [], errMsg: 'request:ok' }
      if (status !== 200) throw new HostError('http status error', 19, { data, status, headers: answered })
      return { data, status, headers: answered }
    }
    void asynchronous(platform, 'request', work)({ complete: () => undefined, ...options })
    return { abort: () => controller.abort(), onHeadersReceived: () => undefined, offHeadersReceived: () => undefined }
  }
