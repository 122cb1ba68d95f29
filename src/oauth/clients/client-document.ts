import { isIP } from 'node:net'
import { isObject, type JsonObject } from '../../kernel/json.ts'
import type { ClientMetadata } from '../parts.ts'
import { cleanName } from './client-name.ts'
import { checkRedirects, type RedirectRules } from './redirect-address.ts'

const MAX_ID = 512
const MAX_KEYS = 20

const BROWSER_GRANTS: readonly string[] = ['authorization_code', 'refresh_token']
/** For identity assertions: only clients that prove who they are, on hosts that the operator trusts. */
const ASSERTION_GRANT = 'urn:ietf:params:oauth:grant-type:jwt-bearer'

/** Members of keys (RFC 7518 section 6) that are nobody else's. */
const PRIVATE: readonly string[] = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** The host of a client id that is the address of a metadata document; undefined for any other id. */
export function documentHost(id: string): string | undefined {
  if (id.length > MAX_ID || !id.startsWith('https://') || /[^!-~]|[\\#@]/.test(id)) return undefined
  const url = URL.parse(id)
  // The canonical form has no dot segments, no escapes in its host, no port 443.
  if (url === null || url.href !== id || url.pathname === '/' || url.port !== '') return undefined
  const host = url.hostname
  return host.includes('.') && !host.endsWith('.') && isIP(host) === 0 ? host : undefined
}

/**
 * Reads a client id metadata document (draft-ietf-oauth-client-id-metadata-document section 4).
 *
 * @param trusted whether the operator trusts its host.
 * @returns what of it counts, or why it names no client. Addresses of pictures and pages do not
 *   count: nothing of them is ever fetched or shown.
 */
export function clientDocument(
  id: string,
  document: JsonObject,
  rules: RedirectRules,
  trusted: boolean,
): ClientMetadata | string {
  if (document['client_id'] !== id) return 'client_id is not the address of the document'
  if ('client_secret' in document || 'client_secret_expires_at' in document)
    return 'a document must hold no secret'
  const name = cleanName(document['client_name'])
  if (name === '') return 'client_name is missing'
  const redirects = checkRedirects(document['redirect_uris'], rules)
  if (typeof redirects === 'string') return redirects
  const method = document['token_endpoint_auth_method'] ?? 'none'
  const keys = method === 'private_key_jwt' ? keysOf(document) : {}
  if (typeof keys === 'string') return keys
  if (method !== 'none' && method !== 'private_key_jwt')
    return 'token_endpoint_auth_method must be none or private_key_jwt'
  const flow = flowOf(document, trusted && method === 'private_key_jwt')
  if (typeof flow === 'string') return flow
  return {
    client_id: id,
    client_name: name,
    application_type: redirects.type,
    redirect_uris: redirects.addresses,
    token_endpoint_auth_method: method,
    ...keys,
    ...flow,
  }
}

function flowOf(document: JsonObject, mayAssert: boolean): JsonObject | string {
  const responses = document['response_types'] ?? ['code']
  if (!Array.isArray(responses) || !responses.includes('code'))
    return 'response_types must hold code'
  const grants = document['grant_types'] ?? BROWSER_GRANTS
  if (!Array.isArray(grants) || !grants.includes('authorization_code'))
    return 'grant_types must hold authorization_code'
  const known = mayAssert ? [...BROWSER_GRANTS, ASSERTION_GRANT] : BROWSER_GRANTS
  const bound = document['dpop_bound_access_tokens'] ?? false
  if (typeof bound !== 'boolean') return 'dpop_bound_access_tokens must be true or false'
  return {
    response_types: ['code'],
    grant_types: known.filter((grant) => grants.includes(grant)),
    dpop_bound_access_tokens: bound,
  }
}

function keysOf(document: JsonObject): JsonObject | string {
  const { jwks, jwks_uri: address } = document
  if ((jwks === undefined) === (address === undefined)) return 'either jwks or jwks_uri is needed'
  if (jwks === undefined)
    return typeof address === 'string' && documentHost(address) !== undefined
      ? { jwks_uri: address }
      : 'jwks_uri must be the https address of a document'
  const keys = publicKeys(jwks)
  return typeof keys === 'string' ? keys : { jwks: keys }
}

/** Keys that others may see (RFC 7517 section 5), or why they are none. */
export function publicKeys(set: unknown): { readonly keys: readonly JsonObject[] } | string {
  const keys = isObject(set) ? set['keys'] : undefined
  if (!Array.isArray(keys) || !keys.every(isObject)) return 'a key set must be a list of keys'
  if (keys.length === 0 || keys.length > MAX_KEYS)
    return `a key set must hold 1 to ${MAX_KEYS} keys`
  if (keys.some((key) => PRIVATE.some((member) => member in key)))
    return 'a key set must hold no private keys'
  return { keys }
}
