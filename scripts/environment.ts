import { createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parties } from './machine.ts'
import { credentials } from './sandbox/credentials.ts'

/** What differs between a demonstration, a test and a benchmark. */
export interface Settings {
  databaseUrl: string
  /** Keys and the stand-ins' memory are kept below it; made on first use, readable by their owner only. */
  folder: string
  port: number
  metricsPort: number
  sandboxUrl: string
  /** The day, or moment, as of which rules are judged. */
  asOf: string
}

/** Writes a secret unless the file says the same already, and answers its path. */
const secret = (folder: string, name: string, text: string): string => {
  const file = path.join(folder, name)
  if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text, { mode: 0o600 })
  return file
}
/** A secret that is made once: what was sealed with it stays readable. */
const once = (folder: string, name: string, make: () => string): string =>
  existsSync(path.join(folder, name)) ? path.join(folder, name) : secret(folder, name, make())

/** The key pairs by which institutions, halls and channels sign; answers the file of each public key. */
export const machineKeys = (folder: string): Record<string, string> => {
  const keys = path.join(folder, 'keys', 'machines')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  return Object.fromEntries(
    Object.keys(parties).map((party) => {
      const file = once(keys, `${party}.pem`, () =>
        generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      )
      const publicKey = createPublicKey(readFileSync(file)).export({ format: 'pem', type: 'spki' }).toString()
      return [party, secret(keys, `${party}.public.pem`, publicKey)]
    }),
  )
}

/** Everything that the server is configured with, against the stand-ins: demonstration secrets that production refuses. */
export const environment = async ({
  databaseUrl,
  folder,
  port,
  metricsPort,
  sandboxUrl,
  asOf,
}: Settings): Promise<Record<string, string>> => {
  const keys = path.join(folder, 'keys')
  mkdirSync(keys, { recursive: true, mode: 0o700 })
  const { wechat, alipay } = await credentials(path.join(folder, 'sandbox'))
  return {
    DATABASE_URL: databaseUrl,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    PUBLIC_URL: `http://127.0.0.1:${port}`,
    KEK_FILE: once(keys, 'kek', () => `shebao-kek:demo:${randomBytes(32).toString('hex')}\n`),
    SANDBOX: '1',
    BUSINESS_AS_OF: asOf,
    WECHAT_API_BASE: `${sandboxUrl}/wechat`,
    WECHAT_PAY_BASE: `${sandboxUrl}/wechatpay`,
    WECHAT_APPID: wechat.appid,
    WECHAT_SECRET: wechat.secret,
    WECHAT_MCHID: wechat.mchid,
    WECHAT_API_V3_KEY: wechat.apiV3Key,
    WECHAT_MERCHANT_SERIAL: wechat.merchantSerial,
    WECHAT_MERCHANT_KEY_FILE: secret(keys, 'wechat-merchant.pem', wechat.merchantPrivateKey),
    WECHAT_PLATFORM_KEYS_FILE: secret(
      keys,
      'wechat-platform.json',
      JSON.stringify({
        [wechat.platformCertificate.serial]: wechat.platformCertificate.certificate,
        [wechat.platformPublicKey.id]: wechat.platformPublicKey.publicKey,
      }),
    ),
    ALIPAY_BASE: `${sandboxUrl}/alipay`,
    ALIPAY_APP_ID: alipay.appId,
    ALIPAY_SELLER_ID: alipay.sellerId,
    ALIPAY_APP_KEY_FILE: secret(keys, 'alipay-app.pem', alipay.appPrivateKey),
    ALIPAY_PUBLIC_KEY_FILE: secret(keys, 'alipay.public.pem', alipay.alipayPublicKey),
  }
}
