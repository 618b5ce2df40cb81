// @ts-check
// `npm run lint`: writes .oxlintrc.json from the rules below, then lints with types.
// The rules are generated because in oxlint a later override replaces the same rule of an earlier one,
// so every folder needs the whole list of what it may not import.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'

const root = path.resolve(import.meta.dirname, '..')

/** The server's folders from the ground up: each line may use itself and the lines above it, never what stands below. */
const serverOrder = [
  ['crypto', 'db', 'host', 'http', 'jobs', 'machine', 'policy'],
  ['login', 'person'],
  ['enrolment'],
  ['tier', 'due'],
  ['order'],
  ['payment', 'ledger'],
  ['refund', 'receipt'],
  ['reconciliation'],
  ['institution', 'channel', 'office', 'payee', 'guide', 'audit', 'docs'],
]

const banned = (/** @type {string[]} */ group, /** @type {string} */ message) => ({ group, message })
const serverImports = [
  banned(
    ['**/miniapp/**', '**/shared/src/**', '**/scripts/**'],
    'the server uses shared by its package name, and nothing of the mini-program or the scripts',
  ),
]
/** @param {string} object @param {string} property @param {string} message */
const property = (object, property, message) => ({ object, property, message })
const noEnv = property('process', 'env', 'only config.ts reads the environment')
const date = (/** @type {string} */ message) => ['error', { name: 'Date', message }]

const config = {
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'promise', 'react', 'jest'],
  ignorePatterns: ['**/dist/**', '**/node_modules/**', '.data/**'],
  categories: { correctness: 'error' },
  rules: {
    'import/no-cycle': 'error',
    'no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_', ignoreRestSiblings: true }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
    'jest/no-disabled-tests': 'error',
    'jest/no-focused-tests': 'error',
  },
  overrides: [
    { files: ['**/*.test.ts', '**/*.test.tsx'], rules: { 'typescript/unbound-method': 'off' } },
    {
      files: ['shared/src/**'],
      excludeFiles: ['**/*.test.ts'],
      rules: {
        'no-restricted-globals': date('rules read no clock: take `now` as an argument'),
        'no-restricted-properties': ['error', property('Math', 'random', 'rules are deterministic')],
        'no-restricted-imports': [
          'error',
          { patterns: [banned(['*', '!valibot', '!./*', '!../*'], 'shared depends on valibot and itself')] },
        ],
      },
    },
    {
      files: ['server/src/**'],
      rules: { 'no-restricted-imports': ['error', { patterns: serverImports }] },
    },
    {
      files: ['server/src/**'],
      excludeFiles: ['server/src/config.ts', '**/*.test.ts'],
      rules: { 'no-restricted-properties': ['error', noEnv] },
    },
    {
      files: ['server/src/**'],
      excludeFiles: ['server/src/clock.ts', '**/*.test.ts'],
      rules: { 'no-restricted-globals': date('only clock.ts reads the time') },
    },
    ...serverOrder.slice(0, -1).flatMap((row, depth) => {
      const later = serverOrder.slice(depth + 1).flat()
      return row.map((folder) => ({
        files: [`server/src/${folder}/**`],
        excludeFiles: ['**/*.test.ts'],
        rules: {
          'no-restricted-imports': [
            'error',
            {
              patterns: [
                ...serverImports,
                banned(
                  later.map((name) => `**/${name}/**`),
                  `${folder} stands before what it imports here: see ARCHITECTURE.md`,
                ),
              ],
            },
          ],
        },
      }))
    }),
    {
      files: ['miniapp/src/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              banned(
                ['**/server/**', '**/shared/src/**', '**/scripts/**', 'node:*'],
                'the mini-program uses only shared, by its package name',
              ),
            ],
          },
        ],
      },
    },
    {
      files: ['miniapp/src/**'],
      excludeFiles: ['miniapp/src/call.ts', '**/*.test.ts', '**/*.test.tsx'],
      rules: { 'no-restricted-properties': ['error', property('Taro', 'request', 'only call.ts calls the server')] },
    },
    {
      files: ['scripts/sandbox/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          {
            patterns: [
              banned(['@shebao/*', '**/server/**', '**/shared/**', '**/miniapp/**'], 'the stand-ins share no code with the product'),
            ],
          },
        ],
      },
    },
  ],
}

const file = path.join(root, '.oxlintrc.json')
const text = `${JSON.stringify(config, null, 2)}\n`
if (!existsSync(file) || readFileSync(file, 'utf8') !== text) writeFileSync(file, text)
const { status } = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules/oxlint/bin/oxlint'), '--type-aware', ...process.argv.slice(2)],
  {
    cwd: root,
    stdio: 'inherit',
  },
)
process.exitCode = status ?? 1
