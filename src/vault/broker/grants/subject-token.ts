import { ownerOf } from '../../../kernel/credential.ts'
import { GatewayError } from '../../../kernel/errors.ts'
import type { Parts } from '../parts.ts'
import type { MachineGrant } from './machine.ts'

/**
 * What is exchanged: the configured token, else one of our own about the subject whose token it becomes.
 *
 * @throws GatewayError `credential_unavailable`.
 */
export async function subjectToken(
  { mint }: Pick<Parts, 'mint'>,
  { place, settings, subject }: MachineGrant,
  audience: string,
): Promise<string> {
  if (settings.subjectToken !== undefined) return settings.subjectToken(place.owner)
  // A token about one person must not become the token of all.
  if (mint === undefined || subject === undefined || ownerOf(subject) !== place.owner)
    throw new GatewayError(
      'credential_unavailable',
      `there is no token to exchange for ${place.server}`,
    )
  return mint(subject, audience)
}
