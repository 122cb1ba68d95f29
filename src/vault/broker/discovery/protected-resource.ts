import type { SafeFetch } from '../../../kernel/safe-fetch.ts'
import { refusedServer } from '../refusals.ts'
import { type AddressRules, checkAddress } from './address.ts'
import { type Fields, namesIn, readDocument } from './read-document.ts'

/** What a server says of itself as a protected resource (RFC 9728). */
export interface ProtectedResource {
  /** What tokens have to be for (RFC 8707). */
  readonly resource: string
  /** Its authorization servers, the preferred one first. */
  readonly issuers: readonly string[]
  readonly scopes: readonly string[] | undefined
  /** Whether it takes tokens that are bound to a key (RFC 9449), or no others. */
  readonly bound: 'no' | 'can' | 'must'
}

const WELL_KNOWN = '/.well-known/oauth-protected-resource'

/**
 * Finds the metadata of a server: where its challenge says, else at its path, else at its root.
 * Undefined where there is none.
 *
 * @throws GatewayError `authorization_server_refused` for metadata of another resource, or without an
 *   authorization server.
 */
export async function findResource(
  fetch: SafeFetch,
  server: string,
  named: string | undefined,
  rules: AddressRules,
): Promise<ProtectedResource | undefined> {
  if (named !== undefined) {
    const address = checkAddress(named, rules, 'where the server says that its metadata is')
    const fields = await readDocument(fetch, address)
    if (fields === undefined) throw refusedServer('the server has no metadata where it says so')
    return read(fields, server)
  }
  const { origin, pathname } = new URL(server)
  const path = pathname.replace(/\/$/, '')
  for (const place of new Set([path, ''])) {
    const fields = await readDocument(fetch, `${origin}${WELL_KNOWN}${place}`)
    if (fields !== undefined) return read(fields, server)
  }
  return undefined
}

function read(fields: Fields, server: string): ProtectedResource {
  const { resource } = fields
  if (typeof resource !== 'string' || !covers(resource, server))
    throw refusedServer('the metadata is of another resource')
  const issuers = namesIn(fields['authorization_servers']) ?? []
  if (issuers.length === 0) throw refusedServer('the server names no authorization server')
  const algorithms = namesIn(fields['dpop_signing_alg_values_supported']) ?? []
  const must = fields['dpop_bound_access_tokens_required'] === true
  return {
    resource,
    issuers,
    scopes: namesIn(fields['scopes_supported']),
    bound: must ? 'must' : algorithms.includes('ES256') ? 'can' : 'no',
  }
}

/** Whether a resource is the server, or what the server lies within. */
export function covers(resource: string, server: string): boolean {
  if (resource.length > 2_048 || !URL.canParse(resource) || resource.includes('#')) return false
  const [outer, inner] = [new URL(resource), new URL(server)]
  if (outer.origin !== inner.origin || outer.username !== '' || outer.password !== '') return false
  if (outer.search !== '' && outer.search !== inner.search) return false
  const path = outer.pathname.replace(/\/$/, '')
  return inner.pathname === path || inner.pathname.startsWith(`${path}/`)
}
