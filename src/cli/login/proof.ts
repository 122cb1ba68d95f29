import { hash, randomUUID } from 'node:crypto'
import { type CryptoKey, importJWK, type JWK, SignJWT } from 'jose'

/** Proves for one request that we hold the key that a token is bound to (RFC 9449 section 4.2). */
export async function proofFor(
  key: JWK,
  request: { readonly method: string; readonly address: string },
  token: string,
  nonce: string | undefined,
): Promise<string> {
  const { kty, crv, x, y } = key
  const signer = (await importJWK(key, 'ES256')) as CryptoKey
  return new SignJWT({
    htm: request.method,
    htu: request.address,
    ath: hash('sha256', token, 'base64url'),
    ...(nonce === undefined ? {} : { nonce }),
  })
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: { kty, crv, x, y } as JWK })
    .setJti(randomUUID())
    .setIssuedAt()
    .sign(signer)
}
