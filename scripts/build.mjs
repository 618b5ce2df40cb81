// @ts-check
// `npm run build`: compiles every package, then builds the mini-program for its three targets; see scripts/bundle.
import { all, compile, install, main, script, step } from './workspace.mjs'

const chosen = process.argv.slice(2)
const bundle = script('scripts/dist/bundle/main.js', ...chosen)

await main(async () => {
  await install()
  // the bundles are made from source; only the code that makes them has to be compiled first
  await compile('scripts')
  await all(step('bundles', bundle, { loud: true }), compile())
})
