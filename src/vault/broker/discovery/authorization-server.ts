import type { GatewayError } from '../../../kernel/errors.ts'
import type { SafeFetch } from '../../../kernel/safe-fetch.ts'
import { refusedServer } from '../refusals.ts'
import { type AddressRules, checkAddress } from './address.ts'
import { type Fields, namesIn, readDocument } from './read-document.ts'

/** What counts of an authorization server's metadata (RFC 8414). Plain data. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly authorization?: string
  readonly token?: string
  readonly registration?: string
  readonly revocation?: string
  /** How clients may authenticate at the token endpoint; undefined where it does not say. */
  readonly methods?: readonly string[]
  readonly scopes?: readonly string[]
  /** Whether it says that it supports PKCE with S256. */
  readonly pkce: boolean
  /** Whether it says that its answers name it (RFC 9207). */
  readonly namesItself: boolean
  /** Whether it takes the address of a metadata document for a client's id. */
  readonly clientDocuments: boolean
  /** Whether it binds tokens to keys of ES256 (RFC 9449). */
  readonly binds: boolean
}

/**
 * Reads the metadata of an issuer, where RFC 8414 and OpenID Connect Discovery put it.
 *
 * @throws GatewayError `authorization_server_refused` where there is none, where it is of another
 *   issuer, or where an address in it is not one to go to.
 */
export async function readServer(
  fetch: SafeFetch,
  issuer: string,
  rules: AddressRules,
): Promise<AuthorizationServer> {
  const found = await lookForServer(fetch, issuer, rules)
  if (found === undefined) throw missingServer()
  return found
}

export function missingServer(): GatewayError {
  return refusedServer('the authorization server has no metadata')
}

/** Like `readServer`; undefined where there is none. */
export async function lookForServer(
  fetch: SafeFetch,
  issuer: string,
  rules: AddressRules,
): Promise<AuthorizationServer | undefined> {
  checkAddress(issuer, rules, 'the issuer')
  const { origin, pathname, search } = new URL(issuer)
  if (search !== '') throw refusedServer('the issuer has a query')
  const path = pathname.replace(/\/$/, '')
  const places = new Set([
    `${origin}/.well-known/oauth-authorization-server${path}`,
    `${origin}/.well-known/openid-configuration${path}`,
    `${origin}${path}/.well-known/openid-configuration`,
  ])
  for (const place of places) {
    const fields = await readDocument(fetch, place)
    if (fields !== undefined) return read(fields, issuer, rules)
  }
  return undefined
}

/**
 * The authorization server of a server that names none, as the revision 2025-03-26 has it: at the
 * server's own origin, by its metadata or at fixed paths.
 *
 * @throws GatewayError as `readServer`.
 */
export async function serverAtOrigin(
  fetch: SafeFetch,
  server: string,
  rules: AddressRules,
): Promise<AuthorizationServer> {
  const { origin } = new URL(server)
  const fields = await readDocument(fetch, `${origin}/.well-known/oauth-authorization-server`)
  if (fields !== undefined) return read(fields, origin, rules)
  return {
    issuer: origin,
    authorization: checkAddress(`${origin}/authorize`, rules, 'the authorization endpoint'),
    token: `${origin}/token`,
    registration: `${origin}/register`,
    // That revision demands it, and there is nowhere to say so.
    pkce: true,
    namesItself: false,
    clientDocuments: false,
    binds: false,
  }
}

function read(fields: Fields, issuer: string, rules: AddressRules): AuthorizationServer {
  // Identical, character by character (RFC 8414 section 3.3).
  if (fields['issuer'] !== issuer) throw refusedServer('the metadata is of another issuer')
  const endpoint = (name: string): string | undefined =>
    fields[name] === undefined ? undefined : checkAddress(fields[name], rules, `its ${name}`)
  return compact({
    issuer,
    authorization: endpoint('authorization_endpoint'),
    token: endpoint('token_endpoint'),
    registration: endpoint('registration_endpoint'),
    revocation: endpoint('revocation_endpoint'),
    methods: namesIn(fields['token_endpoint_auth_methods_supported']),
    scopes: namesIn(fields['scopes_supported']),
    pkce: namesIn(fields['code_challenge_methods_supported'])?.includes('S256') === true,
    namesItself: fields['authorization_response_iss_parameter_supported'] === true,
    clientDocuments: fields['client_id_metadata_document_supported'] === true,
    binds: namesIn(fields['dpop_signing_alg_values_supported'])?.includes('ES256') === true,
  })
}

type Loose<T> = { readonly [K in keyof T]: T[K] | undefined }

function compact(server: Loose<AuthorizationServer>): AuthorizationServer {
  const said = Object.entries(server).filter(([, value]) => value !== undefined)
  return Object.fromEntries(said) as unknown as AuthorizationServer
}
