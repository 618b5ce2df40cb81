// @ts-check
// Pictures of every screen, from the bundles that ship.
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { parseArgs } from 'node:util'
import { openDatabase } from './database.mjs'
import { install, main, root, step } from './workspace.mjs'

const help = `node scripts/screens.mjs

Walks through the mini-program in WeChat and in Alipay, in the normal and in the elder layout, and keeps a picture of every
screen in docs/screens, with a page that shows them side by side. On the way every screen is checked: text and targets large
enough, nothing out of the page, nothing that axe finds serious.
`
const folder = path.join(root, 'docs/screens')
const forms = ['normal.weapp', 'normal.alipay', 'elder.weapp', 'elder.alipay']
const titles = ['WeChat', 'Alipay', 'WeChat, elder', 'Alipay, elder']

/** One row for each screen, in the order in which the walk came by. */
function index() {
  const taken = (/** @type {string} */ name) => statSync(path.join(folder, `${name}.${forms[0]}.png`)).mtimeMs
  const names = [...new Set(readdirSync(folder).flatMap((file) => /^(.+)\.normal\.weapp\.png$/.exec(file)?.[1] ?? []))]
  const cells = (/** @type {string} */ name) => forms.map((form) => `<img src="${name}.${form}.png" width="187">`).join(' | ')
  const rows = names.toSorted((a, b) => taken(a) - taken(b)).map((name) => `| ${name} | ${cells(name)} |`)
  const head = ['screen', ...titles]
  writeFileSync(
    path.join(folder, 'README.md'),
    `# Screens\n\nMade by \`node scripts/screens.mjs\` from the built bundles, as of 2022-05-10. All people are invented.\n\n| ${head.join(' | ')} |\n| ${head.map(() => '---').join(' | ')} |\n${rows.join('\n')}\n`,
  )
  return rows.length
}

const { values } = parseArgs({ options: { help: { type: 'boolean', short: 'h', default: false } } })
if (values.help) process.stdout.write(help)
else
  await main(async () => {
    await install()
    const database = await openDatabase('test', { durable: false })
    try {
      rmSync(folder, { recursive: true, force: true })
      const jest = ['--experimental-vm-modules', '--disable-warning=ExperimentalWarning', path.join(root, 'node_modules/jest/bin/jest.js')]
      const command = [process.execPath, ...jest, '--selectProjects', 'journeys', '--testPathPatterns', 'journeys/screens']
      await step('screens', command, { loud: true, env: { DATABASE_URL: database.url, SCREENS: folder } })
      console.log(`${index()} screens in ${path.relative(process.cwd(), folder)}`)
    } finally {
      await database.close()
    }
  })
