import { Catch, HttpException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common'
import { refuse, treatments, type Refusal } from '@shebao/shared/refusal'
import { speak } from '@shebao/shared/texts'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { isUnreachable } from '../db/db.ts'
import { faultText } from './fault.ts'
import { Refused } from './refused.ts'

/** What Nest and Fastify say by status, and the word for it in our contract. */
const words = new Map<number, Refusal>([
  [400, refuse('malformed', { field: 'body', why: '内容无法读取' })],
  [404, refuse('no_such_path')],
  [405, refuse('no_such_path')],
  [413, refuse('too_large')],
  [415, refuse('malformed', { field: 'content-type', why: '只收 application/json' })],
])
const statusOf = (error: unknown): number => {
  if (error instanceof HttpException) return error.getStatus()
  return error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500 // Fastify's own errors
}

/** Every answer that is not 2xx has the shape of a refusal. What nobody foresaw is a fault: logged with its stack, never told. */
@Catch()
export class RefusedFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp()
    const request = http.getRequest<FastifyRequest>()
    let refusal = error instanceof Refused ? error.refusal : words.get(statusOf(error))
    if (!refusal && isUnreachable(error)) {
      request.log.warn({ requestId: request.id, code: (error as { code?: string }).code }, 'database out of reach')
      refusal = refuse('unavailable')
    }
    if (!refusal) request.log.error({ requestId: request.id, stack: faultText(error) }, 'fault')
    refusal ??= refuse('fault', { requestId: request.id })
    const { status } = treatments[refusal.code]
    const reply = http.getResponse<FastifyReply>()
    if (status === 503) void reply.header('retry-after', '5')
    // a handler that answers text (Alipay wants the word "success") has set its type before it failed
    void reply.status(status).type('application/json; charset=utf-8').send(speak(refusal))
  }
}
