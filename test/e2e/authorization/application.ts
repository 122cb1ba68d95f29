import { randomBytes } from 'node:crypto'
import type { DpopSession, OAuthClientProvider } from '@modelcontextprotocol/client'
import type { OAuthClientProvider as OlderProvider } from '@modelcontextprotocol/sdk/client/auth.js'

type Client = Parameters<NonNullable<OAuthClientProvider['saveClientInformation']>>[0]
type Tokens = Parameters<OAuthClientProvider['saveTokens']>[0]
type Discovery = Parameters<NonNullable<OAuthClientProvider['saveDiscoveryState']>>[0]

/** Where its browser comes back to. Nothing listens there: the person stops before. */
export const REDIRECT = 'http://127.0.0.1:7777/callback'

export interface ApplicationOptions {
  /** Its id, when an operator registered it. Otherwise it registers itself. */
  readonly client?: string | undefined
  /** Whose client that is. */
  readonly issuer?: string
  /** The address of its document (CIMD). */
  readonly document?: string
  /** Where its browser comes back to, when something listens there. */
  readonly redirect?: string
  /** The key that its tokens are bound to. */
  readonly dpop?: DpopSession
}

/** What an application keeps, as the SDKs ask it for. */
export interface Application extends OAuthClientProvider {
  /** As SDK v1 asks for it: the same, declared otherwise. */
  readonly older: OlderProvider
  /** Where the person is to go, once; what was asked for before is forgotten. */
  takeAddress(): URL
  readonly kept: { client: Client | undefined; tokens: Tokens | undefined }
}

/** An application of this machine, written as the SDKs' guides say. */
export function application(options: ApplicationOptions = {}): Application {
  const { client, issuer, document, dpop, redirect = REDIRECT } = options
  const kept: Application['kept'] = {
    client: client === undefined ? undefined : ({ client_id: client, issuer } as Client),
    tokens: undefined,
  }
  let verifier = ''
  let address: URL | undefined
  let discovery: Discovery | undefined
  const own: Omit<Application, 'older'> = {
    redirectUrl: redirect,
    ...(document === undefined ? {} : { clientMetadataUrl: document }),
    clientMetadata: {
      client_name: 'An application',
      redirect_uris: [redirect],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    },
    state: () => randomBytes(16).toString('base64url'),
    clientInformation: () => kept.client,
    saveClientInformation: (given) => {
      kept.client = given
    },
    tokens: () => kept.tokens,
    saveTokens: (given) => {
      kept.tokens = given
    },
    redirectToAuthorization: (to) => {
      address = to
    },
    saveCodeVerifier: (given) => {
      verifier = given
    },
    codeVerifier: () => verifier,
    saveDiscoveryState: (given) => {
      discovery = given
    },
    discoveryState: () => discovery,
    invalidateCredentials: (what) => {
      if (what === 'all' || what === 'tokens') kept.tokens = undefined
      if (what === 'all' || what === 'client') kept.client = undefined
    },
    ...(dpop === undefined ? {} : { dpop: () => dpop }),
    takeAddress() {
      const to = address
      address = undefined
      if (to === undefined) throw new Error('the person was not asked')
      return to
    },
    kept,
  }
  return { ...own, older: own as never }
}
