import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer, type TLSSocket } from 'node:tls'
import { onTestFinished } from 'vitest'
import { type Dial, dialChecked } from '../dial.ts'
import { DOCUMENTS_TLS } from './documents-tls.ts'

/** A TLS listener on loopback that answers with bytes, however wrong they are. */
export interface DocumentHost {
  readonly port: number
  /** What every client sent, as it came, by connection. */
  readonly received: string[]
  /** Connections that are open now. */
  open(): number
  /** Connects to the listener whatever the addresses, and notes them in `dialled`. */
  readonly dial: Dial
  readonly dialled: (readonly string[])[]
}

/** Listens until the test ends. `answer` is called when the end of a request's head came. */
export async function documentHost(
  answer: (socket: TLSSocket, head: string) => void,
): Promise<DocumentHost> {
  const received: string[] = []
  const sockets = new Set<TLSSocket>()
  const server = createServer(DOCUMENTS_TLS, (socket) => {
    const index = received.push('') - 1
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('close', () => sockets.delete(socket))
    socket.on('data', (data) => {
      received[index] += data.toString()
      if (received[index]?.endsWith('\r\n\r\n')) answer(socket, received[index])
    })
  })
  server.on('tlsClientError', () => {})
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const dialled: (readonly string[])[] = []
  return {
    port,
    received,
    open: () => sockets.size,
    dialled,
    dial: (host, _port, addresses, signal) => {
      dialled.push(addresses)
      return dialChecked(host, port, ['127.0.0.1'], signal)
    },
  }
}

/** One whole response. */
export function response(
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' },
  status = '200 OK',
): Buffer {
  const bytes = Buffer.from(body)
  const lines = Object.entries({ 'content-length': String(bytes.length), ...headers })
  const head = [`HTTP/1.1 ${status}`, ...lines.map(([name, value]) => `${name}: ${value}`), '', '']
  return Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), bytes])
}
