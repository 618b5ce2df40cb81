import { parseArgs } from 'node:util'
import { openSandbox } from './server.ts'

const help = `Stand-ins of WeChat, WeChat Pay and Alipay, on 127.0.0.1 only.

  node scripts/dist/sandbox/main.js [options]

  --port N             port to listen on (8090; 0 takes a free one)
  --folder PATH        where keys and orders are kept (.data/sandbox)
  --clock-offset-ms N  how far the vendors' clock is ahead of ours (0)
  --time-scale N       by how much waiting times, such as between notifications, are shortened (1)
  --help               this text
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8090' },
      folder: { type: 'string', default: '.data/sandbox' },
      'clock-offset-ms': { type: 'string', default: '0' },
      'time-scale': { type: 'string', default: '1' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const number = (name: 'port' | 'clock-offset-ms' | 'time-scale') => {
    const value = Number(values[name])
    if (!Number.isFinite(value)) throw new Error(`--${name} is a number`)
    return value
  }
  const sandbox = await openSandbox({
    port: number('port'),
    folder: values.folder,
    clockOffsetMs: number('clock-offset-ms'),
    timeScale: number('time-scale'),
  })
  console.log(`payment sandbox on ${sandbox.url}, kept in ${values.folder}`)
  let closing = false
  const stop = () => {
    if (closing) return
    closing = true
    void sandbox.close()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
