import { type CryptoKey, calculateJwkThumbprint, compactVerify, importJWK, type JWK } from 'jose'
import { GatewayError } from '../kernel/errors.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import type { Once } from '../kernel/once.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Nonces } from './nonces.ts'
import { readPart } from './read-part.ts'
import { invalidProof } from './refusal.ts'

/** Algorithms of proofs, as challenges and metadata tell them (RFC 9449 section 5.1). */
export const PROOF_ALGORITHMS: readonly string[] = ['ES256', 'EdDSA', 'Ed25519']

const KEY_TYPES: Readonly<Record<string, readonly [kty: string, crv: string]>> = {
  ES256: ['EC', 'P-256'],
  EdDSA: ['OKP', 'Ed25519'],
  Ed25519: ['OKP', 'Ed25519'],
}
const MAX_PROOF = 4_096
const MAX_ID = 256
const MAX_KEYS = 1_000
/** Milliseconds that a proof may be old, and that its clock may be ahead. */
const MAX_AGE = 60_000
const SKEW = 30_000

/** What a proof has to be about. */
export interface ProofSubject {
  readonly method: string
  /** Scheme, authority and path of the request. */
  readonly address: string
  /** SHA-256 of the token, base64url. */
  readonly tokenHash: string
  /** Of the key that the token is bound to. */
  readonly thumbprint: string
}

export interface ProofOptions {
  readonly nonces: Nonces
  readonly nonce: 'required' | 'optional'
  readonly once: Once
  readonly clock: Clock
}

/** Checks a proof of possession; true when the sender should be told a newer nonce. */
export type CheckProof = (proof: string | undefined, about: ProofSubject) => Promise<boolean>

/**
 * Checks proofs as RFC 9449 section 4.3 says, and that each comes once.
 *
 * The check throws GatewayError `proof_invalid`, `proof_nonce`, or `store_unavailable` when nobody
 * can tell whether the proof came before.
 */
export function proofChecker({ nonces, nonce, once, clock }: ProofOptions): CheckProof {
  const keys = new Map<string, CryptoKey>()

  const keyOf = async (jwk: JWK, algorithm: string, thumbprint: string): Promise<CryptoKey> => {
    const name = `${algorithm} ${thumbprint}`
    const known = keys.get(name)
    if (known !== undefined) return known
    const key = await importJWK(jwk, algorithm)
    if (key instanceof Uint8Array) throw invalidProof('its key is not a public one')
    if (keys.size >= MAX_KEYS) keys.clear()
    keys.set(name, key)
    return key
  }

  return async (proof, about) => {
    if (proof === undefined || proof.length > MAX_PROOF) throw invalidProof('there is none')
    const { algorithm, jwk, claims } = readProof(proof)
    const thumbprint = await calculateJwkThumbprint(jwk, 'sha256').catch(refuse)
    if (thumbprint !== about.thumbprint) throw invalidProof('it is of another key')
    const { id, issued } = checkClaims(claims, about, clock())
    const standing = nonceOf(claims, nonces, nonce)
    const key = await keyOf(jwk, algorithm, thumbprint).catch(refuse)
    await compactVerify(proof, key, { algorithms: [algorithm] }).catch(refuse)
    const name = JSON.stringify(['proof', thumbprint, id])
    if (!(await once.first(name, issued + MAX_AGE + SKEW))) throw invalidProof('it came before')
    return standing === 'old'
  }
}

function readProof(proof: string) {
  const parts = proof.split('.')
  const header = readPart(parts[0])
  const claims = readPart(parts[1])
  if (parts.length !== 3 || header === undefined || claims === undefined)
    throw invalidProof('it is not a signed token')
  const { typ, alg, jwk, crit } = header
  if (typ !== 'dpop+jwt' || crit !== undefined) throw invalidProof('its header is another')
  const form = typeof alg === 'string' && Object.hasOwn(KEY_TYPES, alg) ? KEY_TYPES[alg] : undefined
  if (typeof alg !== 'string' || form === undefined) throw invalidProof('its algorithm is another')
  return { algorithm: alg, jwk: publicKey(jwk, form), claims }
}

/** The public members alone; a proof that shows its private key proves nothing any more. */
function publicKey(jwk: unknown, [type, curve]: readonly [string, string]): JWK {
  if (!isObject(jwk) || jwk['kty'] !== type || jwk['crv'] !== curve || jwk['d'] !== undefined)
    throw invalidProof('its key is not a public one of its algorithm')
  const { kty, crv, x, y } = jwk
  return (type === 'EC' ? { kty, crv, x, y } : { kty, crv, x }) as JWK
}

function checkClaims(claims: JsonObject, about: ProofSubject, now: number) {
  const { jti, htm, htu, iat, ath } = claims
  if (htm !== about.method) throw invalidProof('it is of another method')
  if (addressOf(htu) !== addressOf(about.address)) throw invalidProof('it is of another address')
  if (ath !== about.tokenHash) throw invalidProof('it is of another token')
  if (typeof jti !== 'string' || jti === '' || jti.length > MAX_ID)
    throw invalidProof('it has no id')
  if (typeof iat !== 'number') throw invalidProof('it has no time')
  const age = now - iat * 1_000
  if (!(age <= MAX_AGE && age >= -SKEW)) throw invalidProof('it is of another time')
  return { id: jti, issued: iat * 1_000 }
}

/** An address without query and fragment, normalised (RFC 9449 section 4.3 step 9). */
function addressOf(address: unknown): string | undefined {
  const url = typeof address === 'string' ? URL.parse(address) : null
  if (url === null || url.username !== '' || url.password !== '') throw invalidProof('no address')
  return `${url.origin}${url.pathname}`
}

function nonceOf(
  { nonce: given }: JsonObject,
  nonces: Nonces,
  wanted: ProofOptions['nonce'],
): 'fresh' | 'old' {
  if (given === undefined && wanted === 'optional') return 'fresh'
  const standing = typeof given === 'string' ? nonces.check(given) : 'unknown'
  if (standing !== 'unknown') return standing
  throw new GatewayError('proof_nonce', 'the proof needs the nonce of this answer')
}

function refuse(cause: unknown): never {
  if (cause instanceof GatewayError) throw cause
  throw invalidProof('it does not verify', cause)
}
