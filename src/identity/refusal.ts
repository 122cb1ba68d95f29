import { GatewayError } from '../kernel/errors.ts'

/**
 * Refuses a token. All tokens are refused in the same words: the sender learns nothing about why.
 *
 * @param why for the log; holds nothing of the token.
 */
export function invalidToken(why: string, cause?: unknown): GatewayError {
  return new GatewayError('token_invalid', 'the token is not valid', { detail: why, cause })
}

/** Refuses a proof of possession, likewise. */
export function invalidProof(why: string, cause?: unknown): GatewayError {
  return new GatewayError('proof_invalid', 'the proof of possession is not valid', {
    detail: why,
    cause,
  })
}

/** Refuses because nobody can tell at the moment whether a token is still good. */
export function unknowable(why: string, cause?: unknown): GatewayError {
  return new GatewayError('store_unavailable', 'tokens cannot be checked at the moment', {
    detail: why,
    cause,
  })
}
