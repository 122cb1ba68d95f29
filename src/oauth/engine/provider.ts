import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, { errors, type KoaContextWithOIDC } from 'oidc-provider'
import { configurationOf } from './configuration.ts'
import type { Engine } from './engine.ts'
import type { KeySet } from './keys.ts'
import { isUnavailable } from './library-errors.ts'
import { registerMachineGrants } from './machine-grants.ts'
import { metadataOf } from './metadata.ts'
import { PATHS } from './paths.ts'
import { introspectSignedToken, readSignedToken, revokeSignedToken } from './signed-tokens.ts'

type Next = () => Promise<void>

/** The library, ready to answer. */
export interface LiveProvider {
  readonly provider: Provider
  handle(request: IncomingMessage, response: ServerResponse): Promise<void>
}

export function liveProvider(engine: Engine, keys: KeySet): LiveProvider {
  const provider = buildProvider(engine, keys)
  return { provider, handle: provider.callback() }
}

/**
 * The library, set up with the keys of one moment. Cheap: another set of keys is another provider on
 * the same storage.
 */
function buildProvider(engine: Engine, keys: KeySet): Provider {
  const { settings } = engine
  const provider = new Provider(settings.publicOrigin, configurationOf(engine, keys))
  provider.proxy = true
  provider.silent = true
  chainRefreshTokens(provider, engine)
  provider.ReplayDetection.unique = (issuer, jti, until) =>
    settings.once.first(JSON.stringify(['oauth', issuer, jti]), until * 1_000)
  registerMachineGrants(provider, engine)
  const failures = new WeakMap<object, unknown>()
  provider.on('authorization.error', (ctx, error) => {
    if (!mayRedirectError(engine, ctx)) error.allow_redirect = false
  })
  provider.on('server_error', (ctx, error) => {
    failures.set(ctx.req, error)
  })
  Object.assign(provider, { onerror: (error: unknown) => settings.log(`oauth: ${told(error)}`) })
  provider.use(async (ctx, next) => {
    ctx.state['requestId'] = settings.randomId()
    await next().catch((error: unknown) => failures.set(ctx.req, error))
    const failure = failures.get(ctx.req)
    if (failure !== undefined) await answerFailure(engine, ctx as KoaContextWithOIDC, failure)
  })
  provider.use((ctx, next) => ourTokens(engine, ctx as KoaContextWithOIDC, next))
  provider.use(async (ctx, next) => {
    await next()
    if (ctx.path === PATHS.metadata || ctx.path === PATHS.openidMetadata)
      ctx.body = metadataOf(engine, ctx.body as Record<string, unknown>, ctx.path)
  })
  return provider
}

/** Each refresh token names its family, and its successor follows from it alone. */
function chainRefreshTokens(provider: Provider, { refreshTokens }: Engine): void {
  Object.defineProperty(provider.RefreshToken.prototype, 'generateTokenId', {
    value: () => {
      const rotated = Provider.ctx?.oidc.entities.RotatedRefreshToken
      return rotated === undefined ? refreshTokens.begin() : refreshTokens.successor(rotated.jti)
    },
  })
}

/**
 * Errors go to an unvetted client's address only after a person has answered: else anybody could make
 * us send browsers anywhere (RFC 9700 section 4.11.2).
 */
function mayRedirectError(
  { settings: { clients } }: Engine,
  { oidc }: KoaContextWithOIDC,
): boolean {
  const { client } = oidc
  if (client === undefined) return false
  if (clients.vetted(client.clientId, client.metadata() as never)) return true
  const result = oidc.entities.Interaction?.result
  return oidc.route === 'resume' && result?.['error'] === 'access_denied'
}

/** Our access tokens at the endpoints where the library knows its own only; the client is known by then. */
async function ourTokens(engine: Engine, ctx: KoaContextWithOIDC, next: Next): Promise<void> {
  await next()
  if (ctx.path !== PATHS.revoke && ctx.path !== PATHS.introspect) return
  const { error } = (ctx.body ?? {}) as { error?: unknown }
  const { client } = ctx.oidc
  if (error !== 'unsupported_token_type' || client === undefined) return
  const token = await readSignedToken(engine, String(ctx.oidc.params?.['token']))
  ctx.status = 200
  if (ctx.path === PATHS.revoke) {
    ctx.body = ''
    if (token?.client === client.clientId) await revokeSignedToken(engine, token)
    return
  }
  const { clients } = engine.settings
  ctx.body = clients.mayIntrospect(client.clientId, client.metadata() as never)
    ? await introspectSignedToken(engine, token)
    : { active: false }
}

async function answerFailure(
  { settings }: Engine,
  ctx: KoaContextWithOIDC,
  failure: unknown,
): Promise<void> {
  const requestId = String(ctx.state['requestId'])
  // It was about to redirect, perhaps with a code.
  if (!ctx.headerSent) ctx.remove('location')
  if (failure instanceof errors.SessionNotFound) {
    ctx.body = null
    ctx.respond = false
    const { error: code, error_description: message } = failure
    return settings.showProblem(ctx.req, ctx.res, { status: 400, code, message, requestId })
  }
  settings.log(`oauth: request ${requestId} failed: ${told(failure)}`)
  if (ctx.respond === false) return
  const unavailable = isUnavailable(failure)
  ctx.status = unavailable ? 503 : 500
  ctx.body = {
    error: unavailable ? 'temporarily_unavailable' : 'server_error',
    error_description: `not done; request ${requestId}`,
  }
}

/** For the log: the message of an error and of its causes, never a payload. */
function told(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown'
  return error.cause === undefined ? error.message : `${error.message}: ${told(error.cause)}`
}
