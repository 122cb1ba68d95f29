import { compactVerify, decodeProtectedHeader } from 'jose'
import { isObject, type JsonObject } from '../../kernel/json.ts'

/** Tolerated difference of clocks, in seconds. */
export const SKEW = 10

/** Longer tokens are not looked at. */
const MAX_LENGTH = 8_192

/** Members of a header that would let the sender say how it is to be verified. */
const FORBIDDEN: readonly string[] = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'enc', 'zip']

/** Algorithms of signatures (RFC 7518, RFC 8037, RFC 9864), and the keys that they go with. */
export const SIGNATURES: Readonly<
  Record<string, { readonly kty: string; readonly crv: string | undefined }>
> = {
  ES256: { kty: 'EC', crv: 'P-256' },
  ES384: { kty: 'EC', crv: 'P-384' },
  ES512: { kty: 'EC', crv: 'P-521' },
  EdDSA: { kty: 'OKP', crv: 'Ed25519' },
  Ed25519: { kty: 'OKP', crv: 'Ed25519' },
  PS256: { kty: 'RSA', crv: undefined },
  PS384: { kty: 'RSA', crv: undefined },
  PS512: { kty: 'RSA', crv: undefined },
  RS256: { kty: 'RSA', crv: undefined },
}

/** Why a token is not believed. For the record; what the sender is told is up to the caller. */
export class JwtRefusal extends Error {
  override readonly name = 'JwtRefusal'
}

/** What a token must be to be believed. */
export interface JwtRules {
  /** Accepted values of `typ`, exactly; undefined stands for a header without it. */
  readonly types: readonly (string | undefined)[]
  readonly algorithms: readonly string[]
  readonly issuer: string
  /** Exactly one, of these. */
  readonly audiences: { has(audience: string): boolean }
  /** Keys (RFC 7517) among which the header's `kid` chooses. */
  readonly keys: (kid: string | undefined) => Promise<readonly JsonObject[]>
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** A token that was verified. Times are seconds, as in the token. */
export interface VerifiedJwt {
  readonly subject: string
  readonly audience: string
  readonly issued: number
  readonly expires: number
  readonly claims: JsonObject
  /** What was signed: unlike the whole token it cannot be written in two ways. */
  readonly signed: string
}

/** The header and the claims as the sender wrote them: nothing of it is verified. */
export function peekJwt(
  token: string,
): { readonly header: JsonObject; readonly claims: JsonObject } | undefined {
  if (token.length > MAX_LENGTH) return undefined
  try {
    const [, body = '', ...rest] = token.split('.')
    if (rest.length !== 1) return undefined
    const claims: unknown = JSON.parse(Buffer.from(body, 'base64url').toString())
    const header: unknown = decodeProtectedHeader(token)
    return isObject(header) && isObject(claims) ? { header, claims } : undefined
  } catch {
    return undefined
  }
}

/**
 * Verifies a compact JWT (RFC 7519, with the advice of RFC 8725): type, algorithm, signature, issuer,
 * single audience, and times.
 *
 * @throws JwtRefusal; whatever `keys` throws.
 */
export async function verifyJwt(token: string, rules: JwtRules): Promise<VerifiedJwt> {
  const parts = peekJwt(token)
  if (parts === undefined) throw new JwtRefusal('not a JWT')
  const { header, claims } = parts
  checkHeader(header, rules)
  const verified = checkClaims(claims, rules)
  const kid = typeof header['kid'] === 'string' ? header['kid'] : undefined
  const keys = (await rules.keys(kid)).filter((key) => fits(key, String(header['alg']), kid))
  for (const key of keys)
    if (await signs(key, token, rules.algorithms))
      return { ...verified, claims, signed: token.slice(0, token.lastIndexOf('.')) }
  throw new JwtRefusal(keys.length === 0 ? 'no such key' : 'wrong signature')
}

function checkHeader(header: JsonObject, { types, algorithms }: JwtRules): void {
  const { typ, alg, kid } = header
  if (!(typ === undefined || typeof typ === 'string') || !types.includes(typ))
    throw new JwtRefusal('wrong type')
  if (typeof alg !== 'string' || !algorithms.includes(alg)) throw new JwtRefusal('wrong algorithm')
  if (kid !== undefined && typeof kid !== 'string') throw new JwtRefusal('wrong key id')
  if (FORBIDDEN.some((name) => name in header)) throw new JwtRefusal('header names its own key')
}

function checkClaims(claims: JsonObject, { issuer, audiences, now }: JwtRules) {
  const { iss, sub, aud } = claims
  if (iss !== issuer) throw new JwtRefusal('wrong issuer')
  if (typeof sub !== 'string' || sub === '' || sub.length > 1_024)
    throw new JwtRefusal('no subject')
  // Kubernetes writes its one audience as a list.
  const audience: unknown = Array.isArray(aud) && aud.length === 1 ? aud[0] : aud
  if (typeof audience !== 'string' || !audiences.has(audience))
    throw new JwtRefusal('wrong audience')
  return { subject: sub, audience, ...checkTimes(claims, now / 1_000) }
}

function checkTimes({ exp, iat, nbf }: JsonObject, second: number) {
  if (!isTime(exp) || exp + SKEW <= second) throw new JwtRefusal('expired')
  if (!isTime(iat) || iat - SKEW > second || iat > exp) throw new JwtRefusal('issued in the future')
  if (nbf !== undefined && (!isTime(nbf) || nbf - SKEW > second))
    throw new JwtRefusal('not valid yet')
  return { issued: iat, expires: exp }
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0
}

/** A key verifies one algorithm: never what the sender would like it to. */
function fits(key: JsonObject, alg: string, kid: string | undefined): boolean {
  const type = SIGNATURES[alg]
  return (
    type !== undefined &&
    key['kty'] === type.kty &&
    key['crv'] === type.crv &&
    (kid === undefined || key['kid'] === kid) &&
    (key['alg'] === undefined || key['alg'] === alg) &&
    (key['use'] === undefined || key['use'] === 'sig') &&
    (!Array.isArray(key['key_ops']) || key['key_ops'].includes('verify'))
  )
}

async function signs(key: JsonObject, token: string, algorithms: readonly string[]) {
  const { kty, crv, x, y, n, e } = key
  try {
    await compactVerify(token, { kty, crv, x, y, n, e } as never, {
      algorithms: [...algorithms],
    })
    return true
  } catch {
    return false
  }
}
