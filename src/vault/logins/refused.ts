import { GatewayError } from '../../kernel/errors.ts'

/** The error of keepers of keys and secrets: what is wrong, and what to do about it. */
export function refused(message: string, cause?: unknown): GatewayError {
  return new GatewayError('credential_unavailable', message, { cause })
}

/** What an unwrap is refused with whose key is not among those at hand. */
export function keyGone(keyId: string): GatewayError {
  return refused(`the key \`${keyId.slice(0, 100)}\` is not there`)
}
