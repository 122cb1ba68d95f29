import {
  AuthorizationResponseError,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type Configuration,
  type CustomFetch,
  calculatePKCECodeChallenge,
  fetchUserInfo,
  ResponseBodyError,
  type TokenEndpointResponse,
  WWWAuthenticateChallengeError,
} from 'openid-client'
import type { JsonObject } from '../../kernel/json.ts'
import type { Clock } from '../../kernel/ports.ts'
import { cleanText } from '../../kernel/visible-text.ts'
import { boundedFetch } from './bounded-fetch.ts'
import { SetupError } from './client-authentication.ts'
import { discover, isSilence } from './discover.ts'
import { checkIdToken } from './id-token.ts'
import { NAME_CLAIMS } from './person.ts'
import type { Problem } from './problem.ts'
import { isPlain, type ProviderSettings } from './settings.ts'

/** Milliseconds that a provider's metadata is used without looking again. */
const FRESH = 60 * 60_000
/** Milliseconds that it is used when looking again fails. */
const STALE = 24 * 60 * 60_000
/** Milliseconds between two attempts to look. */
const PAUSE = 5_000
/** Milliseconds that metadata is used even when it is doubted. */
const YOUNG = 60_000

/** What one login is recognized by. */
export interface Expected {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

/** One corporate provider, found and asked when it is needed. */
export interface Provider {
  readonly settings: ProviderSettings
  /** Where to send a person. */
  authorize(expected: Expected, redirect: string): Promise<{ readonly url: URL } | Problem>
  /** Exchanges the code in the callback's address and verifies everything about the answer. */
  redeem(callback: URL, expected: Expected): Promise<{ readonly claims: JsonObject } | Problem>
  /** Why it cannot be used at this moment; undefined when it can. */
  problem(): Promise<Problem | undefined>
}

export function openProvider(
  settings: ProviderSettings,
  fetch: CustomFetch,
  clock: Clock,
): Provider {
  const metadata = openMetadata(settings, boundedFetch(fetch, isPlain(settings)), clock)
  return {
    settings,
    async authorize(expected, redirect) {
      try {
        return { url: await authorizationUrl(settings, await metadata.get(), expected, redirect) }
      } catch (error) {
        return problemOf(error)
      }
    },
    async redeem(callback, expected) {
      try {
        return { claims: await redeem(settings, await metadata.get(), callback, expected) }
      } catch (error) {
        const problem = problemOf(error)
        if (problem.kind === 'untrusted') metadata.doubt()
        return problem
      }
    },
    async problem() {
      return metadata.look().then(() => undefined, problemOf)
    },
  }
}

interface Metadata {
  get(): Promise<Configuration>
  /** Like `get`, and rejects when the provider did not answer a little while ago. */
  look(): Promise<Configuration>
  /** A signature or key did not fit: the provider may have moved. */
  doubt(): void
}

/** Remembers metadata; looks for it once at a time, and not again and again when it fails. */
function openMetadata(settings: ProviderSettings, fetch: CustomFetch, clock: Clock): Metadata {
  let known: { readonly client: Configuration; readonly at: number } | undefined
  let looking: Promise<Configuration> | undefined
  let failed: { readonly error: unknown; readonly at: number } | undefined
  let doubted = false

  const age = () => (known === undefined ? Number.POSITIVE_INFINITY : clock() - known.at)

  async function request(): Promise<Configuration> {
    try {
      const client = await discover(settings, fetch)
      known = { client, at: clock() }
      failed = undefined
      doubted = false
      return client
    } catch (error) {
      failed = { error, at: clock() }
      // What it says now is wrong, which is more than silence: what it said before is over.
      if (error instanceof SetupError) known = undefined
      throw error
    } finally {
      looking = undefined
    }
  }
  async function look(): Promise<Configuration> {
    if (known !== undefined && failed === undefined && age() < YOUNG) return known.client
    if (failed !== undefined && clock() - failed.at < PAUSE) throw failed.error
    looking ??= request()
    return await looking
  }
  return {
    look,
    async get() {
      if (known !== undefined && age() < FRESH && !doubted) return known.client
      return await look().catch((error: unknown) => {
        if (known !== undefined && age() < STALE) return known.client
        throw error
      })
    },
    doubt() {
      doubted = true
    },
  }
}

async function authorizationUrl(
  { scopes = ['openid', 'profile'], prompt, maxAge, require }: ProviderSettings,
  client: Configuration,
  { state, nonce, verifier }: Expected,
  redirect: string,
): Promise<URL> {
  return buildAuthorizationUrl(client, {
    redirect_uri: redirect,
    scope: scopes.join(' '),
    state,
    nonce,
    code_challenge: await calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...(prompt === undefined ? {} : { prompt }),
    ...(maxAge === undefined ? {} : { max_age: String(maxAge) }),
    ...(require?.acr === undefined ? {} : { acr_values: require.acr.join(' ') }),
  })
}

async function redeem(
  settings: ProviderSettings,
  client: Configuration,
  callback: URL,
  { state, nonce, verifier }: Expected,
): Promise<JsonObject> {
  const tokens = await authorizationCodeGrant(client, callback, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: verifier,
    idTokenExpected: true,
    ...(settings.maxAge === undefined ? {} : { maxAge: settings.maxAge }),
  })
  const claims = tokens.claims() as JsonObject | undefined
  checkIdToken(tokens, claims, settings.clientId)
  return settings.userInfo ? await withUserInfo(settings, client, tokens, claims) : claims
}

/**
 * Name and groups, where the ID token leaves them out. Nothing else: what an ID token has to say is
 * signed, and this is not.
 */
async function withUserInfo(
  { groups }: ProviderSettings,
  client: Configuration,
  { access_token }: TokenEndpointResponse,
  claims: JsonObject & { readonly sub: string },
): Promise<JsonObject> {
  const told: Readonly<Record<string, unknown>> = await fetchUserInfo(
    client,
    access_token,
    claims.sub,
  )
  const names = [...NAME_CLAIMS, ...(groups?.claim.slice(0, 1) ?? [])]
  const more = names.flatMap((name) => (Object.hasOwn(told, name) ? [[name, told[name]]] : []))
  return { ...Object.fromEntries(more), ...claims }
}

/** Sorts what the library and the network throw. */
function problemOf(error: unknown): Problem {
  const reason = cleanText(reasonOf(error), 300)
  if (error instanceof AuthorizationResponseError) {
    const said = [error.error, error.error_description].filter((text) => text !== undefined)
    return { kind: 'declined', reason, claim: cleanText(said.join(': '), 200) }
  }
  if (isSetup(error) || (error instanceof Error && isSetup(error.cause)))
    return { kind: 'unusable', reason }
  if (isSilence(error)) return { kind: 'unreachable', reason }
  return { kind: 'untrusted', reason }
}

/** The provider does not take us for its client, or we cannot be one. */
function isSetup(error: unknown): boolean {
  return (
    error instanceof SetupError ||
    error instanceof ResponseBodyError ||
    error instanceof WWWAuthenticateChallengeError
  )
}

function reasonOf(error: unknown): string {
  if (error instanceof AuthorizationResponseError || error instanceof ResponseBodyError)
    return `${error.error} ${error.error_description ?? ''}`
  if (!(error instanceof Error)) return String(error)
  const { cause } = error
  return cause instanceof Error ? `${error.message}: ${cause.message}` : error.message
}
