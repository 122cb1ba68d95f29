import { SignJWT } from 'jose'
import type { IssuedToken, Issuer, Resource, TokenRequest } from '../parts.ts'
import { ownClaims, scopeClaim } from './claims.ts'
import type { Grants } from './grants.ts'
import type { KeySet } from './keys.ts'
import { OauthError } from './oauth-error.ts'
import type { Settings } from './options.ts'

/** Milliseconds. */
const OPERATOR_LIFETIME = 60 * 60_000

/** Tokens that no browser asked for: agents', exchanged ones, the operator's own. */
export function createIssuer(settings: Settings, grants: Grants, keys: () => KeySet): Issuer {
  return {
    issue: async (request) => {
      const resource = settings.resources.find(request.resource)
      if (resource === undefined) throw new OauthError('invalid_target', 'unknown resource')
      await checkSubject(settings, request)
      const grant = await grantFor(settings, grants, request)
      const longest = longestOf(settings, request, resource)
      const now = settings.clock()
      const issued = Math.floor(now / 1_000)
      const until = Math.min(now + Math.min(request.lifetime ?? longest, longest), grant.expires)
      const expires = Math.floor(until / 1_000)
      const jti = settings.randomId()
      await settings.witness({
        event: 'token.issued',
        outcome: 'done',
        subject: `${request.kind}:${request.subject}`,
        client: request.client,
        target: grant.id,
        detail: { token: jti, resource: request.resource, via: request.via },
      })
      const token = await sign(settings, keys(), request, { grant: grant.id, jti, issued, expires })
      grants.used(grant.id)
      settings.principals.seen(request.kind, request.subject)
      settings.clients.used(request.client)
      return { token, grant: grant.id, expires: expires * 1_000 } satisfies IssuedToken
    },
  }
}

/** The operator may have tokens of an hour, for what takes long; it has to ask for them. */
function longestOf(
  { lifetimes }: Settings,
  { via, lifetime }: TokenRequest,
  { path }: Resource,
): number {
  if (via === 'operator' && lifetime !== undefined) return OPERATOR_LIFETIME
  return path === '/admin' ? lifetimes.admin : lifetimes.access
}

async function checkSubject({ principals }: Settings, request: TokenRequest): Promise<void> {
  const account =
    request.kind === 'user'
      ? await principals.user(request.subject)
      : await principals.agent(request.subject)
  if (account?.status !== 'active')
    throw new OauthError('invalid_grant', 'the subject is unknown or disabled')
}

async function grantFor(settings: Settings, grants: Grants, request: TokenRequest) {
  if (request.grant === undefined) {
    const { kind, subject, client, resource, scopes, actors, via, lifetime } = request
    const expires = lifetime === undefined ? {} : { expires: settings.clock() + lifetime }
    return grants.add({ kind, subject, client, resource, scopes, actors, via, ...expires })
  }
  const grant = await grants.live(request.grant)
  if (grant === undefined) throw new OauthError('invalid_grant', 'the grant is over')
  return grant
}

interface Stamp {
  readonly grant: string
  readonly jti: string
  /** Seconds since the epoch. */
  readonly issued: number
  readonly expires: number
}

async function sign(
  { publicOrigin, clients }: Settings,
  { signer }: KeySet,
  request: TokenRequest,
  stamp: Stamp,
): Promise<string> {
  const { thumbprint, client } = request
  return new SignJWT({
    ...ownClaims(request, stamp.grant, clients.trust(client)),
    scope: scopeClaim(request.scopes),
    client_id: client,
    ...(thumbprint === undefined ? {} : { cnf: { jkt: thumbprint } }),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid: signer.id })
    .setIssuer(publicOrigin)
    .setAudience(request.resource)
    .setSubject(request.subject)
    .setJti(stamp.jti)
    .setIssuedAt(stamp.issued)
    .setExpirationTime(stamp.expires)
    .sign(signer.key)
}
