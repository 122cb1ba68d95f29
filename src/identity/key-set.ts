import { type CryptoKey, importJWK, type JSONWebKeySet, type JWK } from 'jose'

/** Public keys by name. */
export interface KeySet {
  /** Undefined for a key that there is not, or that is not for this algorithm, or not alone. */
  find(algorithm: string, key: string): Promise<CryptoKey | undefined>
}

const MAX_KEYS = 100

/** The keys of a set (RFC 7517) that verify signatures. Of a private key the public part alone. */
export function keySetOf({ keys }: JSONWebKeySet): KeySet {
  const usable = keys.slice(0, MAX_KEYS)
  const imported = new Map<string, Promise<CryptoKey | undefined>>()
  return {
    find: async (algorithm, key) => {
      const fitting = usable.filter((one) => one.kid === key && isFor(one, algorithm))
      const [only] = fitting
      if (only === undefined || fitting.length > 1) return undefined
      const name = JSON.stringify([algorithm, key])
      const known = imported.get(name) ?? importPublic(only, algorithm)
      imported.set(name, known)
      return known
    },
  }
}

function isFor({ kty, use, key_ops, alg }: JWK, algorithm: string): boolean {
  return (
    kty !== 'oct' &&
    (use === undefined || use === 'sig') &&
    (key_ops === undefined || (Array.isArray(key_ops) && key_ops.includes('verify'))) &&
    (alg === undefined || alg === algorithm)
  )
}

async function importPublic(jwk: JWK, algorithm: string): Promise<CryptoKey | undefined> {
  const { kty, crv, x, y, n, e } = jwk
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(
    ([, value]) => value !== undefined,
  )
  try {
    const key = await importJWK(Object.fromEntries(members) as JWK, algorithm)
    return key instanceof Uint8Array ? undefined : key
  } catch {
    return undefined
  }
}
