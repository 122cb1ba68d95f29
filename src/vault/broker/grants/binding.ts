import type { Found } from '../discovery/discover.ts'
import { refusedServer } from '../refusals.ts'
import type { BrokerSettings } from '../settings.ts'

/**
 * Whether tokens are to be bound to a key of ours (RFC 9449): always, never, or where both the server
 * and its authorization server say that they know how.
 *
 * @throws GatewayError `authorization_server_refused` where it has to be and cannot.
 */
export function wantsBinding({ dpop }: BrokerSettings, { server, bound }: Found): boolean {
  if (dpop === 'required' && !server.binds)
    throw refusedServer('the authorization server does not bind tokens to keys')
  if (dpop === 'off') return false
  return dpop === 'required' || (bound !== 'no' && server.binds)
}

/** Whether a token that is not bound is refused. */
export function mustBind({ dpop }: BrokerSettings, { bound }: Found): boolean {
  return dpop === 'required' || (dpop === 'auto' && bound === 'must')
}
