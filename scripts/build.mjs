// @ts-check
// `npm run build`: compiles every package, then builds the mini-program for its three targets; see scripts/bundle.
// With targets, `npm run build -- weapp h5`, only those, and of the packages only what builds them: bundles are made from source.
import { all, compile, install, main, script, step } from './workspace.mjs'

const chosen = process.argv.slice(2)
const isPart = chosen.some((argument) => !argument.startsWith('-'))
const bundle = script('scripts/dist/bundle/main.js', ...chosen)

await main(async () => {
  await install()
  await compile('scripts')
  await all(step('bundles', bundle, { loud: true }), ...(isPart ? [] : [compile()]))
})
