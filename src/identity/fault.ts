import type { Credentials, Sender } from '../kernel/authentication.ts'
import type { SentToken } from './credentials.ts'
import type { Denylist } from './denylist.ts'
import type { TokenEntry } from './token-cache.ts'

/** Who may come without a proof of possession (RFC 9449), where the token itself allows it. */
export type BearerPolicy = 'allowed' | 'users-only' | 'never' | ((sender: Sender) => boolean)

export interface FaultOptions {
  readonly denied: Denylist
  readonly bearer: BearerPolicy
  readonly origins: readonly string[]
  readonly paths: (path: string) => boolean
}

/** What speaks against a token that is genuine; undefined: nothing. */
export type Fault =
  | 'revoked'
  | 'unknown'
  | 'disabled'
  | 'another resource'
  | 'bound to a key'
  | 'not bound to a key'

/**
 * Finds what speaks against this use of a genuine token. Asked for each request: what was good a
 * moment ago can be revoked, and what is good here is not good elsewhere.
 */
export function faultOf(
  options: FaultOptions,
  entry: TokenEntry,
  scheme: SentToken['scheme'],
  place: Pick<Credentials, 'origin' | 'path'>,
  now: number,
): Fault | undefined {
  if (options.denied.refuses(entry.token)) return 'revoked'
  return (
    faultOfStandings(entry, now) ??
    faultOfPlace(options, entry, place) ??
    faultOfScheme(options, entry, scheme)
  )
}

function faultOfStandings({ standings, token }: TokenEntry, now: number): Fault | undefined {
  for (const { status, expires } of standings) {
    if (status === 'refused' || expires <= now) return 'disabled'
    if (status === 'unknown' && token.known === 'required') return 'unknown'
  }
  return undefined
}

function faultOfPlace(
  { origins, paths }: FaultOptions,
  { token: { audience, opens } }: TokenEntry,
  { origin, path }: Pick<Credentials, 'origin' | 'path'>,
): Fault | undefined {
  const ours = origins.includes(origin) && paths(path)
  const meant = (audience === undefined || audience === origin + path) && opens(path)
  return ours && meant ? undefined : 'another resource'
}

/** RFC 9449 section 7.1: a token that is bound comes with a proof, and no other does. */
function faultOfScheme(
  { bearer }: FaultOptions,
  { token: { thumbprint, proof }, answer }: TokenEntry,
  scheme: SentToken['scheme'],
): Fault | undefined {
  if (thumbprint !== undefined) return scheme === 'dpop' ? undefined : 'bound to a key'
  const enough = scheme === 'bearer' && proof === 'optional' && bearerIsEnough(bearer, answer)
  return enough ? undefined : 'not bound to a key'
}

function bearerIsEnough(policy: BearerPolicy, sender: Sender): boolean {
  // Whoever holds the operator's key could change the policy; their tokens go no further than this machine.
  if (sender.subject.via === 'operator') return true
  switch (policy) {
    case 'allowed':
      return true
    case 'users-only':
      return sender.subject.kind === 'user' && sender.subject.actors.length === 0
    case 'never':
      return false
    default:
      return policy(sender)
  }
}
