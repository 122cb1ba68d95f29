import type { SandboxDenial, SandboxWatch } from '../../kernel/sandbox.ts'
import { hostAndPort } from '../denials/safe-denial.ts'
import type { FileUse } from './trace.ts'

/** Different hosts, and different paths, that are remembered of one server. */
const MAX_SEEN = 2_000

/** How something became known. `server`: only by what it says itself, which proves nothing. */
export type Told = 'proxy' | 'trace' | 'server'

/** What a server reached for, and how often. */
export interface Seen {
  readonly count: number
  /** The call it was first seen in, such as `connect` or `openat`. */
  readonly call: string
  readonly told: Told
}

export interface SeenHost extends Seen {
  readonly host: string
  readonly port: number
  readonly allowed: boolean
}

export interface SeenPath extends Seen {
  readonly path: string
  readonly access: 'read' | 'write'
  /** Whether the sandbox let it. */
  readonly allowed: boolean
}

/** All that was seen of one server. Plain data. */
export interface Observation {
  readonly hosts: readonly SeenHost[]
  readonly paths: readonly SeenPath[]
  /** Local sockets it connected to, or tried to. */
  readonly sockets: readonly string[]
  /** Whether there was more than is remembered. */
  readonly cut: boolean
}

/** Remembers what one server reaches for. */
export interface Observer extends SandboxWatch {
  file(use: FileUse): void
  observation(): Observation
}

/** An observer of one server; what it is told of others it does not hear. Bounded memory. */
export function observer(server: string): Observer {
  const hosts = new Map<string, SeenHost>()
  const paths = new Map<string, SeenPath>()
  const sockets = new Set<string>()
  let cut = false
  const add = <T extends Seen>(to: Map<string, T>, key: string, seen: T, times = 1): void => {
    const known = to.get(key)
    if (known === undefined && to.size >= MAX_SEEN) cut = true
    else to.set(key, { ...(known ?? seen), count: (known?.count ?? 0) + times })
  }
  const host = (name: string, port: number, call: string, allowed: boolean): void =>
    add(hosts, `${allowed} ${name} ${port}`, {
      ...{ host: name, port, call, allowed, count: 0, told: 'proxy' },
    })
  const path = ({ path: name, access, call, allowed }: FileUse, told: Told): void =>
    add(paths, `${allowed} ${access} ${name}`, {
      path: name,
      access,
      call,
      allowed,
      count: 0,
      told,
    })
  return {
    denied(denial) {
      if (denial.server !== server) return
      const { layer, target, op } = denial
      if (layer === 'net' && NEW_HOST.has(denial.reason)) {
        const { host: name, port = 443 } = hostAndPort(target)
        host(name, port, op, false)
      } else if (layer === 'fs')
        path({ path: target, access: accessOf(denial), call: op, allowed: false }, 'server')
    },
    used(use) {
      if (use.server === server && use.layer === 'net' && use.port !== undefined)
        host(use.host, use.port, 'connect', true)
    },
    file(use) {
      if (use.access !== 'connect') path({ ...use, access: use.access }, 'trace')
      else if (sockets.size < MAX_SEEN) sockets.add(use.path)
    },
    observation: () => ({
      ...{ hosts: [...hosts.values()], paths: [...paths.values()], sockets: [...sockets], cut },
    }),
  }
}

/** Denials that a longer list would mend. The others are attacks, whatever the host. */
const NEW_HOST: ReadonlySet<string> = new Set([
  'host-not-listed',
  'port-not-listed',
  'address-not-listed',
  'network-none',
])

function accessOf({ reason }: SandboxDenial): 'read' | 'write' {
  return reason === 'read-only' ? 'write' : 'read'
}
