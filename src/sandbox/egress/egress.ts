import type { Socket } from 'node:net'
import { join } from 'node:path'
import type { ClearTextWatch, EgressRule, SandboxWatch } from '../../kernel/sandbox.ts'
import { allowlist } from './allowlist.ts'
import { type ListenerSpec, openListeners, wantedListeners } from './listeners.ts'
import { answerNames } from './name-server.ts'
import { openNames } from './names.ts'
import { EGRESS_LIMITS, type EgressLimits, type EgressParts } from './parts.ts'
import { openProxy } from './proxy.ts'
import { type EgressCounters, openReport } from './report.ts'
import type { Resolve } from './resolve.ts'

const LOOPBACK = '127.0.0.1'
const OWN = 'localhost,127.0.0.1,::1,[::1]'

/** What the egress of one server needs. */
export interface EgressOptions {
  readonly server: string
  readonly rules: readonly EgressRule[]
  readonly watch: SandboxWatch
  /** Looks at what leaves in clear text. Absent: nothing is looked for. */
  readonly clearText?: ClearTextWatch
  /** Absent: the name servers of this machine, and its hosts file for private hosts that a rule spells out. */
  readonly resolve?: Resolve
  /** Milliseconds. */
  readonly clock?: () => number
  readonly limits?: Partial<EgressLimits>
}

/** The only way out of one server: whatever arrives here was sent inside its network namespace. */
export interface Egress {
  /** What `program` is to open, as its only argument in JSON. */
  readonly spec: ListenerSpec
  /**
   * Path of a program for Node.js that runs inside the network namespace, after loopback is up and before
   * the server, may bind ports below 1024 there, and hands over what it opened by Node's IPC. It ends with
   * 0 when all was handed over. The channel must be closed before the server runs.
   */
  readonly program: string
  /**
   * Takes one message of the program, with its handle.
   *
   * @returns `done` with the last one.
   * @throws GatewayError `sandbox_unavailable` when not all could be opened; nothing is served then.
   */
  take(message: unknown, handle: unknown): 'more' | 'done'
  /** Variables that make programs use the proxy. */
  readonly env: Readonly<Record<string, string>>
  /** The `/etc/resolv.conf` of the server. */
  readonly resolvConf: string
  /** What the server did so far. */
  counters(): EgressCounters
  /** Ends every connection and listener. */
  close(): Promise<void>
}

/** Opens the egress of one server. Nothing is reachable until its listeners are taken. */
export function openEgress(options: EgressOptions): Egress {
  const { server, rules, watch, clearText, clock = Date.now } = options
  const { spec, proxyPort } = wantedListeners(rules)
  const allowed = allowlist(rules)
  const closing = new AbortController()
  const parts: EgressParts = {
    allowed,
    names: openNames(allowed),
    report: openReport(server, watch, clearText),
    resolve: options.resolve,
    limits: { ...EGRESS_LIMITS, ...options.limits },
    closing: closing.signal,
  }
  const open = new Set<Socket>()
  const listeners = openListeners(spec, {
    connection: arrivals(parts, proxyPort, open),
    datagrams: (socket) => answerNames(socket, { ...parts, clock }),
  })
  return {
    spec,
    program: join(import.meta.dirname, 'open-listeners.mjs'),
    take: (message, handle) => listeners.take(message, handle),
    env: environment(`http://${LOOPBACK}:${proxyPort}`),
    resolvConf: `nameserver ${LOOPBACK}\noptions timeout:2 attempts:1\n`,
    counters: parts.report.counters,
    async close() {
      closing.abort()
      listeners.close()
      for (const near of open) near.destroy()
    },
  }
}

/** Takes connections up to the bound, and gives them to what is behind the address they were made to. */
function arrivals(
  parts: EgressParts,
  proxyPort: number,
  open: Set<Socket>,
): (near: Socket, port: number) => void {
  const { report, limits, names, closing } = parts
  const proxy = openProxy(parts)
  return (near, port) => {
    near.on('error', () => {})
    const address = near.localAddress ?? ''
    const refuse = (reason: 'too-many-connections' | 'unknown-address'): void => {
      report.denied({ layer: 'net', op: 'connect', host: address, port, reason })
      near.destroy()
    }
    if (closing.aborted) return void near.destroy()
    if (open.size >= limits.connections) return refuse('too-many-connections')
    open.add(near)
    near.once('close', () => open.delete(near))
    if (port === proxyPort) return proxy.proxied(near)
    const host = names.name(address)
    if (host === undefined) return refuse('unknown-address')
    proxy.direct(near, { host, port })
  }
}

// Not `NODE_USE_ENV_PROXY`: Node.js starts much slower with it, and gets through by the made-up addresses.
function environment(proxy: string): Readonly<Record<string, string>> {
  return {
    HTTP_PROXY: proxy,
    HTTPS_PROXY: proxy,
    http_proxy: proxy,
    https_proxy: proxy,
    // loopback is the server's own
    NO_PROXY: OWN,
    no_proxy: OWN,
  }
}
