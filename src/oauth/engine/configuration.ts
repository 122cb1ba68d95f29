import { type Configuration, errors, type KoaContextWithOIDC } from 'oidc-provider'
import { OFFLINE_ACCESS } from '../../kernel/scope.ts'
import type { SubjectId } from '../../kernel/subject.ts'
import { cookiesOf, INTERACTION, RESUME, SESSION } from '../cookies.ts'
import { createAdapters } from './adapter.ts'
import { ownClaims, scopeClaim } from './claims.ts'
import type { Engine } from './engine.ts'
import { grantFor, policy } from './interaction-policy.ts'
import type { KeySet } from './keys.ts'
import { toLibraryError } from './library-errors.ts'
import { OauthError } from './oauth-error.ts'
import { PATHS } from './paths.ts'
import { defaultResource, resourceServer } from './resource-servers.ts'

/** Seconds that clocks of clients may differ. */
const SKEW = 5
/** Seconds that a client's assertion of itself may be good for. */
const MAX_ASSERTION = 300

/** The library's configuration: what is not named here is off. */
export function configurationOf(engine: Engine, keys: KeySet): Configuration {
  const { settings, seal } = engine
  return {
    adapter: createAdapters(engine),
    jwks: { keys: keys.jwks.map((key) => ({ ...key })) as never },
    clientDefaults: {
      token_endpoint_auth_method: 'none',
      id_token_signed_response_alg: 'ES256',
      response_types: ['code'],
    },
    clientAuthMethods: ['none', 'client_secret_basic', 'client_secret_post', 'private_key_jwt'],
    clockTolerance: SKEW,
    clientBasedCORS: (_, origin, client) => isOwnOrigin(origin, client.redirectUris ?? []),
    cookies: cookiesFor(settings.publicOrigin, seal.derive('cookies')),
    enabledJWA: {
      clientAuthSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519', 'PS256', 'RS256'],
      dPoPSigningAlgValues: ['ES256', 'EdDSA', 'Ed25519'],
      idTokenSigningAlgValues: ['ES256'],
    },
    responseTypes: ['code'],
    scopes: [],
    claims: {},
    pkce: { required: () => true },
    routes: {
      authorization: PATHS.authorize,
      token: PATHS.token,
      jwks: PATHS.jwks,
      revocation: PATHS.revoke,
      introspection: PATHS.introspect,
      pushed_authorization_request: PATHS.par,
    },
    interactions: {
      policy: policy(),
      url: (_, interaction) => `${PATHS.interaction}/${interaction.uid}`,
    },
    features: featuresOf(engine),
    fetch: (url) => {
      if (settings.clients.documents === undefined) throw new TypeError('nothing is fetched')
      return settings.clients.documents.fetch(String(url))
    },
    findAccount: async (_, sub) => {
      const user = await settings.principals.user(sub as SubjectId)
      return user?.status === 'active'
        ? { accountId: sub, claims: async () => ({ sub }) }
        : undefined
    },
    loadExistingGrant: (ctx) => grantFor(engine, ctx),
    issueRefreshToken: async (_, client, source) =>
      client.grantTypeAllowed('refresh_token') && source.scopes.has(OFFLINE_ACCESS),
    rotateRefreshToken: (ctx) => rotates(engine, ctx),
    expiresWithSession: async () => false,
    revokeGrantPolicy: () => true,
    assertJwtClientAuthClaimsAndHeader: async (_, claims) => assertAssertion(settings, claims),
    extraTokenClaims: (ctx, token) => claimsFor(engine, ctx, token as IssuedByLibrary),
    formats: {
      customizers: {
        jwt: async (_, __, { payload }) => {
          payload['scope'] = scopeClaim(String(payload['scope'] ?? '').split(' '))
        },
      },
    },
    ttl: lifetimesOf(engine),
    renderError: async (ctx, out) => {
      ctx.respond = false
      await settings.showProblem(ctx.req, ctx.res, {
        // An error that may not be redirected still has the status of a redirect.
        status: Math.max(ctx.status, 400),
        code: out.error,
        message: out.error_description,
        requestId: String(ctx.state['requestId'] ?? ''),
      })
    },
  }
}

/** Always, unless the person is to be asked instead. @throws {errors.OIDCProviderError} */
function rotates({ wanted }: Engine, ctx: KoaContextWithOIDC): boolean {
  if (!wanted.take(ctx.oidc.entities.RefreshToken?.grantId ?? '')) return true
  throw toLibraryError(new OauthError('interaction_required', 'the user is to be asked for more'))
}

function featuresOf(engine: Engine): Configuration['features'] {
  const { settings, seal } = engine
  const { documents } = settings.clients
  return {
    devInteractions: { enabled: false },
    userinfo: { enabled: false },
    rpInitiatedLogout: { enabled: false },
    pushedAuthorizationRequests: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: (ctx, _, oneOf) => oneOf ?? defaultResource(engine, ctx),
      getResourceServerInfo: (ctx, indicator) => resourceServer(engine, ctx, indicator),
      useGrantedResource: async () => true,
    },
    dPoP: {
      enabled: true,
      nonceSecret: seal.derive('dpop nonces'),
      requireNonce: () => settings.requireDpopNonce === true,
    },
    revocation: {
      enabled: true,
      allowedPolicy: async (_, client, token) => token.clientId === client.clientId,
    },
    introspection: {
      enabled: true,
      allowedPolicy: async (_, client) =>
        settings.clients.mayIntrospect(client.clientId, client.metadata() as never),
    },
    ...(documents === undefined
      ? {}
      : {
          clientIdMetadataDocument: {
            enabled: true,
            ack: 'draft-02',
            cacheDuration: documents.cacheDuration,
            allowFetch: (ctx: KoaContextWithOIDC | undefined, id: string) =>
              documents.allowFetch(ctx?.req, id),
            allowClient: (_: unknown, client) =>
              documents.allowClient(client.clientId, client.metadata() as never),
          },
        }),
  }
}

function lifetimesOf({ settings: { lifetimes, clock } }: Engine): Configuration['ttl'] {
  const seconds = (ms: number) => Math.max(1, Math.floor(ms / 1_000))
  const left = (ctx: KoaContextWithOIDC | undefined, ms: number) => {
    const end = ctx?.oidc.entities.Grant?.exp
    return seconds(Math.min(ms, end === undefined ? ms : end * 1_000 - clock()))
  }
  return {
    AccessToken: (ctx, token) => left(ctx, (token.resourceServer?.accessTokenTTL ?? 1) * 1_000),
    AuthorizationCode: seconds(lifetimes.code),
    Interaction: seconds(lifetimes.interaction),
    RefreshToken: (ctx) => left(ctx, lifetimes.refresh),
    Grant: seconds(lifetimes.grant),
    // From the login on, however often it is used.
    Session: (_, { loginTs }) =>
      seconds(
        loginTs === undefined
          ? lifetimes.interaction
          : loginTs * 1_000 + lifetimes.session - clock(),
      ),
    ClientCredentials: seconds(lifetimes.access),
    IdToken: seconds(lifetimes.access),
  }
}

function cookiesFor(origin: string, key: Buffer): Configuration['cookies'] {
  const { nameOf } = cookiesOf(origin)
  const secure = origin.startsWith('https:')
  const options = { signed: true, httpOnly: true, sameSite: 'lax', secure } as const
  return {
    keys: [key.toString('base64url')],
    names: {
      session: nameOf(SESSION),
      interaction: nameOf(INTERACTION),
      resume: nameOf(RESUME),
    },
    long: { ...options, path: SESSION.path },
    short: options,
  }
}

/** A page may read our answers where it could read its client's redirects anyhow. */
function isOwnOrigin(origin: string, redirects: readonly string[]): boolean {
  return redirects.some((redirect) => URL.canParse(redirect) && new URL(redirect).origin === origin)
}

/** One audience, exactly us: an assertion for another server must be of no use here (RFC 7523bis). */
function assertAssertion(
  { publicOrigin, clock }: Engine['settings'],
  { aud, exp }: Record<string, unknown>,
): void {
  if (aud !== publicOrigin)
    throw new errors.InvalidClientAuth('aud must be the issuer, as one string')
  if (typeof exp !== 'number' || exp > clock() / 1_000 + MAX_ASSERTION + SKEW)
    throw new errors.InvalidClientAuth('the assertion is good for too long')
}

/** The library's tokens as far as this file looks at them. */
interface IssuedByLibrary {
  readonly jti: string
  readonly accountId?: string
  readonly clientId?: string
  readonly grantId?: string
  readonly aud?: string | string[]
}

async function claimsFor(
  { settings, grants }: Engine,
  ctx: KoaContextWithOIDC,
  { jti, accountId, clientId, grantId, aud }: IssuedByLibrary,
) {
  if (accountId === undefined || clientId === undefined || grantId === undefined)
    throw new errors.InvalidGrant('a token without an account')
  const { RefreshToken: refresh, AuthorizationCode: code } = ctx.oidc.entities
  // The rotation was witnessed as `grant.refreshed`.
  if (refresh === undefined)
    await settings.witness({
      event: 'token.issued',
      outcome: 'done',
      subject: `user:${accountId}`,
      client: clientId,
      target: grantId,
      detail: { token: jti, resource: String(aud), via: 'login' },
    })
  grants.used(grantId)
  settings.principals.seen('user', accountId as SubjectId)
  settings.clients.used(clientId)
  const methods = code?.amr ?? refresh?.amr ?? []
  return ownClaims(
    { kind: 'user', actors: [], via: 'login', methods },
    grantId,
    settings.clients.trust(clientId),
  )
}
