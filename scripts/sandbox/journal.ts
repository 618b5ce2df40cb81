import { closeSync, existsSync, mkdirSync, openSync, readFileSync, truncateSync, writeSync } from 'node:fs'
import path from 'node:path'

type Line = { table: string; key: string; value: unknown }

/** Rows by key, in the order of their first appearance. A row is replaced, never changed in place: only `put` is remembered. */
export class Table<Row> {
  readonly #rows: Map<string, Row>
  readonly #write: (key: string, value: Row | null) => void

  constructor(rows: Map<string, Row>, write: (key: string, value: Row | null) => void) {
    this.#rows = rows
    this.#write = write
  }

  get(key: string): Row | undefined {
    return this.#rows.get(key)
  }

  all(): Row[] {
    return [...this.#rows.values()]
  }

  put(key: string, row: Row): Row {
    this.#write(key, row)
    this.#rows.set(key, row)
    return row
  }

  remove(key: string): void {
    if (!this.#rows.has(key)) return
    this.#write(key, null)
    this.#rows.delete(key)
  }
}

/**
 * An append-only file of row versions, replayed at the start, so that the vendor remembers orders when it is killed and started again.
 * A line is written before the answer leaves; a line torn by a kill is cut off, as its answer cannot have left.
 */
export class Journal {
  readonly #tables = new Map<string, Map<string, unknown>>()
  readonly #descriptor: number

  constructor(file: string) {
    mkdirSync(path.dirname(file), { recursive: true })
    if (existsSync(file)) this.#replay(file)
    this.#descriptor = openSync(file, 'a', 0o600)
  }

  table<Row>(name: string): Table<Row> {
    const rows = this.#rows(name) as Map<string, Row>
    return new Table(rows, (key, value) => {
      writeSync(this.#descriptor, `${JSON.stringify({ table: name, key, value } satisfies Line)}\n`)
    })
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #rows(name: string): Map<string, unknown> {
    const known = this.#tables.get(name)
    if (known) return known
    const rows = new Map<string, unknown>()
    this.#tables.set(name, rows)
    return rows
  }

  #replay(file: string): void {
    const bytes = readFileSync(file)
    const end = bytes.lastIndexOf('\n') + 1
    if (end < bytes.length) truncateSync(file, end)
    for (const text of bytes.subarray(0, end).toString('utf8').split('\n')) {
      if (text === '') continue
      const { table, key, value } = JSON.parse(text) as Line
      if (value === null) this.#rows(table).delete(key)
      else this.#rows(table).set(key, value)
    }
  }
}
