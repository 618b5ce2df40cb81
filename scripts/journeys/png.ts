import { crc32, deflateSync, inflateSync } from 'node:zlib'

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex')
interface Image {
  width: number
  height: number
  /** Three bytes a pixel. */
  pixels: Uint8Array
}

/** Undoes the filter of one row: each byte was written as a difference to its neighbours. */
function unfilter(kind: number, row: Uint8Array, above: Uint8Array, step: number): void {
  for (let at = 0; at < row.length; at++) {
    const left = at >= step ? row[at - step]! : 0
    const up = above[at]!
    const corner = at >= step ? above[at - step]! : 0
    const guess = left + up - corner
    const [toLeft, toUp, toCorner] = [Math.abs(guess - left), Math.abs(guess - up), Math.abs(guess - corner)]
    const nearest = toLeft <= toUp && toLeft <= toCorner ? left : toUp <= toCorner ? up : corner
    row[at] = (row[at]! + [0, left, up, (left + up) >> 1, nearest][kind]!) & 255
  }
}

/** Reads a picture as Chromium writes it: eight bits a channel, with or without alpha, not interlaced. */
export function readPng(file: Buffer): Image {
  let [width, height, channels] = [0, 0, 3]
  const data: Buffer[] = []
  for (let at = SIGNATURE.length; at < file.length; at += 12 + file.readUInt32BE(at)) {
    const body = file.subarray(at + 8, at + 8 + file.readUInt32BE(at))
    const name = file.toString('latin1', at + 4, at + 8)
    if (name === 'IHDR') {
      ;[width, height] = [body.readUInt32BE(0), body.readUInt32BE(4)]
      if (body[8] !== 8 || (body[9] !== 2 && body[9] !== 6) || body[12] !== 0) throw new Error('this kind of PNG is not read')
      channels = body[9] === 6 ? 4 : 3
    } else if (name === 'IDAT') data.push(body)
  }
  const raw = inflateSync(Buffer.concat(data))
  const pixels = new Uint8Array(width * height * 3)
  let above = new Uint8Array(width * channels)
  for (let y = 0; y < height; y++) {
    const begin = y * (width * channels + 1)
    const row = new Uint8Array(raw.subarray(begin + 1, begin + 1 + width * channels))
    unfilter(raw[begin]!, row, above, channels)
    for (let x = 0; x < width; x++) pixels.set(row.subarray(x * channels, x * channels + 3), (y * width + x) * 3)
    above = row
  }
  return { width, height, pixels }
}

/** The colours that a picture has most of, at most 256; close ones count as one. */
function paletteOf({ pixels }: Image): Uint8Array {
  const counted = new Map<number, { count: number; colour: [number, number, number] }>()
  for (let at = 0; at < pixels.length; at += 3) {
    const colour: [number, number, number] = [pixels[at]!, pixels[at + 1]!, pixels[at + 2]!]
    const key = ((colour[0] >> 3) << 10) | ((colour[1] >> 3) << 5) | (colour[2] >> 3)
    const entry = counted.get(key)
    if (entry) entry.count++
    else counted.set(key, { count: 1, colour })
  }
  const most = [...counted.values()].toSorted((a, b) => b.count - a.count).slice(0, 256)
  return Uint8Array.from(most.flatMap(({ colour }) => colour))
}

const chunk = (name: string, body: Uint8Array): Buffer => {
  const content = Buffer.concat([Buffer.from(name, 'latin1'), body])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  check.writeUInt32BE(crc32(content))
  return Buffer.concat([length, content, check])
}

/** Writes a picture with at most 256 colours: a screen of flat colours takes a third of the bytes that way. */
export function writePng(image: Image): Buffer {
  const { width, height, pixels } = image
  const palette = paletteOf(image)
  const known = new Map<number, number>()
  const nearest = (red: number, green: number, blue: number): number => {
    const key = (red << 16) | (green << 8) | blue
    const found = known.get(key)
    if (found !== undefined) return found
    let [best, least] = [0, Infinity]
    for (let at = 0; at < palette.length; at += 3) {
      const far = (palette[at]! - red) ** 2 + (palette[at + 1]! - green) ** 2 + (palette[at + 2]! - blue) ** 2
      if (far < least) [best, least] = [at / 3, far]
    }
    known.set(key, best)
    return best
  }
  const raw = new Uint8Array(height * (width + 1))
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const at = (y * width + x) * 3
      raw[y * (width + 1) + 1 + x] = nearest(pixels[at]!, pixels[at + 1]!, pixels[at + 2]!)
    }
  const header = Buffer.alloc(13)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  header.set([8, 3, 0, 0, 0], 8)
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', palette),
    chunk('IDAT', deflateSync(raw, { level: 9 })),
    chunk('IEND', new Uint8Array()),
  ])
}
