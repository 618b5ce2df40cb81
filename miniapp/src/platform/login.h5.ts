import { routes } from '../routes'
import { brought, visit } from './visit.h5'

/** The code that the stand-in's login page brought back; without one it is visited. */
export const hostCode = async (): Promise<string> => brought('code') ?? (await visit('/login', { host: 'wechat' }, routes.login))
export const sharedCode = (): Promise<string> => hostCode()
