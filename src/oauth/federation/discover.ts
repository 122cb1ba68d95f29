import {
  allowInsecureRequests,
  ClientError,
  Configuration,
  type CustomFetch,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client'
import { clientAuth, SetupError } from './client-authentication.ts'
import { DEFAULT_ALGORITHMS, isPlain, type ProviderSettings, safeAddress } from './settings.ts'

/** Seconds for one request to a provider. */
const TIMEOUT = 5

/**
 * Reads what a provider says of itself (OpenID Connect Discovery 1.0 section 4) and judges it.
 *
 * @throws SetupError for one that may not be used; otherwise an error that `isSilence` knows.
 */
export async function discover(
  settings: ProviderSettings,
  fetch: CustomFetch,
): Promise<Configuration> {
  const plain = isPlain(settings)
  const found = await discovery(new URL(settings.issuer), settings.clientId, undefined, None(), {
    [customFetch]: fetch,
    timeout: TIMEOUT,
    execute: plain ? [allowInsecureRequests] : [],
  }).catch((cause: unknown) => {
    if (isSilence(cause)) throw cause
    throw new SetupError('the metadata cannot be used', { cause })
  })
  const metadata = judged(settings, { ...found.serverMetadata() })
  const client = new Configuration(
    metadata,
    settings.clientId,
    {},
    clientAuth(settings.authentication),
  )
  client[customFetch] = fetch
  client.timeout = TIMEOUT
  // The library takes the word of the TLS connection for an ID token; a signature is better.
  enableNonRepudiationChecks(client)
  if (plain) allowInsecureRequests(client)
  return client
}

function judged(settings: ProviderSettings, metadata: ServerMetadata): ServerMetadata {
  // Exactly, character by character: the library compares parsed addresses, and makes exceptions.
  if (metadata.issuer !== settings.issuer) throw new SetupError('the metadata names another issuer')
  const endpoints = ['authorization_endpoint', 'token_endpoint', 'jwks_uri'] as const
  for (const endpoint of settings.userInfo ? [...endpoints, 'userinfo_endpoint'] : endpoints)
    if (safeAddress(metadata[endpoint], isPlain(settings)) === undefined)
      throw new SetupError(`the metadata has no usable ${endpoint}`)
  const wanted = settings.algorithms ?? DEFAULT_ALGORITHMS
  const offered = metadata.id_token_signing_alg_values_supported
  const algorithms = Array.isArray(offered)
    ? wanted.filter((name) => offered.includes(name))
    : [...wanted]
  if (algorithms.length === 0)
    throw new SetupError('the metadata offers no signature algorithm that is allowed')
  return { ...metadata, id_token_signing_alg_values_supported: algorithms }
}

/** Codes of `openid-client` for a provider that does not answer as one. */
const SILENCE: ReadonlySet<string> = new Set([
  'OAUTH_TIMEOUT',
  'OAUTH_ABORT',
  'OAUTH_RESPONSE_IS_NOT_CONFORM',
  'OAUTH_RESPONSE_IS_NOT_JSON',
  'OAUTH_PARSE_ERROR',
])

/** Whether an error says that the provider does not answer, rather than that it answers wrongly. */
export function isSilence(error: unknown): boolean {
  const code = error instanceof ClientError ? error.code : undefined
  return error instanceof TypeError || (code !== undefined && SILENCE.has(code))
}
