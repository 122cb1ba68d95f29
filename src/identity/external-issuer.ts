import { REMEMBERED } from '../store/note-change.ts'
import { allowedScope } from './challenge-words.ts'
import type { ClaimPath } from './claims.ts'

/** How a token of a program that acts for itself is told from one of a person. */
export type AgentRule =
  | { readonly claim: ClaimPath; readonly equals: string }
  | { readonly claim: ClaimPath; readonly startsWith: string }
  | { readonly claim: ClaimPath; readonly present: boolean }
  /** Two claims say the same, as `sub` and the client's id do. */
  | { readonly same: readonly [ClaimPath, ClaimPath] }

/** Words of theirs and what they are to us. What is not in it is nothing to us. */
type WordMap = Readonly<Record<string, readonly string[]>>

/** Another authorization server whose tokens we take, and how they read. */
export interface ExternalIssuer {
  /**
   * Part of the ids of its users, agents and clients (`name|id`), so never to be given to another
   * issuer; the same as the login provider's where people of one also log in here.
   */
  readonly name: string
  /** Its `iss`, exactly. */
  readonly issuer: string
  /** Address of its keys (RFC 7517). */
  readonly keys: string
  readonly algorithms: readonly string[]
  /** Values of `aud` that mean us. */
  readonly audiences: readonly string[]
  /**
   * `at+jwt`: its access tokens say what they are (RFC 9068). `jwt`: they do not, so that all that
   * could be an ID token is refused.
   */
  readonly type: 'at+jwt' | 'jwt'
  /** The first claim that is there counts. */
  readonly scopes: { readonly claims: readonly ClaimPath[]; readonly map: WordMap }
  /** Which together name whom the token is for; usually `sub` alone. */
  readonly subject: readonly ClaimPath[]
  /** The first that is there names the client. */
  readonly client: readonly ClaimPath[]
  /** A token for which one of these holds is an agent's. */
  readonly agents: readonly AgentRule[]
  readonly groups?: { readonly claim: ClaimPath; readonly map: WordMap }
  /** Claims that must say exactly this: a tenant, for one. */
  readonly exactly: readonly { readonly claim: ClaimPath; readonly equals: string }[]
  /** Milliseconds since a token was issued, after which it is not taken any more. */
  readonly maxAge: number
  /** Whether its tokens must be bound to a key (RFC 9449). */
  readonly proof: 'optional' | 'required'
  /** Which of our resources its tokens open. */
  readonly opens: (path: string) => boolean
  /** `named`: clients are told of it, as an issuer to turn to (RFC 9728 section 2). */
  readonly discovery: 'named' | 'unnamed'
}

/** Asymmetric algorithms (RFC 7518, RFC 8037, RFC 9864): a key that verifies must not be able to sign. */
const ALGORITHMS = new Set([
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
])

/**
 * Checks what cannot be meant.
 *
 * @throws RangeError that says what is wrong.
 */
export function checkExternalIssuers(own: string, issuers: readonly ExternalIssuer[]): void {
  const taken = new Set([own])
  const names = new Set<string>()
  for (const issuer of issuers) {
    const wrong = problemOf(issuer)
    if (wrong !== undefined) throw new RangeError(`issuer \`${issuer.name}\`: ${wrong}`)
    if (taken.has(issuer.issuer)) throw new RangeError(`issuer \`${issuer.issuer}\` is there twice`)
    if (names.has(issuer.name)) throw new RangeError(`issuer \`${issuer.name}\` is there twice`)
    taken.add(issuer.issuer)
    names.add(issuer.name)
  }
}

function problemOf(issuer: ExternalIssuer): string | undefined {
  const checks: readonly (readonly [right: boolean, problem: string])[] = [
    [/^[a-z0-9][a-z0-9-]{0,62}$/.test(issuer.name), 'its name is not letters, digits and hyphens'],
    [URL.canParse(issuer.issuer), 'its `iss` is not an address'],
    [URL.canParse(issuer.keys), 'its keys have no address'],
    [
      issuer.algorithms.length > 0 && issuer.algorithms.every((name) => ALGORITHMS.has(name)),
      'its algorithms are not all asymmetric ones',
    ],
    [issuer.audiences.length > 0 && !issuer.audiences.includes(''), 'it has no audiences'],
    [issuer.scopes.claims.length > 0, 'it has no claim of scopes'],
    [issuer.subject.length > 0 && issuer.client.length > 0, 'it has no claim of subject or client'],
    [pathsOf(issuer).every((path) => path.length > 0), 'a claim has no name'],
    [
      Object.values(issuer.scopes.map).flat().every(allowedScope),
      'a scope holds what scopes cannot hold',
    ],
    [
      issuer.maxAge > 0 && issuer.maxAge <= REMEMBERED,
      'its tokens live longer than revocations are remembered',
    ],
  ]
  return checks.find(([right]) => !right)?.[1]
}

function pathsOf({ scopes, subject, client, agents, groups, exactly }: ExternalIssuer) {
  return [
    ...scopes.claims,
    ...subject,
    ...client,
    ...agents.flatMap((rule) => ('same' in rule ? rule.same : [rule.claim])),
    ...(groups === undefined ? [] : [groups.claim]),
    ...exactly.map(({ claim }) => claim),
  ]
}
