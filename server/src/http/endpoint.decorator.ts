import {
  applyDecorators,
  createParamDecorator,
  HttpCode,
  RequestMapping,
  RequestMethod,
  SerializeOptions,
  SetMetadata,
  type ExecutionContext,
} from '@nestjs/common'
import type { Endpoint as Contract } from '@shebao/shared/api'
import type { FastifyRequest } from 'fastify'

export type Access = Contract['access'] | 'open'
export const ACCESS = 'access'

/** Binds a method of a controller to an endpoint of the contract: path, method, who may call it, and the whitelist of its reply. */
export const Endpoint = ({ method, path, reply, access }: Contract): MethodDecorator =>
  applyDecorators(
    RequestMapping({ method: RequestMethod[method], path }),
    HttpCode(200),
    SerializeOptions({ schema: reply }),
    SetMetadata(ACCESS, access satisfies Access),
  )

/** Marks a route outside the contract that anybody may call: notifications of providers, health, documentation. */
export const Open = (): MethodDecorator & ClassDecorator => SetMetadata(ACCESS, 'open' satisfies Access)

/** Who is calling: the account of the session, put there by the guard. */
export interface Caller {
  account: string
  host: 'wechat' | 'alipay'
  /** Blind index of the host's user: finds the open id that a payment needs. */
  hostIndex: Buffer
  session: Buffer
  /** The verified identity, once there is one. */
  realName: { documentType: string; index: Buffer; sealed: Buffer } | undefined
}
/** An institution, an office or a channel that signed its message. */
export interface Machine {
  party: string
  role: 'institution' | 'office' | 'channel'
}
declare module 'fastify' {
  interface FastifyRequest {
    caller?: Caller
    machine?: Machine
  }
}

/** The calling account, in a handler whose contract asks for one. */
export const CallerOf = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<FastifyRequest>()
  if (!caller) throw new Error('a handler asks for the caller of a route that needs none')
  return caller
})
/** The calling machine, in a handler whose contract asks for one. */
export const MachineOf = createParamDecorator((_: unknown, context: ExecutionContext): Machine => {
  const { machine } = context.switchToHttp().getRequest<FastifyRequest>()
  if (!machine) throw new Error('a handler asks for the machine of a route that needs none')
  return machine
})
