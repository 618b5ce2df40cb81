// @ts-check
// `npm run walk`: compiles what changed, then walks a payment against the running system (see walk.ts).
import { compile, install, main, run, script } from './workspace.mjs'

await main(async () => {
  await install()
  await compile('shared', 'scripts')
  await run('walk', script('scripts/dist/walk.js', ...process.argv.slice(2)), { loud: true })
})
