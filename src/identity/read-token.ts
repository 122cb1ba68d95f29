import { readPart } from './read-part.ts'
import { invalidToken } from './refusal.ts'

/** Members of a header that bring a key along, or ask for what we do not do: never obeyed. */
const REFUSED_MEMBERS = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip', 'enc']
const MAX_NAME = 256

/** A signed token of which nothing is proven yet. */
export interface UnprovenToken {
  readonly compact: string
  readonly algorithm: string
  readonly key: string
  /** In lower case, without `application/` (RFC 7515 section 4.1.9); empty when there is none. */
  readonly type: string
  readonly issuer: string
}

/**
 * Reads a JWS in compact form (RFC 7515) far enough to know whose it claims to be, by which key.
 *
 * @throws GatewayError `token_invalid`.
 */
export function readToken(compact: string): UnprovenToken {
  const parts = compact.split('.')
  const [header, payload] = [readPart(parts[0]), readPart(parts[1])]
  if (parts.length !== 3 || header === undefined || payload === undefined)
    throw invalidToken('it is not a signed token')
  const member = REFUSED_MEMBERS.find((name) => Object.hasOwn(header, name))
  if (member !== undefined) throw invalidToken(`its header has \`${member}\``)
  const { alg, kid, typ = '' } = header
  const { iss } = payload
  if (!isName(alg) || !isName(kid) || !isName(iss) || typeof typ !== 'string')
    throw invalidToken('it names no algorithm, key or issuer')
  const type = typ.toLowerCase().replace(/^application\//, '')
  return { compact, algorithm: alg, key: kid, type, issuer: iss }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME
}
