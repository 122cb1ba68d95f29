import { errors } from 'oidc-provider'
import { ERRORS, GatewayError } from '../../kernel/errors.ts'
import { OauthError } from './oauth-error.ts'

/** An error of ours as the library answers with it; others stay what they are. */
export function toLibraryError(thrown: unknown): unknown {
  if (!(thrown instanceof OauthError)) return thrown
  const made = new errors.CustomOIDCProviderError(thrown.code, thrown.message, {
    cause: thrown,
    ...(thrown.detail === undefined ? {} : { detail: thrown.detail }),
  })
  made.status = thrown.status
  made.statusCode = thrown.status
  made.expose = true
  return made
}

/** Whether a failure is of something that we depend on, and trying again may help. */
export function isUnavailable(thrown: unknown): boolean {
  return thrown instanceof GatewayError && ERRORS[thrown.code].family === 'unavailable'
}
