import { ACCESS_LEVELS, DEFAULT_SCOPES, OFFLINE_ACCESS } from '../../kernel/scope.ts'
import type { Resource } from '../parts.ts'
import { OauthError } from './oauth-error.ts'

/** Scopes of OpenID Connect that clients add by habit. They ask for what we never tell; left out. */
const IDENTITY_SCOPES = new Set(['openid', 'profile', 'email', 'address', 'phone'])

const known = new WeakMap<Resource, ReadonlySet<string>>()

/** Whether a scope means something at a resource. */
export function isScopeOf(resource: Resource, scope: string): boolean {
  let scopes = known.get(resource)
  if (scopes === undefined) {
    const servers = new Set(resource.tools.map(({ server }) => server))
    scopes = new Set([
      ...ACCESS_LEVELS,
      OFFLINE_ACCESS,
      ...resource.tools.map((tool) => tool.scope),
      ...[...servers].flatMap((server) => [`${server}/prompts`, `${server}/resources`]),
    ])
    known.set(resource, scopes)
  }
  return scopes.has(scope)
}

/**
 * What an authorization request asks for: what it says, or the least there is; and refresh tokens when
 * the client uses them, so that the person sees that, too.
 *
 * @throws OauthError `invalid_scope` for a scope that the resource does not know (RFC 6749 section 3.3).
 */
export function askedScopes(
  resource: Resource,
  asked: string | undefined,
  refreshes: boolean,
): readonly string[] {
  const scopes = new Set(asked?.split(' ').filter((scope) => !IDENTITY_SCOPES.has(scope)))
  for (const scope of scopes)
    if (!isScopeOf(resource, scope))
      throw new OauthError('invalid_scope', `unknown scope \`${scope}\``)
  scopes.delete(OFFLINE_ACCESS)
  if (scopes.size === 0) for (const scope of DEFAULT_SCOPES) scopes.add(scope)
  if (refreshes) scopes.add(OFFLINE_ACCESS)
  return [...scopes]
}
