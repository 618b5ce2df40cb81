import type { Json } from './exchange.ts'
import { Refusal } from './exchange.ts'

type Rule = { max?: number; pattern?: RegExp }

const isJson = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value)

/** The fields of a request body, refused by the vendor's own code (`PARAM_ERROR`, `ACQ.INVALID_PARAMETER`) when they do not fit. */
export class Fields {
  readonly values: Json
  readonly #code: string
  readonly #prefix: string

  constructor(values: Json, code: string, prefix = '') {
    this.values = values
    this.#code = code
    this.#prefix = prefix
  }

  static parse(body: string, code: string): Fields {
    let value: unknown
    try {
      value = JSON.parse(body === '' ? '{}' : body)
    } catch {
      throw new Refusal(400, code, '请求体不是合法的 JSON')
    }
    if (!isJson(value)) throw new Refusal(400, code, '请求体不是 JSON 对象')
    return new Fields(value, code)
  }

  refuse(name: string, why: string): Refusal {
    return new Refusal(400, this.#code, `参数错误：${this.#prefix}${name} ${why}`)
  }

  optionalText(name: string, rule: Rule = {}): string | undefined {
    const value = this.values[name]
    if (value === undefined || value === null || value === '') return undefined
    if (typeof value !== 'string') throw this.refuse(name, '应为字符串')
    if (rule.max !== undefined && Array.from(value).length > rule.max) throw this.refuse(name, `超过 ${rule.max} 个字符`)
    if (rule.pattern && !rule.pattern.test(value)) throw this.refuse(name, '格式不正确')
    return value
  }

  text(name: string, rule: Rule = {}): string {
    const value = this.optionalText(name, rule)
    if (value === undefined) throw this.refuse(name, '不能为空')
    return value
  }

  whole(name: string, min: number): number {
    const value = this.values[name]
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min) throw this.refuse(name, `应为不小于 ${min} 的整数`)
    return value
  }

  object(name: string): Fields {
    const value = this.values[name]
    if (!isJson(value)) throw this.refuse(name, '应为对象')
    return new Fields(value, this.#code, `${this.#prefix}${name}.`)
  }

  has(name: string): boolean {
    return this.values[name] !== undefined
  }
}

/** The same text for the same content, whatever the order of the keys: repeated requests are compared by it. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (!isJson(value)) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([, item]) => item !== undefined && item !== null)
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`)
    .join(',')}}`
}
