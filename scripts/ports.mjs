// @ts-check
// Ports on this machine: a free one, and whether those that a command wants are free, told before anything long begins.
import { createServer } from 'node:net'
import { Advice } from './workspace.mjs'

/** @param {number} port @returns {Promise<number | undefined>} */
const listened = (port) =>
  new Promise((resolve) => {
    const probe = createServer().once('error', () => resolve(undefined))
    probe.listen(port, '127.0.0.1', () => {
      const { port: got } = /** @type {import('node:net').AddressInfo} */ (probe.address())
      probe.close(() => resolve(got))
    })
  })

export const freePort = async () => (await listened(0)) ?? 0

/** Fails with the option that chooses another port. @param {string} command @param {Record<string, number>} ports port by option */
export async function demandPorts(command, ports) {
  for (const [option, port] of Object.entries(ports)) {
    if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new Advice(`--${option} is a port between 1 and 65535.`)
    if ((await listened(port)) === undefined)
      throw new Advice(`Port ${port} is taken. Choose another: ${command} -- --${option} ${port < 60_000 ? port + 1000 : port - 1000}`)
  }
}
