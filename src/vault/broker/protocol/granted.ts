import type { TokenEndpointResponse } from 'openid-client'
import { scopesOf } from '../discovery/challenge.ts'
import { refusedServer } from '../refusals.ts'

/** What an authorization server granted. */
export interface Granted {
  readonly access: string
  /** Empty where there is none. */
  readonly refresh: string
  /** The key that the access token is bound to (private JWK); empty where it is not. */
  readonly proof: string
  /** Milliseconds since the epoch; null where nobody said. */
  readonly expires: number | null
  readonly scopes: readonly string[]
}

/** What was asked for. */
export interface Asked {
  /** Empty where no proof was sent. */
  readonly proof: string
  readonly mustBind: boolean
  readonly scopes: readonly string[]
  /** The refresh token that stays, where no new one comes. */
  readonly refresh: string
}

/** RFC 6749 appendix A.12, of a length that servers take: nothing that ends a header. */
const TOKEN = /^[\x20-\x7e]{1,16384}$/
const LONGEST = 10 * 365 * 86_400

/**
 * Reads an answer of a token endpoint (RFC 6749 section 5.1).
 *
 * @throws GatewayError `authorization_server_refused` for a token of another type than was asked for.
 */
export function grantedBy(answer: TokenEndpointResponse, asked: Asked, now: number): Granted {
  const { access_token: access, refresh_token: refresh, expires_in: seconds } = answer
  if (!TOKEN.test(access) || (refresh !== undefined && !TOKEN.test(refresh)))
    throw refusedServer('the authorization server gave what is no token')
  return {
    access,
    refresh: refresh ?? asked.refresh,
    proof: isBound(answer.token_type, asked) ? asked.proof : '',
    expires: seconds === undefined ? null : now + Math.min(seconds, LONGEST) * 1_000,
    scopes: answer.scope === undefined ? asked.scopes : (scopesOf(answer.scope) ?? []),
  }
}

function isBound(given: string, asked: Asked): boolean {
  const type = given.toLowerCase()
  if (type !== 'bearer' && type !== 'dpop')
    throw refusedServer('the authorization server gave a token of an unknown type')
  if (type === 'dpop' && asked.proof === '')
    throw refusedServer('the authorization server gave a token that is bound to no key of ours')
  if (type === 'bearer' && asked.mustBind)
    throw refusedServer('the authorization server gave a token that is not bound to our key')
  return type === 'dpop'
}
