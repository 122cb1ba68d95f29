import { type JWTPayload, jwtVerify } from 'jose'
import type { JsonObject } from '../kernel/json.ts'
import type { KeySet } from './key-set.ts'
import type { UnprovenToken } from './read-token.ts'
import { invalidToken } from './refusal.ts'

export interface ProofOfToken {
  readonly keys: KeySet
  readonly algorithms: readonly string[]
  /** Milliseconds since the epoch. */
  readonly now: number
  /** Milliseconds that clocks may differ. */
  readonly skew: number
  /** Milliseconds since it was issued. */
  readonly maxAge: number
}

/**
 * Verifies the signature and the times of a token (RFC 7515, RFC 7519 section 4.1), and returns its
 * claims.
 *
 * @throws GatewayError `token_invalid`; `store_unavailable` when the keys are not known.
 */
export async function proveToken(
  token: UnprovenToken,
  { keys, algorithms, now, skew, maxAge }: ProofOfToken,
): Promise<{ readonly claims: JsonObject; readonly issued: number; readonly expires: number }> {
  const { compact, algorithm, issuer } = token
  if (!algorithms.includes(algorithm)) throw invalidToken('its algorithm is not allowed')
  const key = await keys.find(algorithm, token.key)
  if (key === undefined) throw invalidToken('its key is not known')
  const { payload } = await jwtVerify(compact, key, {
    algorithms: [algorithm],
    issuer,
    requiredClaims: ['iss', 'sub', 'aud', 'exp', 'iat'],
    currentDate: new Date(now),
    clockTolerance: skew / 1_000,
    maxTokenAge: maxAge / 1_000,
  }).catch((cause: unknown) => {
    throw invalidToken('it does not verify', cause)
  })
  const { issued, expires } = timesOf(payload)
  return { claims: payload as JsonObject, issued, expires: Math.min(expires, issued + maxAge) }
}

function timesOf({ iat, exp }: JWTPayload): { issued: number; expires: number } {
  if (iat === undefined || exp === undefined || !(exp > iat))
    throw invalidToken('it is over before it began')
  return { issued: iat * 1_000, expires: exp * 1_000 }
}
