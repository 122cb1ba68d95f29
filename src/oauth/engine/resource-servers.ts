import { errors, type KoaContextWithOIDC, type ResourceServer } from 'oidc-provider'
import { within } from '../../kernel/scope.ts'
import type { Resource } from '../parts.ts'
import type { Engine } from './engine.ts'
import { toLibraryError } from './library-errors.ts'
import { OauthError } from './oauth-error.ts'
import { askedScopes, isScopeOf } from './scopes.ts'

const ASKING: ReadonlySet<string | undefined> = new Set([
  'authorization',
  'pushed_authorization_request',
])

/**
 * What the library wants to know of a resource (RFC 8707): one at a time, named exactly. Settles on
 * the way what an authorization request asks for.
 */
export function resourceServer(
  { settings, keys }: Engine,
  ctx: KoaContextWithOIDC,
  indicator: string,
): ResourceServer {
  const resource = settings.resources.find(indicator)
  if (resource === undefined) throw new errors.InvalidTarget('unknown resource')
  const { params, client, route } = ctx.oidc
  if (params !== undefined && ASKING.has(route)) {
    if (Array.isArray(params['resource']))
      throw new errors.InvalidTarget('only one resource at a time')
    const asked = askedScopesFor(settings, resource, ctx)
    params['scope'] = asked.join(' ')
  }
  const access = resource.path === '/admin' ? settings.lifetimes.admin : settings.lifetimes.access
  const granted = ctx.oidc.entities.Grant?.getResourceScope(indicator) ?? ''
  const scopes = `${params?.['scope'] ?? ''} ${granted}`.split(' ')
  if (client === undefined) throw new errors.InvalidClient('client is invalid', 'no client')
  return {
    scope: scopes.filter((scope) => isScopeOf(resource, scope)).join(' '),
    audience: indicator,
    accessTokenFormat: 'jwt',
    accessTokenTTL: Math.max(1, Math.floor(access / 1_000)),
    jwt: { sign: { alg: 'ES256', kid: keys().signer.id } },
  }
}

/** For clients that name neither a resource nor a scope: those from before RFC 8707. */
export function defaultResource({ settings }: Engine, ctx: KoaContextWithOIDC): string {
  if (ctx.oidc.params?.['scope'] !== undefined)
    throw new errors.InvalidTarget('`resource` is required (RFC 8707)')
  return settings.resources.fallback
}

function askedScopesFor(
  { clients }: Engine['settings'],
  resource: Resource,
  { oidc: { params, client } }: KoaContextWithOIDC,
): readonly string[] {
  if (client === undefined) throw new errors.InvalidClient('client is invalid', 'no client')
  try {
    const asked = params?.['scope'] as string | undefined
    const scopes = askedScopes(resource, asked, client.grantTypeAllowed('refresh_token'))
    const ceiling = clients.ceiling(client.clientId)
    if (ceiling.resources?.includes(resource.url) === false)
      throw new OauthError('invalid_target', 'the client is not registered for this resource')
    const access = scopes.filter((scope) => scope !== 'offline_access')
    if (ceiling.scopes !== undefined && !within(access, ceiling.scopes))
      throw new OauthError('invalid_scope', 'the client is not registered for these scopes')
    return scopes
  } catch (error) {
    throw toLibraryError(error)
  }
}
