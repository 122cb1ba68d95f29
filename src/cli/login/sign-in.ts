import { exportJWK, importJWK, type JWK } from 'jose'
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  customFetch,
  discovery,
  getDPoPHandle,
  None,
  randomDPoPKeyPair,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  tokenRevocation,
} from 'openid-client'
import { OFFLINE_ACCESS } from '../../kernel/scope.ts'
import { CommandError } from '../command-error.ts'
import type { GatewayHttp } from '../gateway-http.ts'
import { openCallback } from './callback.ts'
import type { Login } from './login-file.ts'

/** The client that the gateway knows from the start, for programs of this machine. */
const CLIENT = 'bailiwick-connect'
/** Milliseconds for one request, and for a person. */
const PATIENCE = 15_000
const PATIENCE_WITH_PEOPLE = 10 * 60_000

/** What signing in, or refreshing, yields. */
export interface SignedIn {
  readonly login: Login
  readonly token: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** The way to the gateway's authorization server. */
export type Way = Pick<GatewayHttp, 'issuer' | 'sendBare'>

/** How the person is asked. */
export interface Asking {
  /** Shows the address, and opens it where there is a browser. */
  readonly show: (address: string) => void
  readonly signal: AbortSignal
}

/**
 * Has a person sign in and consent in a browser (RFC 8252, with PKCE), for tokens that are bound to a
 * new key of this program.
 *
 * @throws {CommandError} `authentication` when access is not given.
 */
export async function signIn(
  way: Way,
  resource: string,
  scopes: readonly string[],
  asking: Asking,
): Promise<SignedIn> {
  const config = await connectTo(way)
  const callback = await openCallback()
  try {
    const [verifier, state] = [randomPKCECodeVerifier(), randomState()]
    const pair = await randomDPoPKeyPair('ES256', { extractable: true })
    const address = buildAuthorizationUrl(config, {
      redirect_uri: callback.redirect,
      scope: [...new Set([...scopes, OFFLINE_ACCESS])].join(' '),
      resource,
      code_challenge: await calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      state,
    })
    asking.show(address.href)
    const answer = await callback.wait(state, PATIENCE_WITH_PEOPLE, asking.signal)
    const tokens = await authorizationCodeGrant(
      config,
      answer,
      { pkceCodeVerifier: verifier, expectedState: state },
      { resource },
      { DPoP: getDPoPHandle(config, pair) },
    )
    return signedIn(resource, await exportJWK(pair.privateKey), tokens)
  } catch (error) {
    throw refusal(error)
  } finally {
    callback.close()
  }
}

/**
 * Has a token for a login that is kept, and the login that takes its place.
 *
 * @returns undefined when the gateway does not take the login any more.
 */
export async function refresh(way: Way, login: Login): Promise<SignedIn | undefined> {
  const config = await connectTo(way)
  const { resource, refreshToken, key } = login
  const pair = await pairOf(key)
  try {
    const tokens = await refreshTokenGrant(
      config,
      refreshToken,
      { resource },
      { DPoP: getDPoPHandle(config, pair) },
    )
    return signedIn(resource, key, tokens, login)
  } catch (error) {
    if (codeOf(error) === 'invalid_grant') return undefined
    throw refusal(error)
  }
}

/** Tells the gateway that a login is over, with everything that came of it (RFC 7009). */
export async function revoke(way: Way, { refreshToken }: Login): Promise<void> {
  await tokenRevocation(await connectTo(way), refreshToken, { token_type_hint: 'refresh_token' })
}

type Tokens = Awaited<ReturnType<typeof authorizationCodeGrant>>

function signedIn(resource: string, key: JWK, tokens: Tokens, before?: Login): SignedIn {
  const { access_token: token, refresh_token, expires_in = 60, scope } = tokens
  const refreshToken = refresh_token ?? before?.refreshToken
  if (refreshToken === undefined) throw refusal(new Error('the gateway gave no refresh token'))
  const scopes = scope === undefined ? (before?.scopes ?? []) : scope.split(' ')
  return {
    login: { resource, scopes, refreshToken, key },
    token,
    expires: Date.now() + expires_in * 1_000,
  }
}

async function connectTo(way: Way): Promise<Configuration> {
  const issuer = new URL(way.issuer())
  const plain = issuer.protocol === 'http:' ? { execute: [allowInsecureRequests] } : {}
  try {
    return await discovery(issuer, CLIENT, { dpop_bound_access_tokens: true }, None(), {
      algorithm: 'oauth2',
      [customFetch]: fetchOver(way),
      ...plain,
    })
  } catch (error) {
    throw refusal(error)
  }
}

/** Requests to the issuer take the way that we know, whatever its name resolves to from here. */
function fetchOver({ issuer, sendBare }: Way): CustomFetch {
  return async (address, { method, headers, body }) => {
    const { origin, pathname, search } = new URL(address)
    if (origin !== issuer()) throw new Error('the gateway sends us elsewhere')
    const response = await sendBare({
      method: method as 'GET' | 'POST',
      path: pathname + search,
      headers,
      ...(body === undefined || body === null ? {} : { body: String(body) }),
      signal: AbortSignal.timeout(PATIENCE),
    })
    const parts: Buffer[] = []
    for await (const part of response as AsyncIterable<Buffer>) parts.push(part)
    const own = Object.entries(response.headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, String(value)] as [string, string]],
    )
    return new Response(Buffer.concat(parts), { status: response.statusCode ?? 500, headers: own })
  }
}

async function pairOf(key: JWK): Promise<Parameters<typeof getDPoPHandle>[1]> {
  const { d: _, ...open } = key
  const extractable = { extractable: true }
  const [privateKey, publicKey] = await Promise.all([
    importJWK(key, 'ES256', extractable),
    importJWK(open, 'ES256', extractable),
  ])
  return { privateKey, publicKey } as Parameters<typeof getDPoPHandle>[1]
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && 'error' in error ? error.error : undefined
}

function refusal(error: unknown): unknown {
  if (error instanceof CommandError) return error
  const code = codeOf(error)
  const why = typeof code === 'string' ? code : error instanceof Error ? error.message : 'unknown'
  return new CommandError(`signing in failed: ${why}`, {
    exit: 'authentication',
    fix: 'try again; `bailiwick doctor` says more about the gateway',
    cause: error,
  })
}
