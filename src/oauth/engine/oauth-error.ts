/**
 * The error codes that our endpoints answer with: RFC 6749, 7009, 7591, 8693, 8707, 9449, and OpenID
 * Connect Core 1.0 section 3.1.2.6.
 */
export type OauthErrorCode =
  | 'invalid_request'
  | 'invalid_client'
  | 'invalid_grant'
  | 'invalid_scope'
  | 'invalid_target'
  | 'unauthorized_client'
  | 'unsupported_grant_type'
  | 'unsupported_token_type'
  | 'invalid_redirect_uri'
  | 'invalid_client_metadata'
  | 'access_denied'
  | 'interaction_required'
  | 'temporarily_unavailable'
  | 'slow_down'
  | 'server_error'

interface OauthErrorOptions {
  /** HTTP status; 400 if not given. */
  readonly status?: number
  /** Seconds, for `Retry-After`. */
  readonly retryAfter?: number
  readonly cause?: unknown
  /** For the log only. */
  readonly detail?: string
}

/** A refusal in the words of the RFCs. `message` is public. */
export class OauthError extends Error {
  override readonly name = 'OauthError'
  readonly code: OauthErrorCode
  readonly status: number
  readonly retryAfter: number | undefined
  readonly detail: string | undefined

  constructor(code: OauthErrorCode, message: string, options: OauthErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.status = options.status ?? 400
    this.retryAfter = options.retryAfter
    this.detail = options.detail
  }
}
