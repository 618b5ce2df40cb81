import { randomBytes, sign } from 'node:crypto'

const tlv = (tag: number, ...parts: Buffer[]): Buffer => {
  const content = Buffer.concat(parts)
  const size = content.length
  const length = size < 128 ? [size] : size < 256 ? [0x81, size] : [0x82, size >> 8, size & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}
const sequence = (...parts: Buffer[]) => tlv(0x30, ...parts)
const objectId = (hex: string) => tlv(0x06, Buffer.from(hex, 'hex'))
const utcTime = (time: Date) => tlv(0x17, Buffer.from(`${time.toISOString().replace(/[-:T]/g, '').slice(2, 14)}Z`))

const commonName = objectId('550403')
const sha256WithRsa = sequence(objectId('2a864886f70d01010b'), tlv(0x05))

export type Certificate = { serial: string; certificate: string }

/**
 * A self-signed X.509 v3 certificate: the form in which WeChat Pay hands out its platform key ("平台证书"), valid for five years.
 * Written by hand because node:crypto reads certificates but does not issue them, and this one needs no extension.
 */
export function selfSigned(name: string, publicKey: string, privateKey: string, from: Date): Certificate {
  const serial = randomBytes(20)
  // A leading byte between 0x40 and 0x7f keeps the DER integer positive and the hexadecimal serial at its usual 40 digits.
  serial[0] = 0x40 | ((serial[0] ?? 0) % 64)
  const until = new Date(from)
  until.setUTCFullYear(from.getUTCFullYear() + 5)
  const subject = sequence(tlv(0x31, sequence(commonName, tlv(0x0c, Buffer.from(name)))))
  const spki = Buffer.from(publicKey.replace(/-----.*?-----|\s/g, ''), 'base64')
  const version3 = tlv(0xa0, tlv(0x02, Buffer.from([2])))
  const body = sequence(version3, tlv(0x02, serial), sha256WithRsa, subject, sequence(utcTime(from), utcTime(until)), subject, spki)
  const der = sequence(body, sha256WithRsa, tlv(0x03, Buffer.from([0]), sign('sha256', body, privateKey)))
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return {
    serial: serial.toString('hex').toUpperCase(),
    certificate: `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`,
  }
}
