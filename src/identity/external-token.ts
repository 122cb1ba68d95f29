import { isObject, type Json, type JsonObject } from '../kernel/json.ts'
import type { SubjectId } from '../kernel/subject.ts'
import { actorsOf, type ClaimPath, claimAt, textOf, textsOf, thumbprintOf } from './claims.ts'
import type { AgentRule, ExternalIssuer } from './external-issuer.ts'
import type { KeySet } from './key-set.ts'
import { proveToken } from './prove-token.ts'
import type { UnprovenToken } from './read-token.ts'
import { invalidToken } from './refusal.ts'
import type { VerifiedToken } from './verified-token.ts'

/** Milliseconds that the clocks of two organisations may differ. */
const SKEW = 30_000
const MAX_ID = 255
/** Claims of ID tokens and of events (OpenID Connect Core 1.0 section 2, RFC 8417). */
const NOT_OF_ACCESS = ['nonce', 'at_hash', 'c_hash', 's_hash', 'events']

/**
 * Verifies a token of another issuer and reads it as the operator said that it reads.
 *
 * @throws GatewayError `token_invalid`; `store_unavailable` when the issuer's keys are not known.
 */
export async function verifyExternalToken(
  issuer: ExternalIssuer,
  token: UnprovenToken,
  keys: KeySet,
  now: number,
): Promise<VerifiedToken> {
  const { algorithms, maxAge } = issuer
  checkType(issuer, token)
  const proof = { keys, algorithms, now, skew: SKEW, maxAge }
  const { claims, issued, expires } = await proveToken(token, proof)
  for (const { claim, equals } of issuer.exactly)
    if (claimAt(claims, claim) !== equals) throw invalidToken(`\`${claim.join('.')}\` is another`)
  const client = clientOf(issuer, claims)
  const scopes = firstOf(claims, issuer.scopes.claims)
  checkAudience(issuer, claims)
  if (issuer.type === 'jwt') checkAccess(claims, client, scopes)
  return {
    kind: issuer.agents.some((rule) => holds(rule, claims)) ? 'agent' : 'user',
    id: `${issuer.name}|${subjectOf(issuer, claims)}` as SubjectId,
    via: 'external',
    actors: actorsOf(claims, `${issuer.name}|`),
    groups: groupsOf(issuer, claims),
    issuer: issuer.issuer,
    client: `${issuer.name}|${client}`,
    clientTrust: 'external',
    grant: '',
    scopes: mapped(wordsOf(scopes), issuer.scopes.map),
    methods: textsOf(claims['amr'] ?? []) ?? [],
    token: `${issuer.name}|${textOf(claims['jti']) ?? ''}`,
    issued,
    expires,
    thumbprint: thumbprintOf(claims),
    audience: undefined,
    opens: issuer.opens,
    proof: issuer.proof,
    known: 'optional',
  }
}

function checkType(issuer: ExternalIssuer, { type }: UnprovenToken): void {
  if (type === 'at+jwt' || (issuer.type === 'jwt' && (type === '' || type === 'jwt'))) return
  throw invalidToken('it is not an access token')
}

function checkAudience({ audiences }: ExternalIssuer, claims: JsonObject): void {
  const { aud } = claims
  const named = typeof aud === 'string' ? [aud] : aud
  if (!Array.isArray(named) || !named.some((one) => audiences.includes(one)))
    throw invalidToken('it is not for us')
}

/** Tells access tokens from ID tokens where the type does not (RFC 9068 section 5, RFC 8725 3.12). */
function checkAccess(claims: JsonObject, client: string, scopes: Json | undefined): void {
  const other = NOT_OF_ACCESS.find((name) => Object.hasOwn(claims, name))
  if (other !== undefined) throw invalidToken(`it has \`${other}\`, as no access token has`)
  if (scopes === undefined) throw invalidToken('it has no scopes')
  if ([claims['aud']].flat().includes(client)) throw invalidToken('it is for its own client')
}

/** An id in letters that nobody can take for others, and that the directory can hold. */
function idOf(value: Json | undefined): string | undefined {
  const text = textOf(value)
  return text !== undefined && text.length <= MAX_ID && /^[\x20-\x7e]+$/.test(text)
    ? text
    : undefined
}

function clientOf(issuer: ExternalIssuer, claims: JsonObject): string {
  const client = idOf(firstOf(claims, issuer.client))
  if (client === undefined) throw invalidToken('it names no client')
  return client
}

function subjectOf(issuer: ExternalIssuer, claims: JsonObject): string {
  const parts = issuer.subject.map((path) => idOf(claimAt(claims, path)))
  // A bar inside a part would let two subjects share an id.
  if (parts.every((part) => part !== undefined && (parts.length === 1 || !part.includes('|'))))
    return parts.join('|')
  throw invalidToken('it names no subject')
}

function groupsOf({ groups }: ExternalIssuer, claims: JsonObject): readonly string[] {
  if (groups === undefined) return []
  // Too many to be in the token (OpenID Connect Core 1.0 section 5.6.2): which ones, nobody knows.
  const elsewhere = claims['_claim_names']
  if (isObject(elsewhere) && Object.hasOwn(elsewhere, groups.claim[0] ?? ''))
    throw invalidToken('its groups are elsewhere')
  const value = claimAt(claims, groups.claim)
  return value === undefined ? [] : mapped(groupWords(value), groups.map)
}

/** Names of groups hold spaces: a text is one name. */
function groupWords(value: Json): readonly string[] {
  const words = typeof value === 'string' ? textsOf([value]) : textsOf(value)
  if (words === undefined) throw invalidToken('its groups are malformed')
  return words
}

function wordsOf(value: Json | undefined): readonly string[] {
  const words = value === undefined ? [] : textsOf(value)
  if (words === undefined) throw invalidToken('its scopes are malformed')
  return words
}

function mapped(
  words: readonly string[],
  map: Readonly<Record<string, readonly string[]>>,
): readonly string[] {
  const ours = words.flatMap((word) => (Object.hasOwn(map, word) ? (map[word] ?? []) : []))
  return [...new Set(ours)]
}

function firstOf(claims: JsonObject, paths: readonly ClaimPath[]): Json | undefined {
  return paths.map((path) => claimAt(claims, path)).find((value) => value !== undefined)
}

function holds(rule: AgentRule, claims: JsonObject): boolean {
  if ('same' in rule) {
    const [one, other] = rule.same.map((path) => textOf(claimAt(claims, path)))
    return one !== undefined && one === other
  }
  const value = claimAt(claims, rule.claim)
  if ('equals' in rule) return value === rule.equals
  if ('startsWith' in rule) return typeof value === 'string' && value.startsWith(rule.startsWith)
  return (value !== undefined) === rule.present
}
