import { generateKeyPair, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK, SignJWT } from 'jose'
import { type Configuration, type DPoPHandle, getDPoPHandle } from 'openid-client'
import type { Clock, RandomId } from '../../../kernel/ports.ts'
import { sha256Base64url } from './digest.ts'

/** A key that tokens are bound to (RFC 9449). */
export interface ProofKey {
  readonly secret: CryptoKey
  readonly public: CryptoKey
  readonly jwk: JWK
}

const pair = promisify(generateKeyPair)

/** A new key for ES256, as the text of a private JWK: to be sealed. */
export async function newKey(): Promise<string> {
  const { privateKey } = await pair('ec', { namedCurve: 'P-256' })
  return JSON.stringify((privateKey as KeyObject).export({ format: 'jwk' }))
}

/** The key of such a text. @throws Error for another text. */
export async function readKey(text: string): Promise<ProofKey> {
  const full = JSON.parse(text) as JWK
  const jwk = publicPart(full)
  return {
    secret: (await importJWK(full, 'ES256')) as CryptoKey,
    public: (await importJWK(jwk, 'ES256', { extractable: true })) as CryptoKey,
    jwk,
  }
}

/** What of a key for ES256 everybody may know. */
export function publicPart({ kty, crv, x, y }: JWK): JWK {
  return { kty: kty ?? '', crv: crv ?? '', x: x ?? '', y: y ?? '' } as JWK
}

/** The thumbprint of a key (RFC 7638), for `dpop_jkt`. */
export function thumbprint({ jwk }: ProofKey): Promise<string> {
  return calculateJwkThumbprint(jwk)
}

/** Proofs at an authorization server: the library's, which also repeats what was sent without a nonce. */
export function proofsAt(configuration: Configuration, key: ProofKey): DPoPHandle {
  return getDPoPHandle(configuration, { privateKey: key.secret, publicKey: key.public })
}

/** A proof for one request to a server (RFC 9449 section 4.2). */
export function proofFor(
  key: ProofKey,
  request: {
    readonly method: string
    readonly url: string
    readonly token: string
    readonly nonce: string | undefined
  },
  { clock, randomId }: { readonly clock: Clock; readonly randomId: RandomId },
): Promise<string> {
  const { origin, pathname } = new URL(request.url)
  return new SignJWT({
    htm: request.method,
    htu: `${origin}${pathname}`,
    jti: randomId(),
    iat: Math.floor(clock() / 1_000),
    ath: sha256Base64url(request.token),
    ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: key.jwk })
    .sign(key.secret)
}
