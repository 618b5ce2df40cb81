import { Agent, request } from 'node:http'

/** One request of the load: where, and with what. */
export interface Shot {
  path: string
  method?: string
  headers?: Record<string, string>
  body?: string
}
const agent = new Agent({ keepAlive: true, maxSockets: 64 })

/** Sends one request; throws on any other status than 200 or 204, with what was answered. */
export const shoot = (port: number, { path, method = 'POST', headers = {}, body = '' }: Shot): Promise<string> =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, agent, headers: { ...headers, 'content-length': Buffer.byteLength(body) } },
      (reply) => {
        const chunks: Buffer[] = []
        reply.on('data', (chunk: Buffer) => chunks.push(chunk))
        reply.on('end', () => {
          const text = Buffer.concat(chunks).toString()
          if (reply.statusCode === 200 || reply.statusCode === 204) resolve(text)
          else reject(new Error(`${method} ${path}: ${reply.statusCode} ${text.slice(0, 300)}`))
        })
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })

/** Sends all of them, `atOnce` at a time; answers the replies in order and how long it took. */
export const volley = async (port: number, shots: readonly Shot[], atOnce = 16): Promise<{ ms: number; replies: string[] }> => {
  const replies: string[] = Array.from({ length: shots.length })
  let next = 0
  const began = performance.now()
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (let at = next++; at < shots.length; at = next++) replies[at] = await shoot(port, shots[at]!)
    }),
  )
  return { ms: performance.now() - began, replies }
}
