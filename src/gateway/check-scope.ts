import type { AccessRequest } from '../kernel/access.ts'
import { GatewayError } from '../kernel/errors.ts'
import { allows, scopeOf } from '../kernel/scope.ts'
import type { Subject } from '../kernel/subject.ts'

/**
 * Holds a call against what its token was granted (OAuth 2.1 section 5.3). Asks for the scope of the
 * one tool, together with all that was granted before, since clients ask for what they are told and
 * would else lose the rest.
 *
 * @throws GatewayError `scope_insufficient`.
 */
export function checkScope({ authorization, target }: AccessRequest): void {
  if (allows(authorization.scopes, target)) return
  const scopes = [...new Set([...authorization.scopes, scopeOf(target)])]
  throw new GatewayError('scope_insufficient', `the token does not allow \`${target.name}\``, {
    data: { scopes },
  })
}

/**
 * Whether scopes leave something to be shown in lists: what a token allows, what its agent could ask for
 * by itself, and, where a person can consent to more when it is called, what that person may do.
 */
export function isOffered({
  subject,
  authorization,
  target,
}: Pick<AccessRequest, 'subject' | 'authorization' | 'target'>): boolean {
  const { scopes, reachable = [] } = authorization
  return mayAskForMore(subject) || allows(scopes, target) || allows(reachable, target)
}

/** Only a person who logged in can answer when a client comes back with more scopes. */
function mayAskForMore({ kind, via }: Subject): boolean {
  return kind === 'user' && (via === 'login' || via === 'external' || via === 'operator')
}
