import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from '@jest/globals'
import { commandLine, endLeftover } from './leftover.mjs'

const folder = mkdtempSync(path.join(tmpdir(), 'shebao-run-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs a small program that uses the module, and tells it to stop as soon as it has printed `until`. */
const play = async (name: string, body: string, until?: string): Promise<{ code: number | null; printed: string }> => {
  const file = path.join(folder, `${name}.mjs`)
  const modules = ['workspace', 'ports'].map((each) => pathToFileURL(path.join(import.meta.dirname, `${each}.mjs`)).href)
  writeFileSync(
    file,
    `import { Advice, all, main, run, step, stopping, task } from '${modules[0]}'\nimport { demandPorts } from '${modules[1]}'\nvoid [Advice, all, run, step, stopping, task, demandPorts]\nawait main(async () => {${body}})\n`,
  )
  const child = spawn(process.execPath, [file], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, npm_lifecycle_event: '' } })
  let printed = ''
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      printed += text
      if (until !== undefined && printed.includes(until)) child.kill('SIGTERM')
    })
  return { code: await new Promise((resolve) => child.once('close', resolve)), printed }
}
const node = (code: string): string => JSON.stringify([process.execPath, '-e', code])

test('a step that succeeds is one line with its time, and what it printed is not shown', async () => {
  const { code, printed } = await play('good', `await step('thing', ${node("console.log('noise')")})`)
  expect(printed).toMatch(/^✓ thing \d+(\.\d)? m?s\n$/)
  expect(code).toBe(0)
})

test('a step that fails shows what it printed, and whatever runs beside it ends first', async () => {
  const { code, printed } = await play(
    'bad',
    `try { await all(step('thing', ${node("console.log('the reason'); process.exit(3)")}), step('other', ${node('setTimeout(() => {}, 300)')})) } finally { console.log('closed') }`,
  )
  expect(printed).toMatch(/✗ thing .*\n✓ other .*\nclosed\nthe reason\n\n✗ thing failed\n$/s)
  expect(code).toBe(1)
})

test('a signal ends what was started, grandchildren too, runs finally, and the exit code is 130', async () => {
  const grandchild =
    "const { pid } = require('child_process').spawn('sleep', ['60']); console.log('up ' + pid); setInterval(() => {}, 1000)"
  const { code, printed } = await play(
    'stop',
    `try { await run('thing', ${node(grandchild)}, { loud: true }) } finally { console.log('closed') }`,
    'up ',
  )
  expect(code).toBe(130)
  expect(printed).toContain('closed')
  const pid = Number(/up (\d+)/.exec(printed)?.[1])
  expect(pid).toBeGreaterThan(0)
  expect(commandLine(pid)).not.toContain('sleep')
})

test('nothing is started any more once a signal came', async () => {
  const { code, printed } = await play(
    'late',
    `const alive = setInterval(() => {}, 1000); console.log('ready'); await new Promise((resolve) => stopping.addEventListener('abort', resolve)); clearInterval(alive); await step('thing', ${node("console.log('ran')")}, { loud: true })`,
    'ready',
  )
  expect(printed).toBe('ready\n')
  expect(code).toBe(130)
})

test('advice is shown without a stack, and a port that is taken comes with the option for another', async () => {
  const { code, printed } = await play(
    'port',
    `const { createServer } = await import('node:net'); const s = createServer().listen(0, '127.0.0.1'); await new Promise((r) => s.once('listening', r)); try { await demandPorts('npm start', { port: s.address().port }) } finally { s.close() }`,
  )
  expect(printed).toMatch(/^✗ Port \d+ is taken\. Choose another: npm start -- --port \d+\n$/)
  expect(code).toBe(1)
})

test('a leftover is ended only if its command line is the expected one', async () => {
  const child = spawn('sleep', ['61'])
  const pidFile = path.join(folder, 'pid')
  writeFileSync(pidFile, String(child.pid))
  await endLeftover(pidFile, 'another program')
  expect(commandLine(child.pid ?? 0)).toContain('sleep')
  const ended = new Promise((resolve) => child.once('exit', resolve))
  await endLeftover(pidFile, 'sleep 61')
  await ended
  expect(commandLine(child.pid ?? 0)).toBe('')
  await endLeftover(path.join(folder, 'none'), 'sleep')
})
