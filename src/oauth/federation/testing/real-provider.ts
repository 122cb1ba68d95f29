import { generateKeyPairSync, type JsonWebKey } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

/** A client of the provider: ours. */
export interface ProviderClient {
  readonly redirect: string
  readonly secret: string
  readonly publicKey?: JsonWebKey
}

/** Who logs in there next, without being asked. */
export interface ScriptedLogin {
  readonly subject: string
  /** What the ID token says besides; only what stands in `CLAIMS` gets in. */
  readonly claims?: Readonly<Record<string, unknown>>
  readonly amr?: readonly string[]
  readonly acr?: string
  /** Refuses instead, with this error. */
  readonly error?: { readonly error: string; readonly error_description: string }
}

export interface RealProvider {
  readonly issuer: string
  readonly clientId: string
  /** Changes who logs in next. */
  script(login: ScriptedLogin): void
  /** Registers our client. Its callback is known only when the gateway runs. */
  expect(client: ProviderClient): void
  /** Requests by path since the last `forget`, newest last. */
  readonly requests: readonly string[]
  forget(): void
  close(): Promise<void>
}

const CLAIMS = ['_claim_names', 'name', 'groups', 'realm_access', 'tid', 'hd', 'preferred_username']
const signingKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  format: 'jwk',
}) as { kty: 'RSA' }
const CLIENT_ID = 'bailiwick'

/** An OpenID provider that certified software makes, on this machine, with a login that needs no person. */
export async function startRealProvider(): Promise<RealProvider> {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const requests: string[] = []
  let login: ScriptedLogin = { subject: 'nobody' }
  let provider: Provider | undefined

  server.on('request', (request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    requests.push(path)
    if (provider === undefined) response.writeHead(503).end()
    else if (path.startsWith('/interaction/')) void answer(provider, login, request, response)
    else void provider.callback()(request, response)
  })
  return {
    issuer,
    clientId: CLIENT_ID,
    script: (next) => {
      login = next
    },
    expect: (client) => {
      provider = new Provider(
        issuer,
        configuration(client, () => login),
      )
    },
    requests,
    forget: () => {
      requests.length = 0
    },
    close: () => close(server),
  }
}

/** Logs in, or refuses to, as the script says. */
function answer(
  provider: Provider,
  { subject, amr, acr, error }: ScriptedLogin,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const how = {
    ...(amr === undefined ? {} : { amr: [...amr] }),
    ...(acr === undefined ? {} : { acr }),
  }
  const result = error ?? { login: { accountId: subject, ...how } }
  return provider.interactionFinished(request, response, result)
}

function configuration(
  { redirect, secret, publicKey }: ProviderClient,
  login: () => ScriptedLogin,
): Configuration {
  return {
    clients: [
      {
        client_id: CLIENT_ID,
        redirect_uris: [redirect],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        ...(publicKey === undefined
          ? { client_secret: secret, token_endpoint_auth_method: 'client_secret_post' }
          : {
              token_endpoint_auth_method: 'private_key_jwt',
              token_endpoint_auth_signing_alg: 'ES256',
              jwks: { keys: [publicKey as { kty: 'EC' }] },
            }),
      },
    ],
    cookies: { keys: ['test'] },
    jwks: { keys: [signingKey] },
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    claims: { openid: ['sub', ...CLAIMS, 'amr', 'acr'], acr: null },
    acrValues: ['silver', 'gold'],
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    findAccount: (_ctx, sub) => ({
      accountId: sub,
      claims: () => ({ sub, ...login().claims }),
    }),
    // Consent is the provider's matter: here it is always given.
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc
      const grant = new provider.Grant({
        clientId: client?.clientId ?? '',
        accountId: session?.accountId ?? '',
      })
      grant.addOIDCScope('openid profile')
      await grant.save()
      return grant
    },
  }
}

function close(server: Server): Promise<void> {
  return new Promise((done) => {
    server.close(() => done())
    server.closeAllConnections()
  })
}
