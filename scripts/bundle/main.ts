import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { check, kilobytes, sizeOf, type Finding } from './check.ts'
import { alone } from './lock.ts'
import { sharedSize } from './shared-size.ts'
import { distOf, inputsHash, isCurrent, targets, type Target } from './target.ts'
import { taro } from './taro.ts'

const help = `npm run build -- [targets] [options]

Compiles every package, then builds the mini-program for WeChat, Alipay and the web (weapp, alipay, h5; all by default) into
miniapp/dist, each only when something it is made from has changed, and checks what came out.

  --force   build again what has not changed
  --help    this text

  API_BASE=https://…       where the mini-programs find the server (https://shebao.example.cn)
  SANDBOX_BASE=http://…    where the web version finds the stand-ins (http://127.0.0.1:8090)
  DEMONSTRATION=0          without the strip that says that nothing is real
`
interface Built {
  target: Target
  seconds: number | undefined
  error?: string
}

async function make(target: Target, force: boolean): Promise<Built> {
  const hash = inputsHash(target, process.env)
  if (!force && isCurrent(target, hash)) return { target, seconds: undefined }
  const began = performance.now()
  try {
    await taro(target, hash, process.env)
    return { target, seconds: (performance.now() - began) / 1000 }
  } catch (error) {
    return { target, seconds: (performance.now() - began) / 1000, error: error instanceof Error ? error.message : String(error) }
  }
}

/** Two at a time: each of them keeps a core busy and takes about 700 MB. */
async function makeAll(wanted: readonly Target[], force: boolean): Promise<Built[]> {
  const [left, done]: [Target[], Built[]] = [[...wanted], []]
  const worker = async () => {
    for (let target = left.shift(); target; target = left.shift()) {
      const built = await make(target, force)
      done.push(built)
      const took = built.seconds === undefined ? 'unchanged' : `${built.seconds.toFixed(1)} s`
      console.log(`${built.error ? '✗' : '✓'} ${target} ${took}`)
    }
  }
  await Promise.all(Array.from({ length: Math.min(2, availableParallelism()) }, worker))
  return done
}

const row = (cells: string[]) => cells.map((cell, at) => cell.padEnd([8, 20][at] ?? 0)).join('')
const shown = (target: Target, { what, found, wrong }: Finding) => row([target, what, wrong.length > 0 ? `✗ ${found}` : `✓ ${found}`])

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { force: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false } },
  })
  if (values.help) return void process.stdout.write(help)
  const unknown = positionals.find((name) => !targets.includes(name as Target))
  if (unknown) throw new Error(`${unknown} is no target; there are ${targets.join(', ')}`)
  const wanted = positionals.length > 0 ? targets.filter((target) => positionals.includes(target)) : targets
  const built = await alone(() => makeAll(wanted, values.force))
  const wrong = built.flatMap(({ error }) => error ?? [])
  for (const { target } of built.filter(({ error }) => !error)) {
    if (target === 'h5') {
      console.log(row([target, 'size', `  ${kilobytes(sizeOf(distOf(target)))}`]))
      continue
    }
    for (const finding of check(target)) {
      console.log(shown(target, finding))
      wrong.push(...finding.wrong.map((reason) => `${target}: ${reason}`))
    }
  }
  console.log(row(['', 'shared, packed', `  ${kilobytes(await sharedSize())}`]))
  if (wrong.length > 0) throw new Error(wrong.join('\n'))
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
