import type { Authenticated } from '../kernel/authentication.ts'
import { GatewayError } from '../kernel/errors.ts'
import type { Actor } from '../kernel/event.ts'
import { within } from '../kernel/scope.ts'
import { OWNERS, subjectName } from '../kernel/subject.ts'

/**
 * Who administers. Only a user may, by themselves: one who is an owner at this moment, or for whom the
 * operator of the machine issued the token.
 *
 * @throws GatewayError `owners_only`; `scope_insufficient` with the scope that is needed.
 */
export function administratorOf(
  { subject, authorization }: Pick<Authenticated, 'subject' | 'authorization'>,
  level: 'read' | 'write',
): Actor {
  const self = subject.kind === 'user' && subject.actors.length === 0
  if (!self || !(subject.via === 'operator' || subject.groups.includes(OWNERS)))
    throw new GatewayError('owners_only', 'only users in the group `owners` may administer')
  if (!within([level], authorization.scopes))
    throw new GatewayError('scope_insufficient', `this needs the scope \`${level}\``, {
      data: { scopes: [level] },
    })
  const { client, grant } = authorization
  return { subject: subjectName(subject), client, grant }
}
