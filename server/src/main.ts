import 'reflect-metadata'
import { createServer } from 'node:http'
import { collectDefaultMetrics, register } from 'prom-client'
import { start } from './application.ts'
import { Config } from './config.ts'
import { logger } from './http/application.ts'
import { Clock } from './clock.ts'

const config = new Config()
const log = logger('info')
collectDefaultMetrics()
const { app, port } = await start(config, new Clock(config.businessAsOf), log)
app.enableShutdownHooks()

// metrics are for the operator's network: another port, only on loopback
createServer((request, reply) => {
  if (request.url !== '/metrics') return void reply.writeHead(404).end()
  void register.metrics().then(
    (text) => reply.writeHead(200, { 'content-type': register.contentType }).end(text),
    () => reply.writeHead(500).end(),
  )
})
  .listen(config.metricsPort, '127.0.0.1')
  .unref() // it ends with the server
log.info({ port, businessDay: config.businessAsOf ?? 'today', node: process.version }, 'ready')
