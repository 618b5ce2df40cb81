import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { openSync } from 'node:fs'
import path from 'node:path'

/** A statement as the product sent it, to be sent again. `transaction` numbers the transaction it stood in; 0 is none. */
export interface Recorded {
  sql: string
  parameters: unknown[]
  prepared: boolean
  transaction: number
}
/** The requests that are compared, by the name that both sides know them by. */
export type Step = 'lookup' | 'order' | 'pay' | 'notify'
/** What one request led to: `step` and the number of the person. */
export type Script = Record<string, Recorded[]>

/** What the parent says to a server under measurement, and what it answers. */
export type Say = { say: 'record'; as: string } | { say: 'script' } | { say: 'cpu' }
export type Answer = { ready: number } | { done: true } | { script: Script } | { cpuMs: number; rssMb: number }

/** A server in a process of its own, so that its CPU is its own. */
export class Part {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(file: string, env: Record<string, string>): Promise<Part> {
    const child = fork(path.join(import.meta.dirname, file), {
      env: { ...process.env, ...env },
      serialization: 'advanced',
      stdio: ['ignore', openSync(env['BENCH_LOG'] ?? '/dev/null', 'a'), 'inherit', 'ipc'],
    })
    const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`${file} ended with ${code}`)))
    const [answer] = (await Promise.race([once(child, 'message'), ended])) as [{ ready: number }]
    ended.catch(() => {})
    return new Part(child, answer.ready)
  }

  private async ask(say: Say): Promise<Answer> {
    const answered = once(this.child, 'message')
    this.child.send(say)
    return ((await answered) as [Answer])[0]
  }
  /** From now on, statements belong to this request. */
  async record(as: string): Promise<void> {
    await this.ask({ say: 'record', as })
  }
  async script(): Promise<Script> {
    return ((await this.ask({ say: 'script' })) as { script: Script }).script
  }
  /** CPU time spent so far, user and system, in milliseconds. */
  async cpu(): Promise<number> {
    return ((await this.ask({ say: 'cpu' })) as { cpuMs: number }).cpuMs
  }
  async stop(): Promise<void> {
    const ended = once(this.child, 'exit')
    this.child.kill('SIGTERM')
    await ended
  }
}

/** Answers the parent's questions about this process; `more` handles what only one side knows. */
export const answerParent = (more: (say: Say) => Answer): void => {
  process.on('disconnect', () => process.exit(1)) // the parent failed
  process.on('message', (say: Say) => {
    if (say.say === 'cpu') {
      const { user, system } = process.cpuUsage()
      process.send?.({ cpuMs: (user + system) / 1000, rssMb: process.memoryUsage.rss() / 1e6 } satisfies Answer)
    } else process.send?.(more(say))
  })
}
