import type { CredentialOwner } from '../../kernel/credential.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { Sealer } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import type { Clients } from './client/clients.ts'
import type { OwnKeys } from './client/own-keys.ts'
import type { Registrations } from './client/registrations.ts'
import type { Discovery } from './discovery/discover.ts'
import type { BrokerServer, MintToken } from './settings.ts'
import type { ConnectionRows } from './tokens/connection-rows.ts'

/** Where a token belongs. */
export interface TokenPlace {
  readonly server: string
  readonly owner: CredentialOwner
}

/** What all parts of the broker share. */
export interface Parts {
  readonly store: Store
  readonly sealer: Sealer
  readonly tenant: string
  readonly fetch: SafeFetch
  readonly witness: Witness
  readonly clock: Clock
  readonly randomId: RandomId
  readonly issuer: string
  readonly servers: ReadonlyMap<string, BrokerServer>
  readonly mint: MintToken | undefined
  readonly log: (message: string, cause?: unknown) => void
  readonly discovery: Discovery
  readonly clients: Clients
  readonly registrations: Registrations
  readonly keys: OwnKeys
  readonly rows: ConnectionRows
}
