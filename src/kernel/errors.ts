/** Whose fault a failure is, and so whether trying again can help. */
export type ErrorFamily = 'rejected' | 'upstream' | 'unavailable' | 'bug'

interface ErrorRow {
  readonly family: ErrorFamily
  /** HTTP status of the answer. JSON-RPC errors about a well-formed request travel with 200. */
  readonly http: number
  /** JSON-RPC error code. Bailiwick's own codes lie outside the range that JSON-RPC reserves. */
  readonly rpc: number
}

/** Every failure that the product reports: one row per code. The wire mapping lives here and only here. */
export const ERRORS = {
  token_missing: { family: 'rejected', http: 401, rpc: -31001 },
  token_invalid: { family: 'rejected', http: 401, rpc: -31001 },
  proof_invalid: { family: 'rejected', http: 401, rpc: -31001 },
  proof_nonce: { family: 'rejected', http: 401, rpc: -31001 },
  login_required: { family: 'rejected', http: 401, rpc: -31041 },
  authorization_malformed: { family: 'rejected', http: 400, rpc: -32600 },
  interaction_unknown: { family: 'rejected', http: 400, rpc: -31016 },
  scope_insufficient: { family: 'rejected', http: 403, rpc: -31014 },
  role_insufficient: { family: 'rejected', http: 403, rpc: -31017 },
  person_required: { family: 'rejected', http: 403, rpc: -31019 },
  approver_refused: { family: 'rejected', http: 403, rpc: -31028 },
  approval_over: { family: 'rejected', http: 409, rpc: -31029 },
  evidence_refused: { family: 'rejected', http: 403, rpc: -31036 },
  version_conflict: { family: 'rejected', http: 412, rpc: -31037 },
  signature_invalid: { family: 'rejected', http: 401, rpc: -31038 },
  origin_refused: { family: 'rejected', http: 403, rpc: -31002 },
  host_refused: { family: 'rejected', http: 403, rpc: -31002 },
  path_unknown: { family: 'rejected', http: 404, rpc: -31003 },
  item_exists: { family: 'rejected', http: 409, rpc: -31051 },
  item_unknown: { family: 'rejected', http: 404, rpc: -31018 },
  verb_refused: { family: 'rejected', http: 405, rpc: -31004 },
  accept_refused: { family: 'rejected', http: 406, rpc: -32600 },
  content_type_refused: { family: 'rejected', http: 415, rpc: -32600 },
  body_too_large: { family: 'rejected', http: 413, rpc: -32600 },
  headers_too_large: { family: 'rejected', http: 431, rpc: -32600 },
  body_too_slow: { family: 'rejected', http: 408, rpc: -32600 },
  json_malformed: { family: 'rejected', http: 400, rpc: -32700 },
  json_ambiguous: { family: 'rejected', http: 400, rpc: -32700 },
  message_malformed: { family: 'rejected', http: 400, rpc: -32600 },
  batch_refused: { family: 'rejected', http: 400, rpc: -32600 },
  envelope_invalid: { family: 'rejected', http: 400, rpc: -32602 },
  header_mismatch: { family: 'rejected', http: 400, rpc: -32020 },
  capability_missing: { family: 'rejected', http: 400, rpc: -32021 },
  version_unsupported: { family: 'rejected', http: 400, rpc: -32022 },
  method_unknown: { family: 'rejected', http: 404, rpc: -32601 },
  session_missing: { family: 'rejected', http: 400, rpc: -32600 },
  session_unknown: { family: 'rejected', http: 404, rpc: -31005 },
  stream_open: { family: 'rejected', http: 409, rpc: -31008 },
  stream_gone: { family: 'rejected', http: 400, rpc: -31009 },
  server_unknown: { family: 'rejected', http: 404, rpc: -31006 },
  params_invalid: { family: 'rejected', http: 200, rpc: -32602 },
  tool_unknown: { family: 'rejected', http: 200, rpc: -32602 },
  prompt_unknown: { family: 'rejected', http: 200, rpc: -32602 },
  resource_unknown: { family: 'rejected', http: 200, rpc: -32602 },
  arguments_invalid: { family: 'rejected', http: 200, rpc: -32602 },
  definition_unsupported: { family: 'rejected', http: 200, rpc: -32602 },
  request_state_invalid: { family: 'rejected', http: 200, rpc: -32602 },
  too_many_requests: { family: 'rejected', http: 429, rpc: -31007 },
  approval_pending: { family: 'rejected', http: 200, rpc: -31039 },
  approval_refused: { family: 'rejected', http: 200, rpc: -31040 },
  definition_quarantined: { family: 'rejected', http: 200, rpc: -31042 },
  content_blocked: { family: 'rejected', http: 200, rpc: -31043 },
  connection_required: { family: 'rejected', http: 200, rpc: -31047 },
  passthrough_refused: { family: 'rejected', http: 200, rpc: -31049 },
  policy_denied: { family: 'rejected', http: 200, rpc: -31010 },
  limit_exceeded: { family: 'rejected', http: 200, rpc: -31013 },
  bridge_unsupported: { family: 'rejected', http: 200, rpc: -31011 },
  cancelled: { family: 'rejected', http: 200, rpc: -31012 },
  fetch_refused: { family: 'rejected', http: 400, rpc: -31015 },
  fetch_failed: { family: 'upstream', http: 502, rpc: -31027 },
  upstream_unreachable: { family: 'upstream', http: 200, rpc: -31020 },
  upstream_failed: { family: 'upstream', http: 200, rpc: -31021 },
  upstream_timeout: { family: 'upstream', http: 200, rpc: -31022 },
  upstream_malformed: { family: 'upstream', http: 200, rpc: -31023 },
  upstream_too_large: { family: 'upstream', http: 200, rpc: -31024 },
  upstream_unauthorized: { family: 'upstream', http: 200, rpc: -31025 },
  sandbox_unavailable: { family: 'upstream', http: 200, rpc: -31045 },
  package_refused: { family: 'upstream', http: 200, rpc: -31046 },
  authorization_server_refused: { family: 'upstream', http: 502, rpc: -31050 },
  result_withheld: { family: 'upstream', http: 200, rpc: -31026 },
  audit_unavailable: { family: 'unavailable', http: 503, rpc: -31030 },
  store_unavailable: { family: 'unavailable', http: 503, rpc: -31031 },
  policy_unavailable: { family: 'unavailable', http: 503, rpc: -31032 },
  limits_unavailable: { family: 'unavailable', http: 503, rpc: -31034 },
  analysis_unavailable: { family: 'unavailable', http: 503, rpc: -31035 },
  flow_unavailable: { family: 'unavailable', http: 503, rpc: -31044 },
  credential_unavailable: { family: 'unavailable', http: 503, rpc: -31048 },
  shutting_down: { family: 'unavailable', http: 503, rpc: -31033 },
  internal: { family: 'bug', http: 500, rpc: -32603 },
} as const satisfies Record<string, ErrorRow>

/** A stable name of a failure. */
export type ErrorCode = keyof typeof ERRORS

interface ErrorOptions {
  readonly cause?: unknown
  /** For the log only: never leaves the process. */
  readonly detail?: string
  /** Public, machine-readable; becomes `error.data` on the wire. */
  readonly data?: Readonly<Record<string, unknown>>
}

/** The one error class. `message` and `data` are public; `detail` and `cause` are for the log. */
export class GatewayError extends Error {
  override readonly name = 'GatewayError'
  readonly code: ErrorCode
  readonly detail: string | undefined
  readonly data: Readonly<Record<string, unknown>> | undefined

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.detail = options.detail
    this.data = options.data
  }
}

/** Makes a `GatewayError` of anything thrown; what nobody planned is `internal`, without its message. */
export function toGatewayError(thrown: unknown): GatewayError {
  if (thrown instanceof GatewayError) return thrown
  return new GatewayError('internal', 'internal error', { cause: thrown })
}
