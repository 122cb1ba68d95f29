import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { type Configuration } from 'oidc-provider'

/** An authorization server that certified software makes, on this machine; everybody is ann, who agrees. */
export async function startVanilla(resource: string) {
  const server = createServer()
  await new Promise<void>((done) => {
    server.listen(0, '127.0.0.1', done)
  })
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const provider = new Provider(issuer, configuration(resource))
  const callback = provider.callback()
  server.on('request', (request, response) => {
    if (request.url?.startsWith('/interaction/') === true)
      agree(provider, resource, request, response).catch(() => response.destroy())
    else void callback(request, response)
  })
  return {
    issuer,
    /** What an access token is bound to; undefined for one that is not known or is revoked. */
    thumbprintOf: async (token: string) => (await provider.AccessToken.find(token))?.jkt,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => done())
        server.closeAllConnections()
      }),
  }
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 })

function configuration(resource: string): Configuration {
  return {
    jwks: { keys: [privateKey.export({ format: 'jwk' }) as { kty: 'RSA' }] },
    cookies: { keys: [randomBytes(16).toString('hex')] },
    scopes: ['offline_access'],
    interactions: { url: (_, { uid }) => `/interaction/${uid}` },
    findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub }) }),
    issueRefreshToken: () => true,
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      revocation: { enabled: true },
      dPoP: { enabled: true, nonceSecret: randomBytes(32), requireNonce: () => true },
      resourceIndicators: {
        enabled: true,
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'read write',
          audience: resource,
          accessTokenFormat: 'opaque',
        }),
      },
    },
  }
}

async function agree(
  provider: Provider,
  resource: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response)
  if (prompt.name === 'login')
    return provider.interactionFinished(request, response, { login: { accountId: 'ann' } })
  const accountId = session?.accountId ?? 'ann'
  const grant = new provider.Grant({ accountId, clientId: String(params['client_id']) })
  grant.addOIDCScope('offline_access')
  grant.addResourceScope(resource, 'read write')
  return provider.interactionFinished(request, response, {
    consent: { grantId: await grant.save() },
  })
}

/** Follows redirects as a browser does, until they lead to `end`; gives the query there. */
export async function browse(location: string, end: string): Promise<string> {
  const cookies = new Map<string, string>()
  let at = location
  for (let step = 0; step < 12 && !at.startsWith(end); step += 1) {
    const cookie = Array.from(cookies, ([name, value]) => `${name}=${value}`).join('; ')
    const answer = await fetch(at, { redirect: 'manual', headers: { cookie } })
    for (const line of answer.headers.getSetCookie()) {
      const [pair = ''] = line.split(';')
      cookies.set(pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1))
    }
    const next = answer.headers.get('location')
    if (next === null) throw new Error(`${at}: ${answer.status} ${await answer.text()}`)
    at = new URL(next, at).href
  }
  return new URL(at).search.slice(1)
}
