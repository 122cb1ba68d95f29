import type { Clock } from '../../../kernel/ports.ts'
import type { SafeFetch } from '../../../kernel/safe-fetch.ts'
import type { Sealer } from '../../../kernel/vault.ts'
import type { Store } from '../../../store/store.ts'
import type { VaultClientTable } from '../../../store/vault-schema.ts'
import { clientPlace } from '../../seal/places.ts'
import type { AuthorizationServer } from '../discovery/authorization-server.ts'
import { refusedServer } from '../refusals.ts'
import type { ClientMethod } from '../settings.ts'
import type { Client } from './client.ts'
import { callbackOf, clientMetadata } from './client-document.ts'
import { register } from './register.ts'

/** Clients that registered themselves, one for each authorization server: none is shown to another. */
export interface Registrations {
  /** The client there; undefined where there is none, or its secret is over. */
  find(issuer: string): Promise<Client | undefined>
  /** Registers one where there is none. @throws GatewayError `authorization_server_refused`. */
  ensure(server: AuthorizationServer): Promise<Client>
  /** The authorization server does not know the client any more. */
  forget(issuer: string, client: string): Promise<void>
}

interface RegistrationsOptions {
  readonly store: Store
  readonly sealer: Sealer
  readonly tenant: string
  readonly fetch: SafeFetch
  readonly clock: Clock
  readonly issuer: string
}

/** Milliseconds for which a client's secret must last, for who goes to connect now. */
const LASTS = 15 * 60_000

/** Opens them. */
export function openRegistrations(options: RegistrationsOptions): Registrations {
  const { store, fetch, clock, issuer: self } = options
  const redirect = callbackOf(self)
  const rowOf = (issuer: string) =>
    store.db
      .selectFrom('vault_client')
      .selectAll()
      .where('issuer', '=', issuer)
      .where('redirect', '=', redirect)
      .executeTakeFirst()
  const find = async (issuer: string, lasting: number): Promise<Client | undefined> => {
    const row = await rowOf(issuer)
    if (row === undefined || (row.expires ?? Number.POSITIVE_INFINITY) < clock() + lasting)
      return undefined
    return clientOf(options, row)
  }
  return {
    find: (issuer) => find(issuer, 0),
    async ensure(server) {
      const found = await find(server.issuer, LASTS)
      if (found !== undefined) return found
      if (server.registration === undefined)
        throw refusedServer(
          'the authorization server knows no client of ours, and registers none: configure `authorization.client`',
        )
      const before = await rowOf(server.issuer)
      const made = await register(fetch, server, server.registration, clientMetadata(self))
      const version = (before?.version ?? 0) + 1
      const row = await sealedRow(options, server.issuer, version, made)
      await store.db
        .insertInto('vault_client')
        .values(row)
        .onConflict((conflict) =>
          conflict
            .columns(['issuer', 'redirect'])
            .doUpdateSet(row)
            .where('vault_client.version', '<', version),
        )
        .execute()
      // Another process may have been faster: its client counts.
      const kept = await rowOf(server.issuer)
      return clientOf(options, kept ?? row)
    },
    async forget(issuer, client) {
      await store.db
        .deleteFrom('vault_client')
        .where('issuer', '=', issuer)
        .where('redirect', '=', redirect)
        .where('client', '=', client)
        .execute()
    },
  }
}

async function sealedRow(
  { sealer, tenant, clock, issuer: self }: RegistrationsOptions,
  issuer: string,
  version: number,
  made: Awaited<ReturnType<typeof register>>,
): Promise<VaultClientTable> {
  const redirect = callbackOf(self)
  const place = clientPlace({ issuer, redirect, version }, tenant)
  const { keyId, wrapped, fields } = await sealer.seal(place, { secret: made.secret })
  return {
    issuer,
    redirect,
    client: made.id,
    trust: 'dynamic',
    metadata: JSON.stringify({ token_endpoint_auth_method: made.method }),
    key_id: keyId,
    wrapped,
    sealed: fields['secret'] ?? '',
    version,
    created: clock(),
    expires: made.expires,
  }
}

function clientOf({ sealer, tenant }: RegistrationsOptions, row: VaultClientTable): Client {
  const said = JSON.parse(row.metadata) as { readonly token_endpoint_auth_method: ClientMethod }
  const sealed = { keyId: row.key_id, wrapped: row.wrapped, fields: { secret: row.sealed } }
  return {
    way: 'dynamic',
    id: row.client,
    method: said.token_endpoint_auth_method,
    secret: () => sealer.open(clientPlace(row, tenant), sealed, 'secret'),
  }
}
