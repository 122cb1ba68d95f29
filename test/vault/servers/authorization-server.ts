import { generateKeyPairSync } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import Provider, {
  type ClientMetadata,
  type Configuration,
  type InteractionResults,
} from 'oidc-provider'
import { type Heard, listenAndHear } from './heard.ts'

/** Scopes that it grants for any protected resource. */
export const SCOPES = ['read', 'write'] as const
/** A client of the resource servers, for introspection. */
export const RESOURCE_SERVER = { id: 'resource-server', secret: 'the secret of resource servers 1' }

/** An authorization server that is not ours: certified software, set up as its documentation says. */
export interface AuthorizationServer {
  readonly issuer: string
  readonly heard: readonly Heard[]
  /** Requests to its token endpoint, by grant type. */
  tokenRequests(grant: 'authorization_code' | 'refresh_token'): readonly Heard[]
  /** All tokens that it ever issued. */
  tokens(): { readonly access: readonly string[]; readonly refresh: readonly string[] }
  /** Ends access tokens as time does; what they were had with stays good. */
  expire(): Promise<void>
  /** Ends all that a person ever granted. */
  revoke(account: string): Promise<void>
  stop(): Promise<void>
}

export interface AuthorizationServerOptions {
  /** Clients besides those that register themselves. */
  readonly clients?: readonly ClientMetadata[]
  /** Seconds. */
  readonly accessLife?: number
  /** Tokens that only it understands, so that resource servers hear at once what is revoked. */
  readonly opaque?: boolean
  /** Whether unknown clients may register. */
  readonly registration?: boolean
}

const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  format: 'jwk',
}) as { kty: 'RSA' }

/**
 * Starts one on this machine. A person logs in by the cookie `account` of their browser, and consents
 * unless the cookie is `nobody`.
 */
export async function startAuthorizationServer(
  options: AuthorizationServerOptions = {},
): Promise<AuthorizationServer> {
  let provider: Provider | undefined
  const grants = new Map<string, string>()
  const server = await listenAndHear((issuer) => {
    const own = new Provider(issuer, configuration(options))
    provider = own
    own.on('grant.success', ({ oidc }) => {
      const { accountId, grantId } = oidc.entities.AccessToken ?? {}
      if (accountId !== undefined && grantId !== undefined) grants.set(grantId, accountId)
    })
    const serve = own.callback()
    return (request, response) => {
      if (!request.url?.startsWith('/interaction/')) void serve(request, response)
      else answer(own, request, response).catch((error) => response.destroy(error))
    }
  })
  const tokenRequests: AuthorizationServer['tokenRequests'] = (grant) =>
    server.heard.filter(
      ({ path, body }) =>
        path === '/token' && new URLSearchParams(body).get('grant_type') === grant,
    )
  const tokens: AuthorizationServer['tokens'] = () => {
    const answers = server.heard
      .filter(({ path, status }) => path === '/token' && status === 200)
      .map((one) => JSON.parse(one.answer))
    const all = (name: string): readonly string[] => [
      ...new Set(answers.flatMap((one) => one[name] ?? [])),
    ]
    return { access: all('access_token'), refresh: all('refresh_token') }
  }
  return {
    issuer: server.origin,
    heard: server.heard,
    tokenRequests,
    tokens,
    async expire() {
      const { AccessToken } = provider as Provider
      for (const value of tokens().access) await (await AccessToken.find(value))?.destroy()
    },
    async revoke(account) {
      const { AccessToken, RefreshToken, Grant } = provider as Provider
      for (const [id, of] of grants) {
        if (of !== account) continue
        await AccessToken.revokeByGrantId(id)
        await RefreshToken.revokeByGrantId(id)
        await (await Grant.find(id))?.destroy()
      }
    },
    stop: server.stop,
  }
}

/** Logs in whom the browser belongs to, and consents to all that is asked, as the guide has it. */
async function answer(
  provider: Provider,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const account = /(?:^|; )account=([^;]+)/.exec(request.headers.cookie ?? '')?.[1]
  const finish = (result: InteractionResults): Promise<void> =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true })
  if (account === undefined || account === 'nobody')
    return finish({ error: 'access_denied', error_description: 'nobody is there' })
  const { prompt, params, grantId } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login') return finish({ login: { accountId: account } })
  const kept = grantId === undefined ? undefined : await provider.Grant.find(grantId)
  const clientId = String(params['client_id'])
  const grant = kept ?? new provider.Grant({ accountId: account, clientId })
  const missing = prompt.details as {
    readonly missingOIDCScope?: readonly string[]
    readonly missingResourceScopes?: Readonly<Record<string, readonly string[]>>
  }
  if (missing.missingOIDCScope) grant.addOIDCScope(missing.missingOIDCScope.join(' '))
  for (const [resource, scopes] of Object.entries(missing.missingResourceScopes ?? {}))
    grant.addResourceScope(resource, scopes.join(' '))
  return finish({ consent: { grantId: await grant.save() } })
}

function configuration(options: AuthorizationServerOptions): Configuration {
  const { clients = [], accessLife = 3_600, opaque = false, registration = true } = options
  return {
    clients: [
      ...clients,
      {
        client_id: RESOURCE_SERVER.id,
        client_secret: RESOURCE_SERVER.secret,
        grant_types: [],
        response_types: [],
        redirect_uris: [],
      },
    ],
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    scopes: [...SCOPES, 'offline_access'],
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    cookies: { keys: ['a key of the tests'] },
    jwks: { keys: [signingKey] },
    pkce: { required: () => true },
    rotateRefreshToken: true,
    issueRefreshToken: async (_, client) => client.grantTypeAllowed('refresh_token'),
    ttl: {
      ...{ Interaction: 600, Grant: 3_600, Session: 3_600, IdToken: 600, RefreshToken: 3_600 },
      ...{ AuthorizationCode: 60, AccessToken: accessLife, ClientCredentials: accessLife },
    },
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: registration },
      revocation: { enabled: true },
      introspection: { enabled: true, allowedPolicy: () => true },
      clientCredentials: { enabled: true },
      dPoP: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_, resource) => ({
          scope: SCOPES.join(' '),
          audience: resource,
          accessTokenTTL: accessLife,
          accessTokenFormat: opaque ? 'opaque' : 'jwt',
          jwt: { sign: { alg: 'RS256' } },
        }),
        useGrantedResource: () => true,
      },
    },
  }
}
