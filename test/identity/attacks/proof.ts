import { createHash, generateKeyPairSync, randomUUID } from 'node:crypto'
import { type JWK, type JWTPayload, SignJWT } from 'jose'

/** A key that a client proves to hold (RFC 9449). */
export interface Prover {
  readonly jwk: JWK
  readonly whole: JWK
  /**
   * A proof for one request. `claims` replace what is right; `undefined` leaves a claim out.
   */
  prove(
    method: string,
    address: string,
    claims?: JWTPayload,
    header?: Readonly<Record<string, unknown>>,
  ): Promise<string>
}

export function newProver(): Prover {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const jwk = publicKey.export({ format: 'jwk' }) as JWK
  return {
    jwk,
    whole: privateKey.export({ format: 'jwk' }) as JWK,
    prove: (method, address, claims = {}, header = {}) =>
      new SignJWT({
        htm: method,
        htu: address,
        jti: randomUUID(),
        iat: Math.floor(Date.now() / 1_000),
        ...claims,
      })
        .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk, ...header } as never)
        .sign(privateKey),
  }
}

export function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}
