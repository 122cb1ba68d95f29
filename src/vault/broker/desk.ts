import type { CredentialOwner } from '../../kernel/credential.ts'
import { GatewayError } from '../../kernel/errors.ts'
import type { Actor } from '../../kernel/event.ts'
import type {
  ConnectionDesk,
  ConnectionStatus,
  ConnectionView,
  ConnectOffer,
} from '../../kernel/vault.ts'
import { witnessed } from '../../kernel/witnessed.ts'
import { hostOf } from './discovery/read-document.ts'
import { beginCode, scopesToAsk } from './grants/begin.ts'
import { finishCode } from './grants/finish.ts'
import type { Parts, TokenPlace } from './parts.ts'
import { refusedServer } from './refusals.ts'
import { type BrokerServer, type BrokerSettings, DEFAULT_SETTINGS } from './settings.ts'
import { type ConnectionRow, changeId, placeOf, scopesIn } from './tokens/connection-rows.ts'
import { revoke } from './tokens/revoke.ts'
import { serverOf, type TokenSource } from './tokens/token-source.ts'

/** Connections, for people. */
export function connectionDesk(parts: Parts, source: TokenSource): ConnectionDesk {
  const { rows } = parts
  return {
    async list(owner) {
      const all = await rows.list(owner)
      return all.filter(isMade).map(viewOf)
    },
    async offer({ server: name, user }) {
      const { server, settings, place } = target(parts, name, user)
      const found = await parts.discovery.find(name, server)
      const row = await rows.read(place)
      if (found.server.authorization === undefined)
        throw refusedServer('the authorization server has nowhere to go to')
      const scopes = scopesToAsk(found, row)
      const granted = row === undefined ? [] : scopesIn(row.scopes)
      return {
        server: name,
        address: server.url,
        issuer: found.server.issuer,
        host: hostOf(found.server.authorization),
        scopes,
        added: scopes.filter((scope) => !granted.includes(scope)),
        client: parts.clients.wayAt(found.server, settings.client),
        shared: place.owner === 'shared',
        status: (row?.status ?? 'none') as ConnectOffer['status'],
      }
    },
    async begin(asked) {
      const { server, settings, place } = target(parts, asked.server, asked.user)
      if (place.owner === 'shared' && asked.mayShare !== true)
        throw new GatewayError('role_insufficient', 'only an owner connects what all use')
      const found = await parts.discovery.find(asked.server, server)
      const row = await rows.read(place)
      return { location: await beginCode(parts, asked, place, settings, found, row) }
    },
    async finish(query, at) {
      const row = await finishCode(parts, query, at)
      source.forget(changeId(row))
      return viewOf(row)
    },
    disconnect: (of, by) => disconnect(parts, source, of, by),
  }
}

/**
 * Revokes what a connection holds, and destroys it.
 *
 * @throws GatewayError `item_unknown`.
 */
export async function disconnect(
  parts: Parts,
  source: TokenSource,
  of: TokenPlace,
  by: Actor,
): Promise<void> {
  const row = await parts.rows.read(of)
  if (row === undefined) throw new GatewayError('item_unknown', 'there is no such connection')
  const revocation = await revoke(parts, parts.servers.get(of.server), row, ['refresh', 'access'])
  const event = {
    event: 'connection.closed',
    ...(of.owner === 'shared' ? {} : { subject: of.owner }),
    target: of.server,
    detail: { owner: of.owner, issuer: row.issuer, client: row.client, revocation },
    by,
  } as const
  await witnessed(parts.witness, event, () => parts.rows.remove(row))
  source.forget(changeId(of))
}

/** What of a row people are shown. */
export function viewOf(row: ConnectionRow): ConnectionView {
  return {
    ...placeOf(row),
    kind: row.kind as ConnectionView['kind'],
    status: row.status as ConnectionStatus,
    issuer: row.issuer,
    resource: row.resource,
    client: row.client,
    scopes: scopesIn(row.scopes),
    wanted: scopesIn(row.wanted),
    bound: row.proof !== '',
    created: row.created,
    refreshed: row.refreshed ?? undefined,
    used: row.used ?? undefined,
    expires: row.expires ?? undefined,
    refreshable: row.refresh !== '',
    reason: row.reason ?? undefined,
  }
}

function isMade(row: ConnectionRow): boolean {
  return row.issuer !== ''
}

/** @throws GatewayError `item_unknown` for a server that nobody connects to. */
function target(
  parts: Parts,
  name: string,
  user: CredentialOwner,
): {
  readonly server: BrokerServer
  readonly settings: BrokerSettings
  readonly place: TokenPlace
} {
  const server = serverOf(parts, name)
  const settings = server.settings ?? DEFAULT_SETTINGS
  if (settings.kind !== 'authorization-code')
    throw new GatewayError('item_unknown', 'nobody connects to this server')
  const owner = settings.holder === 'shared' ? 'shared' : user
  return { server, settings, place: { server: name, owner } }
}
