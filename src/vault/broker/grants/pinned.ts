import type { AuthorizationServer } from '../discovery/authorization-server.ts'
import type { Parts } from '../parts.ts'
import { refusedServer } from '../refusals.ts'
import type { BrokerSettings } from '../settings.ts'

/**
 * A client that the operator registered proves itself to no other authorization server than the first
 * one, unless the operator says which: a server cannot send its secret elsewhere.
 *
 * @throws GatewayError `authorization_server_refused`.
 */
export async function checkPinned(
  { rows }: Pick<Parts, 'rows'>,
  name: string,
  { issuer, client }: BrokerSettings,
  server: AuthorizationServer,
): Promise<void> {
  if (issuer !== undefined || client === undefined) return
  const known = await rows.issuersOf(name, client.id)
  if (known.some((other) => other !== server.issuer))
    throw refusedServer(
      'the server names another authorization server than before: configure `authorization.issuer`',
    )
}
