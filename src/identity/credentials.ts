import type { InboundToken } from '../kernel/credential.ts'
import { GatewayError } from '../kernel/errors.ts'

/** Characters of a token that are read at most: ample for one with claims of a large organisation. */
const MAX_TOKEN = 16_384

/** A token as it was sent. */
export interface SentToken {
  readonly scheme: 'bearer' | 'dpop'
  readonly token: InboundToken
}

/**
 * Reads the `Authorization` header (RFC 6750 section 2.1, RFC 9449 section 7.1), but not yet the form
 * of the token. A scheme that holds no token of ours counts as no credentials (RFC 6750 section 3.1).
 *
 * @throws GatewayError `token_missing`, `authorization_malformed`.
 */
export function readAuthorization(header: string | undefined): SentToken {
  if (header === undefined) throw missing()
  const space = header.indexOf(' ')
  const scheme = schemeOf(space < 0 ? header : header.slice(0, space))
  if (scheme === undefined) throw missing()
  const token = space < 0 ? '' : header.slice(space + 1)
  if (token.length > MAX_TOKEN) throw malformed()
  return { scheme, token: token as InboundToken }
}

/**
 * Checks that a token is `token68` of RFC 9110 section 11.2, which is `b64token` of RFC 6750. Apart,
 * because a token that was verified before has that form.
 *
 * @throws GatewayError `authorization_malformed`.
 */
export function checkForm(token: string): void {
  if (!/^[\w.~+/-]+=*$/.test(token)) throw malformed()
}

/** Schemes are case-insensitive (RFC 9110 section 11.1). */
function schemeOf(name: string): SentToken['scheme'] | undefined {
  switch (name.toLowerCase()) {
    case 'bearer':
      return 'bearer'
    case 'dpop':
      return 'dpop'
    default:
      return undefined
  }
}

function malformed(): GatewayError {
  return new GatewayError('authorization_malformed', 'the authorization header is malformed')
}

function missing(): GatewayError {
  return new GatewayError('token_missing', 'an access token is needed')
}
