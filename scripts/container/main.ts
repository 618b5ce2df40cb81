import path from 'node:path'
import { parseArgs } from 'node:util'
import { openContainer } from './server.ts'

const help = `Runs the built mini-programs in a browser, on 127.0.0.1 only: WeChat and Alipay side by side.
Their code is the code that would be uploaded; login, face check and cashier are those of the stand-ins.

  node scripts/dist/container/main.js [options]

  --port N        port to listen on (8070; 0 takes a free one)
  --server URL    the API server (http://127.0.0.1:8080)
  --sandbox URL   the stand-ins for WeChat and Alipay (http://127.0.0.1:8090)
  --dist PATH     folder with weapp, alipay and h5, as npm run build writes it (miniapp/dist)
  --help          this text

One host alone: /weapp?user=ID&font=23, where ID is a user of the stand-ins and font the size of text set in the host.
`

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      port: { type: 'string', default: '8070' },
      server: { type: 'string', default: 'http://127.0.0.1:8080' },
      sandbox: { type: 'string', default: 'http://127.0.0.1:8090' },
      dist: { type: 'string', default: path.resolve(import.meta.dirname, '../../../miniapp/dist') },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return void process.stdout.write(help)
  const port = Number(values.port)
  if (!Number.isInteger(port)) throw new Error('--port is a number')
  const { server, sandbox, dist } = values
  const container = await openContainer({ port, server, sandbox, dist, say: console.log })
  console.log(`mini-programs on ${container.url}`)
  const stop = () => void container.close()
  process.once('SIGTERM', stop)
  process.once('SIGINT', stop)
}

await main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
})
