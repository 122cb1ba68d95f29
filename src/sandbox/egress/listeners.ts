import { Socket as DatagramSocket } from 'node:dgram'
import { createServer, Server, type Socket } from 'node:net'
import { GatewayError } from '../../kernel/errors.ts'
import type { EgressRule } from '../../kernel/sandbox.ts'

/** Where to listen. */
interface Place {
  readonly host: string
  readonly port: number
}

/** What is to be opened inside the network namespace of a server, before it starts. */
export interface ListenerSpec {
  readonly tcp: readonly Place[]
  readonly udp: readonly Place[]
}

const LOOPBACK = '127.0.0.1'
const DNS_PORT = 53
/** Where proxies are expected; the next one that no rule speaks of is taken. */
const PROXY_PORT = 3128

/** The proxy and the name server on loopback, and every allowed port for those who know of no proxy. */
export function wantedListeners(rules: readonly EgressRule[]): {
  readonly spec: ListenerSpec
  readonly proxyPort: number
} {
  const ports = [...new Set(rules.flatMap((rule) => rule.ports))].sort((a, b) => a - b)
  let proxyPort = PROXY_PORT
  while (ports.includes(proxyPort)) proxyPort += 1
  const direct = ports.map((port) => ({ host: '0.0.0.0', port }))
  return {
    spec: {
      tcp: [{ host: LOOPBACK, port: proxyPort }, ...direct],
      udp: [{ host: LOOPBACK, port: DNS_PORT }],
    },
    proxyPort,
  }
}

/** What becomes of what arrives. */
export interface Arrivals {
  readonly connection: (socket: Socket, port: number) => void
  readonly datagrams: (socket: DatagramSocket) => void
}

/** Listeners that were opened elsewhere and are served here. */
export interface Listeners {
  /**
   * Takes one message of the listener program.
   *
   * @returns `done` with the last one: all that was wanted is open.
   * @throws GatewayError `sandbox_unavailable` for anything but what was asked for; nothing is served then.
   */
  take(message: unknown, handle: unknown): 'more' | 'done'
  close(): void
}

export function openListeners(spec: ListenerSpec, arrivals: Arrivals): Listeners {
  const missing = new Set([...spec.tcp.map(keyOf('tcp')), ...spec.udp.map(keyOf('udp'))])
  const open: { close(): void }[] = []
  const close = (): void => {
    missing.clear()
    for (const each of open.splice(0)) closeQuietly(each)
  }
  const serve = (port: number, handle: unknown): void => {
    if (handle instanceof Server) {
      // its own would end a connection when one side is done
      const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) =>
        arrivals.connection(socket, port),
      )
      server.on('error', () => {})
      server.listen(handle)
      open.push(server)
    } else if (handle instanceof DatagramSocket) {
      handle.on('error', () => {})
      open.push(handle)
      arrivals.datagrams(handle)
    }
  }
  return {
    take(message, handle) {
      const { opened, port, failed } = wordsOf(message)
      if (opened === 'all' && missing.size === 0 && open.length > 0) return 'done'
      if (!isKind(opened, handle) || !missing.delete(`${opened}:${port}`)) {
        close()
        if (isClosable(handle)) closeQuietly(handle)
        throw notOpened(failed)
      }
      serve(Number(port), handle)
      return 'more'
    },
    close,
  }
}

function keyOf(kind: 'tcp' | 'udp'): (place: Place) => string {
  return ({ port }) => `${kind}:${port}`
}

function wordsOf(message: unknown): Readonly<Record<string, unknown>> {
  return typeof message === 'object' && message !== null ? { ...message } : {}
}

function isKind(opened: unknown, handle: unknown): boolean {
  if (opened === 'tcp') return handle instanceof Server
  return opened === 'udp' && handle instanceof DatagramSocket
}

function isClosable(handle: unknown): handle is { close(): void } {
  return handle instanceof Server || handle instanceof DatagramSocket
}

function closeQuietly(each: { close(): void }): void {
  try {
    each.close()
  } catch {
    // closed already
  }
}

function notOpened(failed: unknown): GatewayError {
  const why = typeof failed === 'string' ? failed.slice(0, 100) : 'an answer that was not asked for'
  return new GatewayError('sandbox_unavailable', 'the network of the server could not be set up', {
    detail: `opening its listeners: ${why}`,
    data: { reason: 'launch_failed', fix: 'look at what else is in force with `bailiwick doctor`' },
  })
}
