import { createHash, createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, expect, test } from '@jest/globals'
import { environment, machineKeys } from './environment.ts'
import { signed, signer } from './machine.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'shebao-keys-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const settings = { databaseUrl: 'mysql://x', folder, port: 1, metricsPort: 2, sandboxUrl: 'http://127.0.0.1:3', asOf: '2022-02-15' }

test('a message is signed over method, path, time, nonce and the digest of its exact bytes', () => {
  const publicKey = createPublicKey(readFileSync(machineKeys(folder)['pension'] ?? ''))
  const body = '{"name":"钢"}'
  const headers = signed(signer(folder, 'pension'), 'POST', '/institution/enrolments?x=1', body)
  const digest = createHash('sha256').update(Buffer.from(body)).digest('hex')
  const text = `POST\n/institution/enrolments?x=1\n${headers['x-timestamp']}\n${headers['x-nonce']}\n${digest}\n`
  expect(verify(null, Buffer.from(text), publicKey, Buffer.from(headers['x-signature'] ?? '', 'base64'))).toBe(true)
  expect(headers['x-party']).toBe('pension')
  expect(headers['x-nonce']).toMatch(/^[A-Za-z0-9_-]{16,64}$/)
  expect(Math.abs(Number(headers['x-timestamp']) - Date.now() / 1000)).toBeLessThan(5)
  expect(signed(signer(folder, 'pension'), 'POST', '/', body)['x-nonce']).not.toBe(headers['x-nonce'])
})

test('keys are made once and readable by their owner only', async () => {
  const first = await environment(settings)
  const kek = readFileSync(first['KEK_FILE'] ?? '', 'utf8')
  expect(kek).toMatch(/^shebao-kek:demo:[0-9a-f]{64}\n$/)
  const second = await environment(settings)
  expect(second).toEqual(first)
  expect(readFileSync(second['KEK_FILE'] ?? '', 'utf8')).toBe(kek)
  expect(machineKeys(folder)).toEqual(machineKeys(folder))
  const files = Object.values(first).filter((value) => value.startsWith(folder))
  expect(files).toHaveLength(5)
  for (const file of files) expect(statSync(file).mode & 0o077).toBe(0)
})
