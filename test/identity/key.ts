import { createHash, generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { type JWK, SignJWT } from 'jose'

const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** A key pair of a client. */
export interface Key {
  readonly public: JWK
  /** The private part, as it must be found nowhere. */
  readonly d: string
  /** Proves possession for one request (RFC 9449 section 4.2). */
  proof(
    request: { readonly method: string; readonly url: string },
    more?: { readonly token?: string; readonly nonce?: string | undefined },
  ): Promise<string>
  /** Form members by which an agent authenticates (RFC 7523 section 2.2). */
  assertion(agent: string, issuer: string): Promise<Readonly<Record<string, string>>>
}

/** Makes one for ES256. */
export function newKey(kid: string = randomUUID()): Key {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  const { d = '' } = privateKey.export({ format: 'jwk' })
  return {
    public: { ...jwk, kid, alg: 'ES256', use: 'sig' },
    d,
    proof: ({ method, url }, { token, nonce } = {}) =>
      sign(
        privateKey,
        { typ: 'dpop+jwt', jwk },
        {
          htm: method,
          htu: url,
          ...(token === undefined
            ? {}
            : { ath: createHash('sha256').update(token).digest('base64url') }),
          ...(nonce === undefined ? {} : { nonce }),
        },
      ),
    assertion: async (agent, issuer) => ({
      client_assertion_type: ASSERTION,
      client_assertion: await sign(
        privateKey,
        { kid },
        { iss: agent, sub: agent, aud: issuer, exp: Math.floor(Date.now() / 1_000) + 60 },
      ),
    }),
  }
}

function sign(key: KeyObject, header: object, claims: Record<string, unknown>): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', ...header })
    .setJti(randomUUID())
    .setIssuedAt()
    .sign(key)
}
