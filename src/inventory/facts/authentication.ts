import type { ConfiguredServer, PlainCredential } from '../../kernel/inventory.ts'
import type { ServerPackage } from './command/package.ts'
import { type Evidence, evidence } from './evidence.ts'

/**
 * By what the server is shown who uses it, as far as the entry says. `static`: a value that stays the same.
 * `oauth`: the host, or a bridge, signs in. `none`: nothing is shown. `not_visible`: a host may sign in when the
 * server asks for it.
 */
export interface VisibleAuthentication {
  readonly kind: 'none' | 'static' | 'oauth' | 'not_visible'
  /** Whether its value stands in the file, or is filled in from elsewhere. */
  readonly kept: 'in_file' | 'referenced' | 'nowhere'
  readonly evidence: readonly Evidence[]
}

const LETS_IN =
  /(?:^|[^a-z])(?:authorization|api[-_ ]?key|apikey|token|secret|password|passwd|pat|cookie|credentials?|access[-_]?key|private[-_]?key)$/i
const REFERENCE = /\$\{|\$[A-Z_]|\{\{|%[A-Z_]+%/
/** A bridge from a pipe to a URL, by the role its name says; they sign in by themselves. */
const BRIDGE = /(?:^|[/-])(?:mcp-remote|mcp-proxy|remote-mcp|supergateway)(?:$|-)/

export function isBridge(found: ServerPackage | undefined): boolean {
  return found !== undefined && BRIDGE.test(found.name)
}

/** What authentication an entry shows. The entry is one without credentials. */
export function authenticationOf(
  entry: ConfiguredServer,
  credentials: readonly PlainCredential[],
  found: ServerPackage | undefined,
): VisibleAuthentication {
  if (credentials.length > 0)
    return {
      ...{ kind: 'static', kept: 'in_file' },
      evidence: credentials.map(({ at, masked }) => evidence(at.join('/'), masked)),
    }
  const referenced = references(entry)
  if (referenced.length > 0) return { kind: 'static', kept: 'referenced', evidence: referenced }
  const oauth = entry.unknown.filter((key) => /^oauth|^auth$/i.test(key))
  if (oauth.length > 0 || isBridge(found))
    return {
      ...{ kind: 'oauth', kept: 'nowhere' },
      evidence:
        oauth.length > 0
          ? oauth.map((key) => evidence(key, ''))
          : [evidence('command', found?.name ?? '')],
    }
  const kind = entry.transport.kind === 'stdio' ? 'none' : 'not_visible'
  return { kind, kept: 'nowhere', evidence: [] }
}

function references({ transport }: ConfiguredServer): readonly Evidence[] {
  const [key, members] =
    transport.kind === 'stdio' ? ['env', transport.env] : ['headers', transport.headers]
  return Object.entries(members)
    .filter(([name, text]) => LETS_IN.test(name) && REFERENCE.test(text))
    .map(([name]) => evidence(`${key}/${name}`, name))
}
