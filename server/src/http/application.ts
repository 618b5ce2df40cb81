import { randomUUID } from 'node:crypto'
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify'
import { refuse } from '@shebao/shared/refusal'
import { speak } from '@shebao/shared/texts'
import { LogController, type FastifyReply, type FastifyRequest } from 'fastify'
import { pino, type DestinationStream, type Logger } from 'pino'
import { Histogram } from 'prom-client'
import { Keys } from '../crypto/keys.ts'

const durations = new Histogram({
  name: 'http_request_duration_seconds',
  help: 'Requests by route pattern and status',
  labelNames: ['route', 'status'] as const,
  buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 3],
})

/** One logger for everything. It writes fields that we name, never a request: a body or a URL may hold a document number. */
export const logger = (level: string, to?: DestinationStream): Logger =>
  pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, formatters: { level: (label) => ({ level: label }) } },
    to ?? pino.destination(1),
  )

/** Fastify as every start of the application (main, tests) uses it. */
export const adapter = (log: Logger): FastifyAdapter =>
  new FastifyAdapter({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    bodyLimit: 64 * 1024,
    trustProxy: false,
    requestTimeout: 10_000,
    connectionTimeout: 15_000,
    routerOptions: { maxParamLength: 64 },
    // an address that cannot be read comes to no handler and no filter: Fastify's own answer would repeat it
    frameworkErrors: (_error: unknown, _request: FastifyRequest, reply: FastifyReply) =>
      void reply.status(404).send(speak(refuse('no_such_path'))),
  })

/** Routes whose answers nobody times or logs: they are asked every few seconds. */
const isProbe = (route: string): boolean => route.startsWith('/health')

/** One line and one observation per request: route pattern, status, milliseconds, and a keyed tag of the account. */
export const observeRequests = (app: NestFastifyApplication): void => {
  const keys = app.get(Keys)
  const fastify = app.getHttpAdapter().getInstance()
  fastify.addHook('onSend', (request: FastifyRequest, reply: FastifyReply, _payload, done) => {
    void reply.header('x-request-id', request.id)
    if (request.routeOptions.url?.startsWith('/api')) void reply.header('cache-control', 'no-store')
    done()
  })
  fastify.addHook('onResponse', (request: FastifyRequest, reply: FastifyReply, done) => {
    const route = request.routeOptions.url ?? 'none'
    if (!isProbe(route)) {
      durations.observe({ route, status: reply.statusCode }, reply.elapsedTime / 1000)
      request.log.info({
        requestId: request.id,
        route,
        method: request.method,
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
        ...(request.caller && { accountRef: keys.logTag(request.caller.account) }),
        ...(request.machine && { party: request.machine.party }),
      })
    }
    done()
  })
}
