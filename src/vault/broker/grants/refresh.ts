import type { Parts } from '../parts.ts'
import { type Granted, grantedBy } from '../protocol/granted.ts'
import type { BrokerServer } from '../settings.ts'
import {
  type ConnectionFacts,
  type ConnectionRow,
  placeOf,
  scopesIn,
} from '../tokens/connection-rows.ts'
import { askForTokens } from './ask.ts'
import { LostGrant } from './lost-grant.ts'

/** What a row becomes. */
export interface Renewal {
  readonly facts: ConnectionFacts
  readonly granted: Granted
}

/**
 * Asks the authorization server that gave a refresh token, and no other, for the next tokens
 * (RFC 6749 section 6).
 *
 * @throws LostGrant where there is nothing to ask with; as `askForTokens`.
 */
export async function refreshed(
  parts: Parts,
  server: BrokerServer,
  row: ConnectionRow,
): Promise<Renewal> {
  const { rows, discovery, clients, clock } = parts
  const refresh = await rows.open(row, 'refresh')
  if (refresh === '') throw new LostGrant('expired')
  const issuer = await discovery.issuer(row.issuer, server)
  const client = await clients.byId(row.client, issuer, server.settings?.client)
  if (client === undefined) throw new LostGrant('client_changed')
  const proof = await rows.open(row, 'proof')
  const scopes = scopesIn(row.scopes)
  const answer = await askForTokens(
    parts,
    { server: issuer, client, owner: placeOf(row).owner },
    'refresh_token',
    { refresh_token: refresh, resource: row.resource },
    proof,
  )
  const { kind, wanted } = factsOf(row)
  const granted = grantedBy(answer, { proof, mustBind: proof !== '', scopes, refresh }, clock())
  return { facts: { ...factsOf(row), kind, wanted, reason: null }, granted }
}

/** What stands beside the tokens of a row. */
export function factsOf(row: ConnectionRow): ConnectionFacts {
  const { kind, issuer, resource, client, wanted, reason } = row
  return {
    kind: kind as ConnectionFacts['kind'],
    issuer,
    resource,
    client,
    wanted: scopesIn(wanted),
    reason,
  }
}
