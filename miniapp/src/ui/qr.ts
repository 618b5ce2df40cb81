/** QR codes (ISO/IEC 18004): byte mode, error correction M, versions 1 to 6, which is all that a receipt's address needs. */

/** Error correction codewords of a block, and blocks, by version. */
const BLOCKS: readonly (readonly [correction: number, blocks: number])[] = [
  [10, 1],
  [16, 1],
  [26, 1],
  [18, 2],
  [24, 2],
  [16, 4],
]
const TOTAL = [26, 44, 70, 100, 134, 172]
const LEVEL_M = 0

// the field GF(2^8) over x^8 + x^4 + x^3 + x^2 + 1
const multiply = (a: number, b: number): number => {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) {
    product = (product << 1) ^ ((product >>> 7) * 0x11d)
    product ^= ((b >>> bit) & 1) * a
  }
  return product
}
const generator = (degree: number): number[] => {
  const result: number[] = Array.from({ length: degree }, (_, at) => (at === degree - 1 ? 1 : 0))
  let root = 1
  for (let i = 0; i < degree; i++) {
    for (let j = 0; j < degree; j++) result[j] = multiply(result[j] ?? 0, root) ^ (result[j + 1] ?? 0)
    root = multiply(root, 2)
  }
  return result
}
const remainder = (data: readonly number[], divisor: readonly number[]): number[] => {
  const result = divisor.map(() => 0)
  for (const byte of data) {
    const factor = byte ^ (result.shift() ?? 0)
    result.push(0)
    divisor.forEach((coefficient, at) => {
      result[at] = (result[at] ?? 0) ^ multiply(coefficient, factor)
    })
  }
  return result
}

/** UTF-8 of a text that is already an address: one byte a character. */
const bytesOf = (text: string): number[] =>
  encodeURI(text)
    .split('')
    .map((letter) => letter.charCodeAt(0))

const codewords = (bytes: readonly number[], version: number): number[] => {
  const [correction, blocks] = BLOCKS[version - 1] ?? [0, 1]
  const capacity = (TOTAL[version - 1] ?? 0) - correction * blocks
  const bits: number[] = []
  const put = (value: number, length: number): void => {
    for (let at = length - 1; at >= 0; at--) bits.push((value >>> at) & 1)
  }
  put(4, 4)
  put(bytes.length, 8)
  for (const byte of bytes) put(byte, 8)
  put(0, Math.min(4, capacity * 8 - bits.length))
  while (bits.length % 8 !== 0) bits.push(0)
  const data: number[] = []
  for (let at = 0; at < bits.length; at += 8) data.push(bits.slice(at, at + 8).reduce((byte, bit) => byte * 2 + bit, 0))
  for (let pad = 0xec; data.length < capacity; pad ^= 0xec ^ 0x11) data.push(pad)
  const divisor = generator(correction)
  const short = Math.floor(capacity / blocks)
  const parts: number[][] = []
  for (let block = 0, at = 0; block < blocks; block++) {
    const length = short + (block < blocks - (capacity % blocks) ? 0 : 1)
    parts.push(data.slice(at, at + length))
    at += length
  }
  const corrections = parts.map((part) => remainder(part, divisor))
  const interleaved = (lists: readonly number[][]): number[] => {
    const longest = Math.max(...lists.map((list) => list.length))
    return Array.from({ length: longest }, (_, at) => lists.flatMap((list) => list[at] ?? [])).reduce((all, some) => all.concat(some), [])
  }
  return interleaved(parts).concat(interleaved(corrections))
}

type Grid = (boolean | undefined)[][]

/** The patterns that are the same in every code of a size; undefined where data goes. */
const frame = (version: number): Grid => {
  const size = version * 4 + 17
  const grid: Grid = Array.from({ length: size }, () => Array.from({ length: size }, (): boolean | undefined => undefined))
  const set = (x: number, y: number, dark: boolean): void => {
    const row = grid[y]
    if (row && x >= 0 && x < size) row[x] = dark
  }
  for (let i = 0; i < size; i++) {
    set(6, i, i % 2 === 0)
    set(i, 6, i % 2 === 0)
  }
  const square = (cx: number, cy: number, radius: number, light: number): void => {
    for (let dy = -radius; dy <= radius; dy++)
      for (let dx = -radius; dx <= radius; dx++) {
        const distance = Math.max(Math.abs(dx), Math.abs(dy))
        set(cx + dx, cy + dy, distance !== light && distance !== 4)
      }
  }
  for (const [x, y] of [
    [3, 3],
    [size - 4, 3],
    [3, size - 4],
  ] as const)
    square(x, y, 4, 2)
  if (version > 1) square(size - 7, size - 7, 2, 1)
  return grid
}

/** Level and mask, with their own error correction, beside the corners. */
const putFormat = (grid: Grid, mask: number): void => {
  const size = grid.length
  const data = (LEVEL_M << 3) | mask
  let rest = data
  for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >>> 9) * 0x537)
  const bits = ((data << 10) | rest) ^ 0x5412
  const dark = (i: number): boolean => ((bits >>> i) & 1) !== 0
  const set = (x: number, y: number, value: boolean): void => {
    const row = grid[y]
    if (row) row[x] = value
  }
  for (let i = 0; i <= 5; i++) set(8, i, dark(i))
  set(8, 7, dark(6))
  set(8, 8, dark(7))
  set(7, 8, dark(8))
  for (let i = 9; i < 15; i++) set(14 - i, 8, dark(i))
  for (let i = 0; i < 8; i++) set(size - 1 - i, 8, dark(i))
  for (let i = 8; i < 15; i++) set(8, size - 15 + i, dark(i))
  set(8, size - 8, true)
}

/** Rows of modules, true is dark. One mask is enough: (x + y) mod 2 is legal for every code, the choice among masks only helps poor cameras. */
export const qrModules = (text: string): boolean[][] => {
  const bytes = bytesOf(text)
  const version = BLOCKS.findIndex(([correction, blocks], at) => bytes.length + 2 <= (TOTAL[at] ?? 0) - correction * blocks) + 1
  if (version === 0) throw new RangeError('too long for a QR code of version 6')
  const grid = frame(version)
  const size = grid.length
  putFormat(grid, 0) // reserves its place
  const data = codewords(bytes, version)
  let at = 0
  for (let right = size - 1; right >= 1; right -= 2) {
    if (right === 6) right = 5
    for (let step = 0; step < size; step++)
      for (const x of [right, right - 1]) {
        const y = ((right + 1) & 2) === 0 ? size - 1 - step : step
        const row = grid[y]
        if (!row || row[x] !== undefined) continue
        const bit = at < data.length * 8 && (((data[at >>> 3] ?? 0) >>> (7 - (at & 7))) & 1) === 1
        at++
        row[x] = bit !== ((x + y) % 2 === 0)
      }
  }
  return grid.map((row) => row.map((dark) => dark === true))
}

const MARGIN = 2
/** The code as an image in an address, dark runs as one path. */
export const qrImage = (text: string): string => {
  const modules = qrModules(text)
  const path = modules
    .map((row, y) => {
      let runs = ''
      for (let x = 0; x < row.length; x++) {
        if (row[x] !== true) continue
        let end = x
        while (row[end + 1] === true) end++
        runs += `M${x + MARGIN} ${y + MARGIN}h${end - x + 1}v1h-${end - x + 1}z`
        x = end
      }
      return runs
    })
    .join('')
  const side = modules.length + 2 * MARGIN
  return `data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 ${side} ${side}' shape-rendering='crispEdges'%3E%3Cpath d='${path}'/%3E%3C/svg%3E`
}
