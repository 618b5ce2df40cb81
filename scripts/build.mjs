// @ts-check
// `npm run build`: compiles every package.
import { compile, install, main } from './workspace.mjs'

await main(async () => {
  await install()
  await compile()
})
