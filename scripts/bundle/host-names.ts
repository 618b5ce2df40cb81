import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'

const require = createRequire(import.meta.url)
const packageFile = (name: string, file: string) =>
  readFileSync(path.join(path.dirname(require.resolve(`${name}/package.json`)), file), 'utf8')
const names = (text: string, form: RegExp): string[] => [...text.matchAll(form)].map(([, name]) => name!)

export type MiniTarget = 'weapp' | 'alipay'
/** The name of the object that a host gives, and what that object has by the host's own type declarations. */
export const hosts: Record<MiniTarget, { object: 'wx' | 'my'; has: () => ReadonlySet<string> }> = {
  weapp: {
    object: 'wx',
    has: () => {
      const text = packageFile('miniprogram-api-typings', 'types/wx/lib.wx.api.d.ts')
      // what Taro's runtime keeps on the object itself
      return new Set(['webpackJsonp', ...names(text.slice(text.indexOf('interface Wx {')), /^ {8}(?:readonly )?(\w+)[<(:]/gm)])
    },
  },
  alipay: {
    object: 'my',
    has: () => {
      const text = ['lib.my.d.ts', 'lib.my.extra.d.ts'].map((file) => packageFile('@mini-types/my', `types/${file}`)).join('\n')
      // httpRequest is the old name, asked for by Taro only where canIUse says that there is no request
      return new Set(['webpackJsonp', 'taroEventCenter', 'httpRequest', ...names(text, /export (?:function|const|namespace) (\w+)/g)])
    },
  },
}
/** What Taro calls otherwise than Alipay does. */
export const taroNames: Record<MiniTarget, Readonly<Record<string, string>>> = {
  weapp: {},
  alipay: {
    login: 'getAuthCode',
    setNavigationBarTitle: 'setNavigationBar',
    setNavigationBarColor: 'setNavigationBar',
    setClipboardData: 'setClipboard',
    getClipboardData: 'getClipboard',
    scanCode: 'scan',
    showModal: 'confirm',
  },
}
/** What Taro itself brings. Its hooks begin with `use`. */
export const taroOwn = new Set([
  'getCurrentInstance',
  'getCurrentPages',
  'getApp',
  'getEnv',
  'ENV_TYPE',
  'eventCenter',
  'getRenderer',
  'options',
])
