import { createHmac, hash } from 'node:crypto'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import type { CustomFetch } from 'openid-client'

/** What a forged provider does otherwise than an honest one. */
export interface Forgery {
  readonly metadata?: Readonly<Record<string, unknown>>
  /** Claims that replace or, being `undefined`, remove honest ones. */
  readonly claims?: Readonly<Record<string, unknown>>
  /** Signs the ID token otherwise. */
  readonly sign?: (claims: Readonly<Record<string, unknown>>) => string | Promise<string>
  /** Members of the token answer that replace honest ones. */
  readonly answer?: Readonly<Record<string, unknown>>
  readonly userInfo?: Readonly<Record<string, unknown>>
  /** Answers a request instead, by the last step of its path. */
  readonly respond?: (step: string, url: string) => Response | Promise<Response> | undefined
}

/** A provider whose every word a test chooses, behind the fetch that we are given. */
export interface ForgedProvider {
  readonly issuer: string
  readonly fetch: CustomFetch
  /** What it does from now on. */
  forge(forgery: Forgery): void
  /** Signs with a new key from now on, which its key set holds alone. */
  rotate(): Promise<void>
  /** Sends no person back without the nonce that it was given. */
  nonce(value: string): void
  /** Requests, by the last step of their path. */
  readonly requests: readonly string[]
  /** Bodies of the requests for tokens. */
  readonly exchanges: readonly URLSearchParams[]
}

const ACCESS_TOKEN = 'access token of the provider'

/** @param algorithm that ID tokens are signed with. */
export async function forgedProvider(
  issuer: string,
  clientId: string,
  algorithm = 'RS256',
): Promise<ForgedProvider> {
  let key = await newKey(algorithm)
  let forgery: Forgery = {}
  let nonce = ''
  const requests: string[] = []
  const exchanges: URLSearchParams[] = []
  const base = issuer.replace(/\/$/, '')

  function honest(): Record<string, unknown> {
    const now = Math.floor(Date.now() / 1_000)
    return {
      iss: issuer,
      aud: clientId,
      sub: 'subject-1',
      exp: now + 300,
      iat: now,
      nonce,
      ...forgery.claims,
    }
  }
  async function tokens(): Promise<Response> {
    const claims = withoutUndefined(honest())
    const sign = forgery.sign ?? ((what) => signed(what, key, algorithm))
    return json({
      access_token: ACCESS_TOKEN,
      token_type: 'Bearer',
      expires_in: 300,
      id_token: await sign(claims),
      ...forgery.answer,
    })
  }
  const answers: Readonly<Record<string, () => Response | Promise<Response>>> = {
    'openid-configuration': () =>
      json(
        withoutUndefined({
          issuer,
          authorization_endpoint: `${base}/authorize`,
          token_endpoint: `${base}/token`,
          jwks_uri: `${base}/keys`,
          userinfo_endpoint: `${base}/userinfo`,
          response_types_supported: ['code'],
          subject_types_supported: ['public'],
          id_token_signing_alg_values_supported: [algorithm],
          ...forgery.metadata,
        }),
      ),
    keys: () => json({ keys: [key.public] }),
    token: tokens,
    userinfo: () => json({ sub: 'subject-1', ...forgery.userInfo }),
  }
  return {
    issuer,
    requests,
    exchanges,
    forge: (next) => {
      forgery = next
    },
    rotate: async () => {
      key = await newKey(algorithm)
    },
    nonce: (value) => {
      nonce = value
    },
    fetch: async (url, { body }) => {
      const step = new URL(url).pathname.split('/').at(-1) ?? ''
      requests.push(step)
      if (step === 'token') exchanges.push(new URLSearchParams(String(body)))
      const answer = (await forgery.respond?.(step, url)) ?? (await answers[step]?.())
      return answer ?? new Response(null, { status: 404 })
    },
  }
}

/** The left half of the digest of the access token, as `at_hash` has it for RS256. */
export function atHash(text = ACCESS_TOKEN): string {
  return hash('sha256', text, 'buffer').subarray(0, 16).toString('base64url')
}

/** A token without a signature. */
export function unsigned(claims: Readonly<Record<string, unknown>>): string {
  return `${part({ alg: 'none' })}.${part(claims)}.`
}

/** A token signed with a shared secret, such as our own. */
export function signedWithSecret(
  claims: Readonly<Record<string, unknown>>,
  secret: string,
): string {
  const text = `${part({ alg: 'HS256' })}.${part(claims)}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

/** A token of a key that the key set does not hold, though it has the name of one that it does. */
export async function signedByStranger(
  claims: Readonly<Record<string, unknown>>,
  algorithm = 'RS256',
): Promise<string> {
  return signed(claims, { ...(await newKey(algorithm)), kid: undefined }, algorithm)
}

interface Key {
  readonly kid: string | undefined
  readonly private: CryptoKey
  readonly public: JWK
}

let keys = 0

async function newKey(algorithm: string): Promise<Key> {
  const pair = await generateKeyPair(algorithm)
  keys += 1
  const kid = `key-${keys}`
  return { kid, private: pair.privateKey, public: { ...(await exportJWK(pair.publicKey)), kid } }
}

function signed(
  claims: Readonly<Record<string, unknown>>,
  key: Pick<Key, 'kid' | 'private'>,
  alg: string,
): Promise<string> {
  const header = key.kid === undefined ? { alg } : { alg, kid: key.kid }
  return new SignJWT({ ...claims }).setProtectedHeader(header).sign(key.private)
}

function part(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function json(value: unknown): Response {
  return Response.json(value)
}

function withoutUndefined(object: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))
}
