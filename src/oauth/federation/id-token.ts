import { hash } from 'node:crypto'
import { decodeProtectedHeader } from 'jose'
import type { TokenEndpointResponse } from 'openid-client'
import type { JsonObject } from '../../kernel/json.ts'

/** An ID token is not for us, or not about these tokens. The message is for the log. */
export class IdTokenError extends Error {
  override readonly name = 'IdTokenError'
}

/**
 * What `openid-client` leaves to its caller in the code flow (OpenID Connect Core 1.0 sections 2, 3.1.3.7
 * and 3.1.3.8): `azp`, `at_hash`, and a `sub` that is one.
 *
 * @throws IdTokenError
 */
export function checkIdToken(
  tokens: Pick<TokenEndpointResponse, 'id_token' | 'access_token'>,
  claims: JsonObject | undefined,
  clientId: string,
): asserts claims is JsonObject & { readonly sub: string } {
  if (claims === undefined || tokens.id_token === undefined)
    throw new IdTokenError('the provider sent no ID token')
  // At most 255 characters of ASCII by the specification; blanks and controls serve no provider.
  if (typeof claims['sub'] !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(claims['sub']))
    throw new IdTokenError('`sub` is no subject')
  if (claims['azp'] !== undefined && claims['azp'] !== clientId)
    throw new IdTokenError('`azp` names another client')
  const half = claims['at_hash']
  if (half !== undefined && half !== halfHash(tokens.access_token, tokens.id_token))
    throw new IdTokenError('`at_hash` is of another access token')
}

/** The left half of the digest that goes with the signature's algorithm. */
function halfHash(accessToken: string, idToken: string): string {
  const { alg = '' } = decodeProtectedHeader(idToken)
  const size = /(256|384|512)$/.exec(alg)?.[1] ?? '512'
  const digest = hash(`sha${size}`, accessToken, 'buffer')
  return digest.subarray(0, digest.length / 2).toString('base64url')
}
