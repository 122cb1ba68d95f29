import type { Authenticator, Credentials } from '../kernel/authentication.ts'
import type { ErrorCode, GatewayError } from '../kernel/errors.ts'
import { DEFAULT_SCOPES } from '../kernel/scope.ts'
import { allowedScope, quoted } from './challenge-words.ts'
import { metadataAddress } from './metadata.ts'
import { PROOF_ALGORITHMS } from './proof.ts'

export interface ChallengeOptions {
  /** Ours, the canonical one first. */
  readonly origins: readonly string[]
  readonly paths: (path: string) => boolean
  /** The nonce for the next proof. */
  readonly nonce: () => string
  /** Whether a bearer token can be enough. */
  readonly bearer: () => boolean
}

/** Parameters of a challenge by name. */
type Parameters = readonly (readonly [name: string, value: string])[]

/** What each scheme has to say about an error; undefined: that scheme is not concerned. */
interface Words {
  readonly bearer?: Parameters
  readonly proof?: Parameters
}

const INVALID: Parameters = [
  ['error', 'invalid_token'],
  ['error_description', 'the token is not valid'],
]

/** Errors that say in RFC words how to do better. Fixed: why a token is refused is nobody's matter. */
const WORDS: Partial<Record<ErrorCode, (error: GatewayError) => Words>> = {
  token_missing: () => same([['scope', DEFAULT_SCOPES.join(' ')]]),
  token_invalid: () => same(INVALID),
  authorization_malformed: () => same([['error', 'invalid_request']]),
  scope_insufficient: (error) =>
    same([['error', 'insufficient_scope'], ...scopesOf(error).map((it) => ['scope', it] as const)]),
  proof_invalid: () => ({ proof: [['error', 'invalid_dpop_proof']] }),
  proof_nonce: () => ({ proof: [['error', 'use_dpop_nonce']] }),
}

/**
 * Says how to do better (RFC 6750 section 3, RFC 9728 section 5.1, RFC 9449 sections 7.1 and 9).
 * The bearer scheme comes first: many clients read no further.
 */
export function challenger(options: ChallengeOptions): Authenticator['challenge'] {
  return (error, place) => {
    const words = WORDS[error.code]?.(error)
    if (words === undefined) return []
    const where = metadataOf(options, place)
    const headers: string[] = []
    if (words.bearer !== undefined && options.bearer())
      headers.push('www-authenticate', challenge('Bearer', [...words.bearer, ...where]))
    if (words.proof !== undefined) {
      const algorithms = ['algs', PROOF_ALGORITHMS.join(' ')] as const
      const parameters = [...words.proof, algorithms, ...where]
      headers.push('www-authenticate', challenge('DPoP', parameters), 'dpop-nonce', options.nonce())
    }
    return headers
  }
}

function same(parameters: Parameters): Words {
  return { bearer: parameters, proof: parameters }
}

function challenge(scheme: string, parameters: Parameters): string {
  return `${scheme} ${parameters.map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}`
}

function metadataOf(
  { origins, paths }: ChallengeOptions,
  { origin, path }: Pick<Credentials, 'origin' | 'path'>,
): Parameters {
  const own = origins.includes(origin) ? origin : origins[0]
  if (own === undefined || !paths(path)) return []
  return [['resource_metadata', metadataAddress(own, path)]]
}

function scopesOf({ data }: GatewayError): readonly string[] {
  const scopes = data?.['scopes']
  const allowed = Array.isArray(scopes) ? scopes.filter(allowedScope) : []
  return allowed.length === 0 ? [] : [[...new Set(allowed)].join(' ')]
}
