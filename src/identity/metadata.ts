import type { IncomingMessage, ServerResponse } from 'node:http'
import { DEFAULT_SCOPES } from '../kernel/scope.ts'
import { PROOF_ALGORITHMS } from './proof.ts'

/** Answers one request; total: a failure is an answer too. */
export type Handler = (request: IncomingMessage, response: ServerResponse) => void

const WELL_KNOWN = '/.well-known/oauth-protected-resource'
/** Seconds. */
const MAX_AGE = 300

export interface MetadataOptions {
  /** Ours, the canonical one first. */
  readonly origins: readonly string[]
  readonly paths: (path: string) => boolean
  /** The resource that clients get to that look at the root alone. */
  readonly fallback: string
  /** Issuers to turn to, ours first. */
  readonly issuers: readonly string[]
  /** Whether a bearer token can be enough. */
  readonly bearer: () => boolean
}

/** Where a resource's metadata is (RFC 9728 section 3.1). */
export function metadataAddress(origin: string, path: string): string {
  return `${origin}${WELL_KNOWN}${path}`
}

/**
 * Handlers for the metadata of our resources (RFC 9728); undefined for any other path. The name of a
 * resource begins with the origin under which it was asked for.
 */
export function metadataRoutes(options: MetadataOptions): (path: string) => Handler | undefined {
  const origins = new Map(options.origins.map((origin) => [new URL(origin).host, origin]))
  return (asked) => {
    if (!asked.startsWith(WELL_KNOWN)) return undefined
    const path = asked === WELL_KNOWN ? options.fallback : asked.slice(WELL_KNOWN.length)
    if (!options.paths(path)) return undefined
    return (request, response) => {
      const origin = origins.get((request.headers.host ?? '').toLowerCase())
      if (origin === undefined) send(response, 421)
      else answer(request, response, documentOf(options, `${origin}${path}`))
    }
  }
}

function documentOf({ issuers, bearer }: MetadataOptions, resource: string): string {
  return JSON.stringify({
    resource,
    authorization_servers: issuers,
    scopes_supported: DEFAULT_SCOPES,
    bearer_methods_supported: ['header'],
    dpop_signing_alg_values_supported: PROOF_ALGORITHMS,
    dpop_bound_access_tokens_required: !bearer(),
  })
}

function answer(request: IncomingMessage, response: ServerResponse, body: string): void {
  switch (request.method) {
    case 'GET':
    case 'HEAD':
      send(response, 200, request.method === 'GET' ? body : '', [
        ...['content-type', 'application/json'],
        ...['content-length', String(Buffer.byteLength(body))],
        ...['cache-control', `public, max-age=${MAX_AGE}`],
      ])
      return
    case 'OPTIONS':
      send(response, 204, '', [
        ...['access-control-allow-methods', 'GET, HEAD'],
        ...['access-control-allow-headers', 'mcp-protocol-version'],
        ...['access-control-max-age', String(MAX_AGE)],
      ])
      return
    default:
      send(response, 405, '', ['allow', 'GET, HEAD, OPTIONS'])
  }
}

/** Public: clients in browsers read it, too. */
function send(response: ServerResponse, status: number, body = '', headers: string[] = []): void {
  response.writeHead(status, [
    ...['access-control-allow-origin', '*', 'x-content-type-options', 'nosniff'],
    ...headers,
  ])
  response.end(body)
}
