import type { ConfiguredServer } from '../../kernel/inventory.ts'
import { type EntryAddress, isThisMachine } from './addresses.ts'
import { isBridge } from './authentication.ts'
import type { ContainerRun } from './command/oci.ts'
import type { ServerPackage } from './command/package.ts'
import { type Evidence, evidence } from './evidence.ts'

/**
 * What protects the way to a server. `pipe`: it does not leave the machine. `clear`: anybody on the way reads and
 * changes it. `clear_here`: unprotected, to this machine. `unknown`: the address cannot be read.
 */
export interface LinkSecurity {
  readonly kind: 'pipe' | 'tls' | 'clear' | 'clear_here' | 'unknown'
  readonly evidence: readonly Evidence[]
}

/** Where a server connects to, as far as can be known. */
export interface Destinations {
  /** Whether it can connect to nothing else. */
  readonly known: boolean
  readonly hosts: readonly string[]
  readonly evidence: readonly Evidence[]
}

export interface Around {
  readonly entry: ConfiguredServer
  readonly addresses: readonly EntryAddress[]
  readonly container?: ContainerRun
  readonly package?: ServerPackage
}

export function linkOf({ entry, addresses, package: found }: Around): LinkSecurity {
  if (entry.transport.kind === 'stdio' && !isBridge(found)) return { kind: 'pipe', evidence: [] }
  const web = addresses.filter(({ scheme }) => /^(?:https?|wss?)$/.test(scheme))
  const worst = web.toSorted((a, b) => RANK.indexOf(linkTo(a)) - RANK.indexOf(linkTo(b)))[0]
  if (worst === undefined) return { kind: 'unknown', evidence: [] }
  return { kind: linkTo(worst), evidence: [shown(worst)] }
}

const RANK: readonly LinkSecurity['kind'][] = ['clear', 'unknown', 'clear_here', 'tls']

function linkTo({ scheme, host }: EntryAddress): LinkSecurity['kind'] {
  if (scheme === 'https' || scheme === 'wss') return 'tls'
  if (host === undefined) return 'unknown'
  return isThisMachine(host) ? 'clear_here' : 'clear'
}

function shown({ at, scheme, host = '…' }: EntryAddress): Evidence {
  return evidence(at, `${scheme}://${host}`)
}

export function destinationsOf({ entry, addresses, container }: Around): Destinations {
  const all = addresses.filter(({ host }) => host !== undefined)
  const hosts = [...new Set(all.map(({ host = '' }) => host))]
  // What a server behind a URL does then is its own affair; a local one without a network has nowhere to go.
  const closed = entry.transport.kind === 'stdio' && container?.network === 'none'
  if (closed) return { known: true, hosts: [], evidence: [evidence('args', '--network none')] }
  return { known: false, hosts, evidence: all.map(shown) }
}
