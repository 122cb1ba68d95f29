import { ResponseBodyError } from 'openid-client'
import { GatewayError } from '../../../kernel/errors.ts'
import { errorCodeOf, refusedServer } from '../refusals.ts'

/** What an authorization server answered instead of tokens (RFC 6749 section 5.2); undefined for any other failure. */
export function refusalCode(error: unknown): string | undefined {
  return error instanceof ResponseBodyError && error.status < 500
    ? errorCodeOf(error.error)
    : undefined
}

/** Any failure of a request to an authorization server, in our words: none of its text is passed on. */
export function tokenFailure(error: unknown): GatewayError {
  if (error instanceof GatewayError) return error
  const ours = gatewayErrorIn(error)
  if (ours !== undefined)
    return refusedServer(`the authorization server cannot be asked: ${ours.message}`, ours.detail)
  const code = refusalCode(error)
  if (code !== undefined) return refusedServer(`the authorization server refused: ${code}`)
  const detail = error instanceof Error ? `${error.name}: ${codeOf(error)}` : 'no error'
  return refusedServer('the authorization server does not answer as it should', detail)
}

/** What our own fetch threw, under what the library made of it. */
function gatewayErrorIn(error: unknown): GatewayError | undefined {
  let at = error
  for (let depth = 0; depth < 5 && at instanceof Error; depth += 1) {
    if (at instanceof GatewayError) return at
    at = at.cause
  }
  return undefined
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : 'without a code'
}
