import { generateKeyPairSync, type KeyObject, randomUUID } from 'node:crypto'
import { SignJWT } from 'jose'
import type { JsonObject } from '../../../kernel/json.ts'

/** A key pair of a party in a test. */
export interface TestKey {
  readonly alg: string
  readonly kid: string
  /** RFC 7517, as the party publishes it. */
  readonly jwk: JsonObject
  readonly private: KeyObject
}

export function newKey(alg = 'ES256', kid: string = randomUUID()): TestKey {
  const { publicKey, privateKey } = pair(alg)
  const jwk = { ...(publicKey.export({ format: 'jwk' }) as JsonObject), kid, alg, use: 'sig' }
  return { alg, kid, jwk, private: privateKey }
}

function pair(alg: string): { publicKey: KeyObject; privateKey: KeyObject } {
  if (alg === 'ES256') return generateKeyPairSync('ec', { namedCurve: 'P-256' })
  if (alg === 'EdDSA') return generateKeyPairSync('ed25519')
  return generateKeyPairSync('rsa', { modulusLength: 2048 })
}

/** Signs claims as they are: nothing is added but what is given. */
export function sign(key: TestKey, claims: JsonObject, header: JsonObject = {}): Promise<string> {
  return new SignJWT({ ...claims })
    .setProtectedHeader({ alg: key.alg, kid: key.kid, ...header } as never)
    .sign(key.private)
}
