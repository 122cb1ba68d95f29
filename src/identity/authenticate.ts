import { hash } from 'node:crypto'
import type { Principals } from '../kernel/accounts.ts'
import type { Authenticated, Authenticator, Credentials } from '../kernel/authentication.ts'
import type { InboundToken } from '../kernel/credential.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Clock } from '../kernel/ports.ts'
import { checkForm, readAuthorization, type SentToken } from './credentials.ts'
import { type FaultOptions, faultOf } from './fault.ts'
import type { WitnessMisuse } from './misuse.ts'
import type { News } from './news.ts'
import type { Nonces } from './nonces.ts'
import type { CheckProof } from './proof.ts'
import { invalidToken, unknowable } from './refusal.ts'
import type { KnownStanding, Standings } from './standings.ts'
import { type TokenCache, type TokenEntry, verifiedUntil } from './token-cache.ts'
import type { VerifiedToken } from './verified-token.ts'

export interface AuthenticateParts extends FaultOptions {
  readonly cache: TokenCache
  readonly standings: Standings
  /** @throws GatewayError `token_invalid`, `store_unavailable`. */
  readonly verify: (token: string) => Promise<VerifiedToken>
  readonly checkProof: CheckProof
  readonly nonces: Nonces
  readonly principals: Pick<Principals, 'seen'>
  readonly misused: WitnessMisuse
  readonly news: News
  readonly whenStoreIsLost: 'deny' | 'until-expiry'
  readonly clock: Clock
  /** Hears of each token that verified, again from time to time, and until when it is good. Must not throw. */
  readonly onInbound?: ((token: InboundToken, expires: number) => void) | undefined
}

/**
 * Finds out who sends a request. A token that was verified lately is judged at once, against all that
 * is known now; everything else takes a promise.
 */
export function authenticateWith(parts: AuthenticateParts): Authenticator['authenticate'] {
  const { cache, clock } = parts
  return (credentials) => {
    const sent = readAuthorization(credentials.authorization)
    const digest = hash('sha256', sent.token, 'base64url')
    const now = clock()
    if (sent.scheme === 'bearer' && parts.news.isCurrent(now)) {
      const entry = cache.get(digest, now)
      if (entry !== undefined && isFresh(parts, entry, now)) {
        const fault = faultOf(parts, entry, 'bearer', credentials, now)
        if (fault === undefined) return entry.answer
      }
    }
    checkForm(sent.token)
    return thoroughly(parts, sent, digest, credentials)
  }
}

async function thoroughly(
  parts: AuthenticateParts,
  sent: SentToken,
  digest: string,
  credentials: Credentials,
): Promise<Authenticated> {
  const lost = !(await parts.news.find())
  if (lost && parts.whenStoreIsLost === 'deny') throw unknowable('changes cannot be heard of')
  const entry = await entryOf(parts, sent.token, digest, lost ? 'known' : 'fresh')
  const fault = faultOf(parts, entry, sent.scheme, credentials, parts.clock())
  if (fault !== undefined) {
    await parts.misused(entry.token, fault, credentials.path)
    throw invalidToken(fault)
  }
  const answer =
    sent.scheme === 'bearer' ? entry.answer : await proven(parts, entry, digest, credentials)
  for (const { kind, id, status } of entry.standings)
    if (status === 'active') parts.principals.seen(kind, id)
  return answer
}

/** The token with all that is known of it, verified now or lately. */
async function entryOf(
  parts: AuthenticateParts,
  token: InboundToken,
  digest: string,
  wanted: 'fresh' | 'known',
): Promise<TokenEntry> {
  const { cache, standings, clock } = parts
  const cached = cache.get(digest, clock())
  if (cached?.standings.every((one) => stillGood(parts, one, wanted)) === true) return cached
  const generation = cache.generation()
  const verified = cached?.token ?? (await cache.share(digest, () => parts.verify(token)))
  if (cached === undefined) parts.onInbound?.(token, verified.expires)
  const everybody = await Promise.all([
    standings.read(verified.kind, verified.id, wanted),
    ...verified.actors.map((actor) => standings.read('agent', actor, wanted)),
  ])
  const entry = {
    token: verified,
    until: cached?.until ?? verifiedUntil(verified, clock),
    standings: everybody,
    answer: answerOf(verified, everybody[0]),
  }
  // Keys changed meanwhile: what verified it may not be good any more.
  if (cache.generation() !== generation) return entryOf(parts, token, digest, wanted)
  cache.put(digest, entry)
  return entry
}

function answerOf(token: VerifiedToken, standing: KnownStanding | undefined): Authenticated {
  const { groups, scopes: most } = standing ?? { groups: [], scopes: [] }
  // An agent that acts for somebody can have no more than that somebody gave.
  const alone = token.kind === 'agent' && token.via === 'client-credentials'
  const { kind, id, via, actors, client, clientTrust, grant, scopes, issuer, expires } = token
  return {
    subject: { kind, id, via, actors, groups: [...new Set([...token.groups, ...groups])] },
    authorization: {
      client,
      clientTrust,
      grant,
      scopes,
      bound: token.thumbprint !== undefined,
      issuer,
      expires,
      methods: token.methods,
      ...(alone ? { reachable: most } : {}),
    },
  }
}

/** A token that is bound to a key, with the proof that its sender holds the key. */
async function proven(
  { checkProof, nonces, misused }: AuthenticateParts,
  { token, answer }: TokenEntry,
  tokenHash: string,
  { dpop, method, origin, path, target = path }: Credentials,
): Promise<Authenticated> {
  const { thumbprint } = token
  if (thumbprint === undefined) throw invalidToken('not bound to a key')
  try {
    const about = { method, address: origin + target, tokenHash, thumbprint }
    const old = await checkProof(dpop, about)
    return old ? { ...answer, headers: ['dpop-nonce', nonces.current()] } : answer
  } catch (error) {
    if (error instanceof GatewayError && error.code === 'proof_invalid')
      await misused(token, `proof: ${error.detail}`, path)
    throw error
  }
}

function isFresh({ standings }: AuthenticateParts, entry: TokenEntry, now: number): boolean {
  for (const standing of entry.standings) if (!standings.isFresh(standing, now)) return false
  return true
}

function stillGood(
  { standings, clock }: AuthenticateParts,
  standing: KnownStanding,
  wanted: 'fresh' | 'known',
): boolean {
  return wanted === 'known' ? standings.holds(standing) : standings.isFresh(standing, clock())
}
