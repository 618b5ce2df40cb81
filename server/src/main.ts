import 'reflect-metadata'
import { createServer } from 'node:http'
import { NestFactory } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import { collectDefaultMetrics, register } from 'prom-client'
import { AppModule } from './app.module.ts'
import { Clock } from './clock.ts'
import { Config } from './config.ts'
import { adapter, logger, observeRequests } from './http/application.ts'
import { NestLogger } from './http/nest-logger.ts'

const config = new Config()
const clock = new Clock(config.businessAsOf)
const log = logger('info')
const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, clock, log), adapter(log), {
  rawBody: true,
  logger: new NestLogger(log),
  abortOnError: false,
})
app.enableShutdownHooks()
observeRequests(app)
collectDefaultMetrics()
await app.listen(config.port, config.host)

// metrics are for the operator's network: another port, only on loopback
const metrics = createServer((request, reply) => {
  if (request.url !== '/metrics') return void reply.writeHead(404).end()
  void register.metrics().then(
    (text) => reply.writeHead(200, { 'content-type': register.contentType }).end(text),
    () => reply.writeHead(500).end(),
  )
}).listen(config.metricsPort, '127.0.0.1')
app
  .getHttpAdapter()
  .getInstance()
  .addHook('onClose', () => void metrics.close())
log.info({ port: config.port, businessDay: config.businessAsOf ?? 'today', node: process.version }, 'ready')
