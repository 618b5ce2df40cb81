import { generateKeyPair, randomBytes, randomInt } from 'node:crypto'
import { link, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { promisify } from 'node:util'
import { selfSigned } from './certificate.ts'

/**
 * Both halves of every key. The product is configured with the merchant halves and the platform's public parts;
 * the stand-ins use the platform's private parts. All keys are PEM: private ones PKCS#8, public ones SPKI.
 */
export type Credentials = {
  marker: 'sandbox'
  wechat: {
    appid: string
    secret: string
    mchid: string
    apiV3Key: string
    merchantSerial: string
    merchantPrivateKey: string
    merchantPublicKey: string
    platformCertificate: { serial: string; certificate: string; privateKey: string }
    platformPublicKey: { id: string; publicKey: string; privateKey: string }
  }
  alipay: {
    appId: string
    sellerId: string
    appPrivateKey: string
    appPublicKey: string
    alipayPrivateKey: string
    alipayPublicKey: string
  }
}

const letters = (alphabet: string, length: number) => Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
const digits = (length: number) => letters('0123456789', length)

const keyPair = () =>
  promisify(generateKeyPair)('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  })

async function fresh(): Promise<Credentials> {
  const [merchant, certificate, publicKey, app, alipay] = await Promise.all([keyPair(), keyPair(), keyPair(), keyPair(), keyPair()])
  const mchid = `16${digits(8)}`
  // Back-dated by a day, so that a product whose clock is a little behind still finds it valid.
  const platform = selfSigned(
    'Sandbox WeChat Pay platform',
    certificate.publicKey,
    certificate.privateKey,
    new Date(Date.now() - 86_400_000),
  )
  return {
    marker: 'sandbox',
    wechat: {
      appid: `wx${randomBytes(8).toString('hex')}`,
      secret: randomBytes(16).toString('hex'),
      mchid,
      apiV3Key: letters('ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789', 32),
      merchantSerial: `5${randomBytes(20).toString('hex').slice(1)}`.toUpperCase(),
      merchantPrivateKey: merchant.privateKey,
      merchantPublicKey: merchant.publicKey,
      platformCertificate: { ...platform, privateKey: certificate.privateKey },
      platformPublicKey: {
        id: `PUB_KEY_ID_0${mchid}${digits(20)}`,
        publicKey: publicKey.publicKey,
        privateKey: publicKey.privateKey,
      },
    },
    alipay: {
      appId: `2021${digits(12)}`,
      sellerId: `2088${digits(12)}`,
      appPrivateKey: app.privateKey,
      appPublicKey: app.publicKey,
      alipayPrivateKey: alipay.privateKey,
      alipayPublicKey: alipay.publicKey,
    },
  }
}

async function stored(file: string): Promise<Credentials | undefined> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (text === undefined) return undefined
  const value = JSON.parse(text) as Credentials
  if (value.marker !== 'sandbox') throw new Error(`${file} does not hold sandbox credentials`)
  return value
}

/** Reads `folder/credentials.json`, or makes it (readable by its owner only) with fresh RSA-2048 keys. */
export async function credentials(folder: string): Promise<Credentials> {
  const file = path.join(folder, 'credentials.json')
  const existing = await stored(file)
  if (existing) return existing
  await mkdir(folder, { recursive: true })
  const made = await fresh()
  const draft = path.join(folder, `credentials.${process.pid}.${randomBytes(4).toString('hex')}`)
  await writeFile(draft, `${JSON.stringify(made, null, 2)}\n`, { mode: 0o600 })
  // Of two processes that start together, the first to link wins and both go on with the same keys.
  await link(draft, file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  await rm(draft)
  return (await stored(file)) ?? made
}
