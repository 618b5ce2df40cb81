import { readFileSync } from 'node:fs'

/** The only reader of the environment. Every setting has its name, its meaning and, where it is safe, a default. */
export class Config {
  readonly production: boolean
  readonly databaseUrl: string
  /** API port, on 127.0.0.1 unless HOST says otherwise: a proxy stands before it. */
  readonly port: number
  readonly host: string
  /** Metrics are for the operator's network only. */
  readonly metricsPort: number
  /** What providers call back: https in production, no path. */
  readonly publicUrl: string
  /** Key-encryption key, 32 bytes. `demo` keys are refused in production. */
  readonly kek: { demo: boolean; key: Buffer }
  /** Whether the stand-ins for WeChat and Alipay are in use. */
  readonly sandbox: boolean
  /** The day (or moment) as of which rules are judged; undefined: now. Refused in production. */
  readonly businessAsOf: string | undefined
  readonly wechat: {
    apiBase: string
    payBases: readonly string[]
    appid: string
    secret: string
    mchid: string
    merchantSerial: string
    merchantKey: string
    apiV3Key: string
    /** Platform certificates by serial and public keys by id, PEM: both kinds are accepted at once while a merchant moves from one to the other. */
    platformKeys: Readonly<Record<string, string>>
  }
  readonly alipay: { base: string; appId: string; sellerId: string; appKey: string; publicKey: string }

  constructor(env: Readonly<Record<string, string | undefined>> = process.env) {
    const optional = (name: string, otherwise: string): string => env[name] ?? otherwise
    const required = (name: string): string => {
      const value = env[name]
      if (!value) throw new Error(`${name} is not set; \`npm start\` sets everything for a private instance`)
      return value
    }
    const file = (name: string): string => readFileSync(required(name), 'utf8')
    this.production = env['NODE_ENV'] === 'production'
    this.databaseUrl = required('DATABASE_URL')
    this.port = Number(optional('PORT', '8080'))
    this.host = optional('HOST', '127.0.0.1')
    this.metricsPort = Number(optional('METRICS_PORT', '9090'))
    this.publicUrl = required('PUBLIC_URL')
    this.sandbox = env['SANDBOX'] === '1'
    this.businessAsOf = env['BUSINESS_AS_OF']
    const [, demo, hex] = /^shebao-kek:(demo:)?([0-9a-f]{64})\s*$/.exec(file('KEK_FILE')) ?? []
    if (!hex) throw new Error('KEK_FILE must hold one line: shebao-kek:<64 hex digits>')
    this.kek = { demo: demo !== undefined, key: Buffer.from(hex, 'hex') }
    this.wechat = {
      apiBase: optional('WECHAT_API_BASE', 'https://api.weixin.qq.com'),
      payBases: optional('WECHAT_PAY_BASE', 'https://api.mch.weixin.qq.com,https://api2.mch.weixin.qq.com').split(','),
      appid: required('WECHAT_APPID'),
      secret: required('WECHAT_SECRET'),
      mchid: required('WECHAT_MCHID'),
      merchantSerial: required('WECHAT_MERCHANT_SERIAL'),
      merchantKey: file('WECHAT_MERCHANT_KEY_FILE'),
      apiV3Key: required('WECHAT_API_V3_KEY'),
      platformKeys: JSON.parse(file('WECHAT_PLATFORM_KEYS_FILE')) as Record<string, string>,
    }
    this.alipay = {
      base: optional('ALIPAY_BASE', 'https://openapi.alipay.com'),
      appId: required('ALIPAY_APP_ID'),
      sellerId: required('ALIPAY_SELLER_ID'),
      appKey: file('ALIPAY_APP_KEY_FILE'),
      publicKey: file('ALIPAY_PUBLIC_KEY_FILE'),
    }
    const unsafe = [
      this.sandbox && 'SANDBOX is on',
      this.businessAsOf && 'BUSINESS_AS_OF shifts the business clock',
      this.kek.demo && 'KEK_FILE holds a demonstration key',
    ].filter(Boolean)
    if (this.production && unsafe.length > 0) throw new Error(`refused in production: ${unsafe.join('; ')}`)
  }
}
