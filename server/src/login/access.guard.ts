import { Injectable, type CanActivate, type ExecutionContext, type RawBodyRequest } from '@nestjs/common'
import { Reflector } from '@nestjs/core'
import { refuse } from '@shebao/shared/refusal'
import type { FastifyRequest } from 'fastify'
import { Sessions } from './session.ts'
import { Machines } from '../machine/machine.service.ts'
import { ACCESS, type Access } from '../http/endpoint.decorator.ts'
import { Refused } from '../http/refused.ts'

/** Who may call what, as the contract says. A route that does not say is closed: it answers with a fault, and its test fails. */
@Injectable()
export class AccessGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly sessions: Sessions,
    private readonly machines: Machines,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<RawBodyRequest<FastifyRequest>>()
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, [context.getHandler(), context.getClass()])
    // Nest reads forms, too: they are for notifications, whose handlers verify the raw bytes
    if (access !== 'open' && request.headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      throw new Refused(refuse('malformed', { field: 'content-type', why: '只收 application/json' }))
    switch (access) {
      case 'open':
      case 'public':
        return true
      case 'machine':
        request.machine = await this.machines.verify(request.method, request.url, request.headers, request.rawBody ?? Buffer.alloc(0))
        return true
      case 'account':
      case 'realNamed': {
        const caller = await this.sessions.find(request.headers.authorization)
        if (!caller) throw new Refused(refuse('not_logged_in'))
        if (access === 'realNamed' && !caller.realName) throw new Refused(refuse('not_real_named'))
        request.caller = caller
        return true
      }
      case undefined:
        throw new Error('a route without access: bind it with @Endpoint or mark it @Open')
    }
  }
}
