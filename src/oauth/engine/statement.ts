import { SignJWT } from 'jose'
import type { Subject } from '../../kernel/subject.ts'
import type { KeySet } from './keys.ts'
import type { Settings } from './options.ts'

/** Seconds. It is exchanged at once. */
const LIFE = 60

/**
 * Signs who a subject is, for another authorization server that exchanges it (RFC 8693 section 2.1). It
 * is no access token: nothing here or elsewhere takes it for one (RFC 8725 section 3.11).
 */
export async function signStatement(
  { publicOrigin, clock, randomId }: Pick<Settings, 'publicOrigin' | 'clock' | 'randomId'>,
  { signer }: KeySet,
  { id, kind, actors }: Pick<Subject, 'id' | 'kind' | 'actors'>,
  audience: string,
): Promise<string> {
  const issued = Math.floor(clock() / 1_000)
  return new SignJWT({ kind, ...actorClaim(actors) })
    .setProtectedHeader({ alg: 'ES256', typ: 'JWT', kid: signer.id })
    .setIssuer(publicOrigin)
    .setAudience(audience)
    .setSubject(id)
    .setJti(randomId())
    .setIssuedAt(issued)
    .setExpirationTime(issued + LIFE)
    .sign(signer.key)
}

/** Who acts, the outermost first, each within the one before (RFC 8693 section 4.1). */
function actorClaim(actors: Subject['actors']): { readonly act?: object } {
  let claim: { readonly act?: object } = {}
  for (const actor of actors.toReversed()) claim = { act: { sub: actor, ...claim } }
  return claim
}
