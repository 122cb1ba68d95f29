import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'

/** A relay that notes all bytes on their way to a server. */
export interface Tap {
  /** The address of `/mcp` there, through the relay. */
  readonly url: string
  /** All bytes so far. */
  seen(): Buffer
  stop(): void
}

/** Opens one before the server at `target`. */
export async function tap(target: string): Promise<Tap> {
  const { port } = new URL(target)
  const chunks: Buffer[] = []
  const server = createServer((socket) => {
    const onward = connect({ host: '127.0.0.1', port: Number(port) })
    socket.on('data', (chunk: Buffer) => chunks.push(chunk))
    socket.pipe(onward).pipe(socket)
    socket.on('error', () => onward.destroy())
    onward.on('error', () => socket.destroy())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${address.port}/mcp`,
    seen: () => Buffer.concat(chunks),
    stop: () => void server.close(),
  }
}
