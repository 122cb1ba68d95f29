import type { JsonObject } from '../kernel/json.ts'
import { CLIENT_TRUSTS, ESTABLISHED_BY, type SubjectId } from '../kernel/subject.ts'
import { actorsOf, needText, textsOf, thumbprintOf } from './claims.ts'
import type { KeySet } from './key-set.ts'
import { proveToken } from './prove-token.ts'
import type { UnprovenToken } from './read-token.ts'
import { invalidToken } from './refusal.ts'
import type { VerifiedToken } from './verified-token.ts'

/** The one algorithm of our own issuer. */
const ALGORITHMS = ['ES256']
/** Milliseconds. Replicas share a database, so their clocks are kept alike. */
const SKEW = 10_000
/** Milliseconds that a token may live: less than what revokes it is remembered. */
const MAX_LIFE = 60 * 60_000

/**
 * Verifies a token of our own issuer (RFC 9068 section 4), but not for what it is used.
 *
 * @throws GatewayError `token_invalid`; `store_unavailable` when the keys cannot be read.
 */
export async function verifyOwnToken(
  token: UnprovenToken,
  keys: KeySet,
  now: number,
): Promise<VerifiedToken> {
  if (token.type !== 'at+jwt') throw invalidToken('it is not an access token')
  const proof = { keys, algorithms: ALGORITHMS, now, skew: SKEW, maxAge: MAX_LIFE }
  const { claims, issued, expires } = await proveToken(token, proof)
  return {
    kind: oneOf(claims, 'kind', ['user', 'agent']),
    id: needText(claims, 'sub') as SubjectId,
    via: oneOf(claims, 'via', ESTABLISHED_BY),
    actors: actorsOf(claims),
    groups: [],
    issuer: token.issuer,
    client: needText(claims, 'client_id'),
    clientTrust: oneOf(claims, 'client_trust', CLIENT_TRUSTS),
    grant: needText(claims, 'gid'),
    scopes: scopesOf(claims),
    methods: methodsOf(claims),
    token: needText(claims, 'jti'),
    issued,
    expires,
    thumbprint: thumbprintOf(claims),
    // A list, even of one, is not what our issuer writes.
    audience: needText(claims, 'aud'),
    opens: () => true,
    proof: 'optional',
    known: 'required',
  }
}

function oneOf<const T extends string>(claims: JsonObject, name: string, values: readonly T[]): T {
  const found = values.find((value) => value === claims[name])
  if (found === undefined) throw invalidToken(`\`${name}\` is not one that we know`)
  return found
}

function scopesOf({ scope }: JsonObject): readonly string[] {
  const scopes = typeof scope === 'string' ? textsOf(scope) : undefined
  if (scopes === undefined) throw invalidToken('`scope` is not a text')
  return scopes
}

function methodsOf({ amr = [] }: JsonObject): readonly string[] {
  const methods = Array.isArray(amr) ? textsOf(amr) : undefined
  if (methods === undefined) throw invalidToken('`amr` is not a list of texts')
  return methods
}
