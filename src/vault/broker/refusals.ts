import { GatewayError } from '../../kernel/errors.ts'

/** An authorization server cannot be used. `detail` is for the log alone. */
export function refusedServer(message: string, detail?: string, cause?: unknown): GatewayError {
  return new GatewayError('authorization_server_refused', message, {
    ...(detail === undefined ? {} : { detail }),
    ...(cause === undefined ? {} : { cause }),
  })
}

/** Why a person has to go to an authorization server. */
export type ConnectReason = 'not_connected' | 'reauth_required' | 'step_up'

/** A person has to connect first. `data.url` is where, at the gateway's own console. */
export function connectionRequired(
  issuer: string,
  server: string,
  reason: ConnectReason,
  scopes: readonly string[] = [],
): GatewayError {
  const url = `${issuer}/console/connections?connect=${encodeURIComponent(server)}`
  const message = {
    not_connected: `connect to ${server} first`,
    reauth_required: `connect to ${server} again`,
    step_up: `${server} needs more than was consented to`,
  }[reason]
  return new GatewayError('connection_required', message, {
    data: { server, url, reason, ...(scopes.length === 0 ? {} : { scopes }) },
  })
}

/** What an authorization server calls its refusal, if that is a code (RFC 6749 section 5.2). */
export function errorCodeOf(text: unknown): string {
  return typeof text === 'string' && /^[a-z_]{1,64}$/.test(text) ? text : 'unknown_error'
}
