import type { Clock } from '../../../kernel/ports.ts'
import type { SafeFetch } from '../../../kernel/safe-fetch.ts'
import { refusedServer } from '../refusals.ts'
import { type BrokerServer, DEFAULT_SETTINGS } from '../settings.ts'
import { rulesOf } from './address.ts'
import {
  type AuthorizationServer,
  lookForServer,
  missingServer,
  readServer,
  serverAtOrigin,
} from './authorization-server.ts'
import { type Challenge, readChallenges } from './challenge.ts'
import { covers, findResource, type ProtectedResource } from './protected-resource.ts'

/** Who gives tokens for a server, and for what. */
export interface Found {
  readonly server: AuthorizationServer
  readonly resource: string
  /** Scopes to ask for, where somebody said: the operator, the server's challenge, its metadata. */
  readonly scopes: readonly string[] | undefined
  readonly bound: ProtectedResource['bound']
}

export interface Discovery {
  /** Finds who gives tokens for a server, anew each time. @throws GatewayError `authorization_server_refused`. */
  find(name: string, server: BrokerServer): Promise<Found>
  /**
   * The metadata of an issuer that gave tokens for a server, not older than some minutes.
   *
   * @throws GatewayError `authorization_server_refused`.
   */
  issuer(issuer: string, server: BrokerServer): Promise<AuthorizationServer>
  /** Whether a server still counts an issuer among its own; undefined where it cannot be asked. */
  stillNames(name: string, server: BrokerServer, issuer: string): Promise<boolean | undefined>
  /** Keeps what a server said when it refused a request. */
  hear(name: string, challenge: Challenge): void
}

/** Milliseconds that the metadata of an issuer is kept, and how many are. */
const KEPT = 5 * 60_000
const MOST = 1_000

/** Discovery by the rules of MCP: protected resource metadata, then the authorization server's. */
export function createDiscovery(fetch: SafeFetch, clock: Clock): Discovery {
  const heard = new Map<string, Challenge>()
  const known = new Map<string, { readonly server: AuthorizationServer; readonly until: number }>()

  const keep = (server: AuthorizationServer): AuthorizationServer => {
    if (known.size >= MOST) known.clear()
    known.set(server.issuer, { server, until: clock() + KEPT })
    return server
  }
  const resourceOf = async (name: string, { url, settings }: BrokerServer) => {
    const challenge = heard.get(name) ?? (await probe(fetch, url))
    const rules = rulesOf(url, settings?.issuer)
    const found = await findResource(fetch, url, challenge.resourceMetadata, rules)
    return { challenge, rules, found }
  }
  return {
    hear(name, challenge) {
      const resourceMetadata = challenge.resourceMetadata ?? heard.get(name)?.resourceMetadata
      heard.set(name, { ...challenge, resourceMetadata })
    },
    async issuer(issuer, { url, settings }) {
      const kept = known.get(issuer)
      if (kept !== undefined && kept.until > clock()) return kept.server
      const rules = rulesOf(url, settings?.issuer, settings?.identityProvider?.issuer)
      // It may be one of those that say nothing of themselves.
      const own = new URL(url).origin === issuer && settings?.issuer === undefined
      const found = await lookForServer(fetch, issuer, rules)
      if (found === undefined && !own) throw missingServer()
      return keep(found ?? (await serverAtOrigin(fetch, url, rules)))
    },
    async find(name, server) {
      const settings = server.settings ?? DEFAULT_SETTINGS
      const { challenge, rules, found } = await resourceOf(name, server)
      const issuer = chosen(found, settings.issuer)
      const metadata =
        issuer === undefined
          ? await serverAtOrigin(fetch, server.url, rules)
          : await readServer(fetch, issuer, rules)
      return {
        server: keep(metadata),
        resource: found?.resource ?? resourceUrl(server.url),
        scopes: settings.scopes ?? challenge.scopes ?? found?.scopes,
        bound: found?.bound ?? 'no',
      }
    },
    async stillNames(name, server, issuer) {
      try {
        const { found } = await resourceOf(name, server)
        return found === undefined ? undefined : found.issuers.includes(issuer)
      } catch {
        return undefined
      }
    },
  }
}

/** The issuer that counts; undefined where nobody named one. */
function chosen(
  found: ProtectedResource | undefined,
  only: string | undefined,
): string | undefined {
  if (only === undefined || found === undefined) return only ?? found?.issuers[0]
  if (!found.issuers.includes(only))
    throw refusedServer('the server names other authorization servers than the configured one')
  return only
}

/** Asks a server without showing anything, to hear what it wants. */
async function probe(fetch: SafeFetch, url: string): Promise<Challenge> {
  const nothing = readChallenges([])
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: {
        accept: 'application/json, text/event-stream',
        'content-type': 'application/json',
      },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    })
    await answer.body?.cancel()
    const challenge = answer.headers.get('www-authenticate')
    return answer.status === 401 && challenge !== null ? readChallenges([challenge]) : nothing
  } catch {
    // Its metadata may be there all the same.
    return nothing
  }
}

/** The server's address as a resource: without a fragment (RFC 8707 section 2). */
function resourceUrl(url: string): string {
  const address = new URL(url)
  address.hash = ''
  const text = address.href
  const bare = address.pathname === '/' && address.search === '' ? address.origin : text
  return covers(bare, url) ? bare : text
}
