import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A TCP proxy in front of the database or of the stand-ins: it keeps what was sent, and it can fail as networks do. */
export interface Proxy {
  port: number
  /** Everything that clients sent, as latin1 text, so that exact bytes are found in it. */
  sent: () => string
  /** pass: works. silent: nothing is passed on in either direction, and nothing is refused. cut: connections are reset, new ones too. */
  be: (mode: 'pass' | 'silent' | 'cut') => void
  close: () => Promise<void>
}

export const openProxy = async (host: string, port: number): Promise<Proxy> => {
  const sockets = new Set<Socket>()
  const sent: Buffer[] = []
  let mode: 'pass' | 'silent' | 'cut' = 'pass'
  const keep = (socket: Socket): Socket => {
    sockets.add(socket)
    return socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy())
  }
  const pass = (from: Socket, to: Socket, seen?: (bytes: Buffer) => void): void => {
    from.on('data', (bytes: Buffer) => {
      if (mode !== 'pass') return // lost on the way, as the peer of a dead link would lose it
      seen?.(bytes)
      to.write(bytes)
    })
    from.on('close', () => to.destroy())
  }
  const server = createServer((client) => {
    keep(client)
    if (mode === 'cut') return void client.resetAndDestroy()
    const target = keep(connect(port, host))
    pass(client, target, (bytes) => void sent.push(bytes))
    pass(target, client)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => Buffer.concat(sent).toString('latin1'),
    be: (next) => {
      mode = next
      if (next === 'cut') for (const socket of sockets) socket.resetAndDestroy()
    },
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}
