import { OFFLINE_ACCESS } from '../../kernel/scope.ts'
import type { ClientTrust } from '../../kernel/subject.ts'
import type { TokenRequest } from '../parts.ts'

type Claimed = Pick<TokenRequest, 'kind' | 'actors' | 'via' | 'methods'>

/**
 * The claims of ours in an access token, besides those of RFC 9068. No name, no address, no group:
 * those are looked up where they are needed.
 */
export function ownClaims(
  { kind, actors, via, methods }: Claimed,
  grant: string,
  clientTrust: ClientTrust,
): Record<string, unknown> {
  return {
    gid: grant,
    kind,
    via,
    client_trust: clientTrust,
    ...(methods.length === 0 ? {} : { amr: [...methods] }),
    ...actorClaim(actors),
  }
}

/** Nested as RFC 8693 section 4.1 has it: the current actor outside, those before it within. */
function actorClaim(actors: readonly string[]): { act?: object } {
  const act = actors.reduceRight<object | undefined>(
    (inner, sub) => ({ sub, ...(inner === undefined ? {} : { act: inner }) }),
    undefined,
  )
  return act === undefined ? {} : { act }
}

/** The `scope` claim: that a client may refresh says nothing to a resource. */
export function scopeClaim(scopes: readonly string[]): string {
  return scopes.filter((scope) => scope !== OFFLINE_ACCESS).join(' ')
}
