import 'reflect-metadata'
import helmet from '@fastify/helmet'
import { NestFactory } from '@nestjs/core'
import type { NestFastifyApplication } from '@nestjs/platform-fastify'
import type { Logger } from 'pino'
import { AppModule } from './app.module.ts'
import { Clock } from './clock.ts'
import { Config } from './config.ts'
import { Db } from './db/db.ts'
import { adapter, logger, observeRequests } from './http/application.ts'
import { NestLogger } from './http/nest-logger.ts'

/** What a browser may do with our answers; the documentation page needs styles of its own and pictures from its own data. */
const headers = {
  contentSecurityPolicy: {
    directives: {
      defaultSrc: ["'self'"],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      upgradeInsecureRequests: null,
    },
  },
}

/** Makes the server and lets it listen; every start (main, tests, benchmarks) goes through here. */
export const start = async (
  config = new Config(),
  clock = new Clock(config.businessAsOf),
  log: Logger = logger('info'),
): Promise<{ app: NestFastifyApplication; db: Db; port: number }> => {
  const app = await NestFactory.create<NestFastifyApplication>(AppModule.with(config, clock, log), adapter(log), {
    rawBody: true,
    logger: new NestLogger(log),
    abortOnError: false,
  })
  await app.register(helmet, headers)
  observeRequests(app)
  await app.listen(config.port, config.host)
  const address = app.getHttpServer().address() as { port: number }
  return { app, db: app.get(Db), port: address.port }
}
