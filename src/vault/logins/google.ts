import type { GatewayError } from '../../kernel/errors.ts'
import type { Clock } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import { callJson, type SecretText } from './call-json.ts'
import { refused } from './refused.ts'
import { bearerOf, type ShortToken, shortToken, type TokenSource } from './short-token.ts'

/** How Google Cloud knows us. */
export type GoogleLogin =
  /** The key file of a service account, as JSON text. */
  | { readonly kind: 'service-account'; readonly key: SecretText }
  /** The account of the machine, from its metadata server. */
  | { readonly kind: 'metadata'; readonly address: string }

/** Where the metadata server of a machine in Google Cloud is. */
export const GOOGLE_METADATA = 'http://metadata.google.internal'
const SCOPE = 'https://www.googleapis.com/auth/cloud-platform'
const WHO = 'Google Cloud'

/** Access tokens (RFC 7523 section 2.1 for service accounts). */
export function googleTokens(login: GoogleLogin, fetch: SafeFetch, clock: Clock): TokenSource {
  return shortToken(clock, () =>
    login.kind === 'metadata'
      ? fromMetadata(login.address, fetch, clock)
      : fromServiceAccount(login.key, fetch, clock),
  )
}

async function fromMetadata(address: string, fetch: SafeFetch, clock: Clock): Promise<ShortToken> {
  const path = '/computeMetadata/v1/instance/service-accounts/default/token'
  const headers = { 'metadata-flavor': 'Google' }
  const url = `${address.replace(/\/$/, '')}${path}`
  const answer = await callJson(fetch, 'the metadata server of Google Cloud', url, { headers })
  return bearerOf(WHO, answer, clock)
}

async function fromServiceAccount(
  key: SecretText,
  fetch: SafeFetch,
  clock: Clock,
): Promise<ShortToken> {
  const { email, pem, id, tokenUri } = accountOf(await key())
  const { importPKCS8, SignJWT } = await import('jose')
  const now = Math.floor(clock() / 1_000)
  const sign = async () =>
    new SignJWT({ scope: SCOPE })
      .setProtectedHeader({ alg: 'RS256', typ: 'JWT', kid: id })
      .setIssuer(email)
      .setAudience(tokenUri)
      .setIssuedAt(now)
      .setExpirationTime(now + 600)
      .sign(await importPKCS8(pem, 'RS256'))
  // The cause could quote the key.
  const assertion = await sign().catch(() => Promise.reject(badKey()))
  const answer = await callJson(fetch, WHO, tokenUri, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({
      grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
      assertion,
    }).toString(),
  })
  return bearerOf(WHO, answer, clock)
}

function accountOf(text: string) {
  const value = parsed(text)
  const at = (name: string): string => {
    const found = Object.hasOwn(value, name) ? value[name] : undefined
    if (typeof found !== 'string' || found === '') throw badKey()
    return found
  }
  return {
    email: at('client_email'),
    pem: at('private_key'),
    id: at('private_key_id'),
    tokenUri: at('token_uri'),
  }
}

function parsed(text: string): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>
  } catch {
    return {}
  }
}

function badKey(): GatewayError {
  return refused('the key of the service account is not the JSON file that Google Cloud gives out')
}
