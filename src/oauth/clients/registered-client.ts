import { GatewayError } from '../../kernel/errors.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { ClientMetadata } from '../parts.ts'
import { publicKeys } from './client-document.ts'
import { nameProblem } from './client-name.ts'
import type { Kept } from './client-record.ts'
import { checkRedirects, isPrivateScheme, redirectAddress } from './redirect-address.ts'

const ID = /^[a-z0-9][a-z0-9._-]{0,63}$/
const SCOPE = /^[!#-[\]-~]{1,256}$/

const BROWSER_GRANTS: readonly string[] = ['authorization_code', 'refresh_token']
/** For identity assertions: only for clients that prove who they are. What agents use is for agents. */
const PROVEN_GRANTS: readonly string[] = ['urn:ietf:params:oauth:grant-type:jwt-bearer']

/** How a registered client authenticates. `private_key_jwt` is best; `none` is for public clients. */
export type ClientMethod = 'none' | 'private_key_jwt' | 'client_secret_basic' | 'client_secret_post'

/** A client that the operator registers. */
export interface NewClient {
  /** Letters, digits, `.`, `_`, `-`; never given twice. */
  readonly id: string
  readonly name: string
  readonly method: ClientMethod
  /** Exact addresses; on loopback every port. Empty for clients without a browser. */
  readonly redirects: readonly string[]
  /** Codes and refresh tokens, if not given. May be empty for a client that only asks about tokens. */
  readonly grantTypes?: readonly string[]
  /** Public keys (RFC 7517), for `private_key_jwt`. */
  readonly keys?: readonly JsonObject[]
  /** Canonical addresses that it may ask tokens for; all if not given. */
  readonly resources?: readonly string[]
  /** The most that it may be granted; not bounded if not given. */
  readonly scopes?: readonly string[]
  /** Whether its tokens must be bound to a key (RFC 9449). */
  readonly bound?: boolean
  /** Whether it may ask about tokens (RFC 7662), being a resource server. */
  readonly mayIntrospect?: boolean
}

/** Ours: `bailiwick connect` on the user's machine. */
export const CONNECT_CLIENT: NewClient = {
  id: 'bailiwick-connect',
  name: 'Bailiwick',
  method: 'none',
  redirects: ['http://127.0.0.1/callback', 'http://[::1]/callback'],
  bound: true,
}

/** Whether the method works with a secret that both sides know. */
export function hasSecret(method: ClientMethod): boolean {
  return method === 'client_secret_basic' || method === 'client_secret_post'
}

/**
 * What is kept of a new client, without its secret.
 *
 * @throws GatewayError `params_invalid`.
 */
export function keptClient(client: NewClient): Omit<Kept, 'secret'> {
  const { id, name, resources, scopes } = client
  if (!ID.test(id))
    throw invalid('a client id has 1 to 64 of a-z, 0-9, `.`, `_` and `-`, a letter or digit first')
  const problem = nameProblem(name)
  if (problem !== undefined) throw invalid(problem)
  if (resources?.some((resource) => !URL.canParse(resource)))
    throw invalid('a resource is not an address')
  if (scopes?.some((scope) => !SCOPE.test(scope))) throw invalid('a scope cannot be one')
  if (client.mayIntrospect === true && client.method === 'none')
    throw invalid('only a client that proves who it is may ask about tokens')
  return {
    client: metadataFrom(client),
    ...(resources === undefined ? {} : { resources }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(client.mayIntrospect === true ? { introspect: true } : {}),
  }
}

function metadataFrom(client: NewClient): ClientMetadata {
  const grants = grantsOf(client)
  const code = grants.includes('authorization_code')
  const redirects = code ? redirectsOf(client) : { type: 'web', addresses: [] }
  if (!code && client.redirects.length > 0)
    throw invalid('redirect addresses are for clients that get codes')
  return {
    client_id: client.id,
    client_name: client.name,
    application_type: redirects.type,
    redirect_uris: redirects.addresses,
    response_types: code ? ['code'] : [],
    grant_types: grants,
    token_endpoint_auth_method: client.method,
    dpop_bound_access_tokens: client.bound === true,
    ...keysFrom(client),
  }
}

function grantsOf({
  grantTypes = BROWSER_GRANTS,
  method,
  mayIntrospect,
}: NewClient): readonly string[] {
  const known = method === 'none' ? BROWSER_GRANTS : [...BROWSER_GRANTS, ...PROVEN_GRANTS]
  const unknown = grantTypes.find((grant) => !known.includes(grant))
  if (unknown !== undefined)
    throw invalid(`grant type \`${unknown}\` is not for a client with method \`${method}\``)
  if (grantTypes.length === 0 && mayIntrospect !== true)
    throw invalid('a client needs a grant type')
  if (grantTypes.includes('refresh_token') && !grantTypes.includes('authorization_code'))
    throw invalid('grant type `refresh_token` needs `authorization_code`')
  return [...new Set(grantTypes)]
}

/** The operator may choose any host, and any scheme that can be a program's own. */
function redirectsOf({ redirects }: NewClient): { type: string; addresses: readonly string[] } {
  const schemes = redirects.flatMap((redirect) => {
    const address = redirectAddress(redirect)
    return typeof address === 'object' && address.kind === 'private-scheme' ? [address.scheme] : []
  })
  const privateSchemes = schemes.filter(isPrivateScheme)
  const checked = checkRedirects(redirects, { web: () => true, privateSchemes })
  if (typeof checked === 'string') throw invalid(checked)
  return checked
}

function keysFrom({ method, keys }: NewClient): ClientMetadata {
  if ((method === 'private_key_jwt') !== (keys !== undefined))
    throw invalid('keys are needed for method `private_key_jwt`, and only for it')
  if (keys === undefined) return {}
  const checked = publicKeys({ keys })
  if (typeof checked === 'string') throw invalid(checked)
  return { jwks: checked }
}

export function invalid(message: string): GatewayError {
  return new GatewayError('params_invalid', message)
}
