import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { canonicalJson } from '../kernel/canonical-json.ts'
import { sha256 } from '../kernel/hash.ts'
import { isObject, type JsonObject } from '../kernel/json.ts'
import { invalid } from './names.ts'

/** A public key of an agent, and when it came. */
export interface AgentKey {
  readonly key: JsonObject
  /** Milliseconds since the epoch. */
  readonly added: number
}

/** Members of public keys by type (RFC 7518 section 6, RFC 8037 section 2); what else stands there goes. */
const PUBLIC_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'x', 'y'],
  OKP: ['crv', 'x'],
  RSA: ['n', 'e'],
}
/** What only a private or symmetric key has. Its mere presence means that a secret went astray. */
const SECRET_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k', 'priv']

/** Those that the authorization server verifies assertions by. */
const ALGORITHMS: Readonly<Record<string, readonly string[]>> = {
  'P-256': ['ES256'],
  Ed25519: ['EdDSA', 'Ed25519'],
  RSA: ['PS256', 'RS256'],
}

/** P-256, as OpenSSL calls it. */
const CURVE = 'prime256v1'
const MIN_RSA_BITS = 2_048
const MAX_RSA_BITS = 8_192
const MIN_RSA_EXPONENT = 65_537n
const KID = /^[A-Za-z0-9._~:/=+-]{1,128}$/
export const MAX_KEYS = 10

/**
 * A key that may verify an agent's assertions, with nothing in it but its public part, its `kid` (the
 * thumbprint of RFC 7638 if it has none) and its `alg` if it says one.
 *
 * @throws GatewayError `params_invalid` for private, symmetric, weak or broken keys.
 */
export function checkPublicKey(given: JsonObject): JsonObject {
  if (!isObject(given)) throw invalid('a key is a JSON Web Key')
  const secret = SECRET_MEMBERS.find((member) => given[member] !== undefined)
  if (secret !== undefined)
    throw invalid(
      `the key has the private member \`${secret}\`; give the public part alone, and make a new pair`,
    )
  const kty = String(given['kty'])
  const members = Object.hasOwn(PUBLIC_MEMBERS, kty) ? PUBLIC_MEMBERS[kty] : undefined
  if (members === undefined) throw invalid('`kty` of a key is `EC`, `OKP` or `RSA`')
  const bare = { kty, ...Object.fromEntries(members.map((member) => [member, given[member]])) }
  const key = importKey(bare)
  checkStrength(key)
  checkUse(given)
  return { ...bare, ...kidOf(given, bare), ...algorithmOf(given, kty) }
}

/** RFC 7638, of the members that `checkPublicKey` keeps. */
export function thumbprint({ kty, crv, x, y, n, e }: JsonObject): string {
  const members = Object.entries({ kty, crv, x, y, n, e }).filter(
    ([, value]) => value !== undefined,
  )
  const json = canonicalJson(Object.fromEntries(members))
  return Buffer.from(sha256(json), 'hex').toString('base64url')
}

function importKey(bare: JsonObject): KeyObject {
  if (!Object.values(bare).every((value) => typeof value === 'string'))
    throw invalid('the key lacks a member of its type')
  try {
    const key = createPublicKey({ key: bare as JsonWebKey, format: 'jwk' })
    const again = key.export({ format: 'jwk' })
    // One key has one form: others would have another thumbprint.
    if (Object.entries(bare).some(([member, value]) => again[member] !== value))
      throw invalid('the key is not in its canonical form')
    return key
  } catch (cause) {
    if (cause instanceof Error && cause.name === 'GatewayError') throw cause
    throw invalid('the key is not a valid public key')
  }
}

function checkStrength(key: KeyObject): void {
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key
  const strong = type === 'ed25519' || details?.namedCurve === CURVE
  if (type === 'rsa') checkRsa(details?.modulusLength ?? 0, details?.publicExponent ?? 0n)
  else if (!strong) throw invalid('the curve of a key is P-256 or Ed25519')
}

function checkRsa(bits: number, exponent: bigint): void {
  if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS)
    throw invalid(`an RSA key has ${MIN_RSA_BITS} to ${MAX_RSA_BITS} bits`)
  if (exponent < MIN_RSA_EXPONENT || exponent % 2n === 0n)
    throw invalid('the exponent of an RSA key is odd and at least 65537')
}

function checkUse({ use, key_ops: operations }: JsonObject): void {
  const verifies =
    operations === undefined ||
    (Array.isArray(operations) && operations.every((one) => one === 'verify'))
  if ((use !== undefined && use !== 'sig') || !verifies)
    throw invalid('the key is not for signatures')
}

function kidOf({ kid }: JsonObject, bare: JsonObject): { readonly kid: string } {
  if (kid === undefined) return { kid: thumbprint(bare) }
  if (typeof kid !== 'string' || !KID.test(kid)) throw invalid('`kid` of a key is not one')
  return { kid }
}

function algorithmOf({ alg, crv }: JsonObject, kty: string): { readonly alg?: string } {
  if (alg === undefined) return {}
  const fitting = ALGORITHMS[kty === 'RSA' ? 'RSA' : String(crv)] ?? []
  if (typeof alg !== 'string' || !fitting.includes(alg))
    throw invalid('`alg` of a key does not fit its type')
  return { alg }
}

/** Adds keys, oldest first. @throws GatewayError `params_invalid` for doubles and too many. */
export function addKeys(
  known: readonly AgentKey[],
  given: readonly JsonObject[],
  now: number,
): readonly AgentKey[] {
  const keys = [...known, ...given.map((key) => ({ key: checkPublicKey(key), added: now }))]
  if (keys.length > MAX_KEYS) throw invalid(`at most ${MAX_KEYS} keys; remove old ones first`)
  const kids = new Set(keys.map(({ key }) => key['kid']))
  const prints = new Set(keys.map(({ key }) => thumbprint(key)))
  if (kids.size < keys.length || prints.size < keys.length)
    throw invalid('the agent has a key with this `kid`, or this very key, already')
  return keys
}
