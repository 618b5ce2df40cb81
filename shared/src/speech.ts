/** Sums and numbers as they are said aloud, and as a receipt writes them out. */

interface Numerals {
  digits: string
  units: readonly [string, string, string, string]
}
const spoken: Numerals = { digits: '零一二三四五六七八九', units: ['', '十', '百', '千'] }
const capital: Numerals = { digits: '零壹贰叁肆伍陆柒捌玖', units: ['', '拾', '佰', '仟'] }
const GROUPS = ['', '万', '亿', '万亿']

/** Up to four digits: 1005 → 一千零五, without zeros at either end. */
const group = (number: number, { digits, units }: Numerals): string => {
  let text = ''
  let gap = false
  for (let place = 3; place >= 0; place--) {
    const digit = Math.floor(number / 10 ** place) % 10
    if (digit === 0) gap = text !== ''
    else {
      text += `${gap ? digits.charAt(0) : ''}${digits.charAt(digit)}${units[place] ?? ''}`
      gap = false
    }
  }
  return text
}

/** A whole number: 10 0050 → 十万零五十. */
const whole = (number: number, numerals: Numerals): string => {
  if (number === 0) return numerals.digits.charAt(0)
  let text = ''
  for (let at = GROUPS.length - 1; at >= 0; at--) {
    const part = Math.floor(number / 10_000 ** at) % 10_000
    if (part === 0) continue
    const before = number >= 10_000 ** (at + 1)
    // a zero is said once where digits are missing between two groups
    const skipped = before && (part < 1000 || Math.floor(number / 10_000 ** (at + 1)) % 10 === 0)
    text += `${skipped ? numerals.digits.charAt(0) : ''}${group(part, numerals)}${GROUPS[at] ?? ''}`
  }
  return text
}

const amount = (fen: number, numerals: Numerals): string => {
  const [yuan, jiao, cent] = [Math.floor(fen / 100), Math.floor(fen / 10) % 10, fen % 10]
  if (jiao === 0 && cent === 0) return `${whole(yuan, numerals)}元整`
  const digit = (n: number): string => numerals.digits.charAt(n)
  const small = `${jiao > 0 ? `${digit(jiao)}角` : yuan > 0 ? digit(0) : ''}${cent > 0 ? `${digit(cent)}分` : ''}`
  return `${yuan > 0 ? `${whole(yuan, numerals)}元` : ''}${small}${cent === 0 ? '整' : ''}`
}

/** 342500 → 三千四百二十五元整: one unit for a screen reader, not "3, 4, 2, 5, point" (U15). */
export const speakAmount = (fen: number): string => amount(fen, spoken).replace(/^一十/, '十')
/** 342500 → 叁仟肆佰贰拾伍元整, as receipts write it (U71). */
export const capitalAmount = (fen: number): string => amount(fen, capital)
/** 901X → 尾号 9 0 1 X: a masked number, digit by digit. */
export const speakId = (lastFour: string): string => `尾号 ${lastFour.split('').join(' ')}`
