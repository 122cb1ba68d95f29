import { join } from 'node:path'
import type { ClearTextWatch, EgressRule, SandboxWatch } from '../../kernel/sandbox.ts'
import { type ListenerSpec, openListeners, wantedListeners } from './listeners.ts'
import type { Resolve } from './resolve.ts'

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
  /** Ends every connection and listener. */
  close(): Promise<void>
}

/** Opens the egress of one server. Nothing is reachable until its listeners are taken. */
export function openEgress({ rules }: EgressOptions): Egress {
  const { spec, proxyPort } = wantedListeners(rules)
  const listeners = openListeners(spec, {
    connection: (socket) => socket.destroy(),
    datagrams: () => {},
  })
  const proxy = `http://127.0.0.1:${proxyPort}`
  // loopback is the server's own
  const own = 'localhost,127.0.0.1,::1,[::1]'
  return {
    spec,
    program: join(import.meta.dirname, 'open-listeners.mjs'),
    take: (message, handle) => listeners.take(message, handle),
    env: {
      HTTP_PROXY: proxy,
      HTTPS_PROXY: proxy,
      http_proxy: proxy,
      https_proxy: proxy,
      NO_PROXY: own,
      no_proxy: own,
      NODE_USE_ENV_PROXY: '1',
    },
    resolvConf: 'nameserver 127.0.0.1\noptions timeout:2 attempts:1\n',
    close: async () => listeners.close(),
  }
}
