import { createSocket, type Socket as DatagramSocket } from 'node:dgram'
import { Resolver } from 'node:dns/promises'
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net'
import { onTestFinished } from 'vitest'
import type { EgressRule, SandboxDenial, SandboxUse } from '../../../kernel/sandbox.ts'
import { type Egress, type EgressOptions, openEgress } from '../egress.ts'

/** An egress whose listeners are on this machine, and what it told. */
export interface Opened {
  readonly egress: Egress
  readonly proxyPort: number
  readonly dnsPort: number
  /** Where connections arrive that were made to an allowed port, on every loopback address. */
  readonly directPort: (port: number) => number
  readonly denials: SandboxDenial[]
  readonly uses: SandboxUse[]
}

/** A rule for a host that is on this machine. */
export function rule(host: string, port: number, more: Partial<EgressRule> = {}): EgressRule {
  return { host, ports: [port], proto: 'tls', allowPrivate: true, ...more }
}

/** Every name is this machine, unless the test says otherwise. */
export async function opened(
  rules: readonly EgressRule[],
  more: Partial<EgressOptions> = {},
): Promise<Opened> {
  const denials: SandboxDenial[] = []
  const uses: SandboxUse[] = []
  const egress = openEgress({
    server: 'notes',
    rules,
    watch: { denied: (denial) => denials.push(denial), used: (use) => uses.push(use) },
    resolve: async () => ['127.0.0.1'],
    ...more,
  })
  const [proxy, ...direct] = await Promise.all(
    egress.spec.tcp.map(async ({ host, port }) => ({ port, server: await listening(host) })),
  )
  const dns = await bound()
  egress.take({ opened: 'tcp', port: proxy?.port }, proxy?.server)
  for (const { port, server } of direct) egress.take({ opened: 'tcp', port }, server)
  egress.take({ opened: 'udp', port: 53 }, dns)
  egress.take({ opened: 'all' }, undefined)
  const ports = new Map(direct.map(({ port, server }) => [port, portOf(server)]))
  const proxyPort = proxy === undefined ? 0 : portOf(proxy.server)
  const dnsPort = dns.address().port
  onTestFinished(() => egress.close())
  return { egress, proxyPort, dnsPort, directPort: (port) => ports.get(port) ?? 0, denials, uses }
}

export async function listening(host: string, server: Server = createServer()): Promise<Server> {
  server.listen(0, host)
  await once(server, 'listening')
  return server
}

async function bound(): Promise<DatagramSocket> {
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return socket
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port
}

/** A host that the test serves, gone with the test. */
export async function host(server: Server): Promise<number> {
  const open = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    socket.on('error', () => {})
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  await listening('127.0.0.1', server)
  onTestFinished(() => {
    for (const socket of open) socket.destroy()
    server.close()
  })
  return portOf(server)
}

/** Sends bytes and gives back all that comes until the other side ends. */
export async function exchanged(
  port: number,
  bytes: string | Buffer,
  address = '127.0.0.1',
): Promise<string> {
  const socket = connect({ port, host: address })
  socket.on('error', () => {})
  let got = ''
  socket.on('data', (chunk) => {
    got += chunk.toString('latin1')
  })
  socket.write(bytes)
  await new Promise<void>((resolve) => {
    socket.once('close', () => resolve())
  })
  return got
}

/** A connection through `CONNECT`; the answer's first line when it was refused. */
export async function connected(proxyPort: number, target: string): Promise<Socket | string> {
  const socket = connect(proxyPort, '127.0.0.1')
  socket.on('error', () => {})
  socket.write(`CONNECT ${target} HTTP/1.1\r\nHost: ${target}\r\n\r\n`)
  const [answer] = (await once(socket, 'data')) as [Buffer]
  socket.pause()
  const text = answer.toString('latin1')
  if (text.startsWith('HTTP/1.1 200 ')) {
    socket.unshift(answer.subarray(text.indexOf('\r\n\r\n') + 4))
    return socket
  }
  socket.destroy()
  return text
}

/** Asks the name server of an egress, as a program would. */
export function resolver(dnsPort: number): Resolver {
  const asks = new Resolver({ timeout: 2_000, tries: 1 })
  asks.setServers([`127.0.0.1:${dnsPort}`])
  return asks
}
