import type { JSONWebKeySet } from 'jose'
import type { CredentialFact, CredentialOwner, RequestAuthorizer } from '../../kernel/credential.ts'
import type { Actor, Witness } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { Subject } from '../../kernel/subject.ts'
import type { ConnectionDesk, Sealer } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import { TENANT } from '../seal/places.ts'
import { clientDocument } from './client/client-document.ts'
import { createClients } from './client/clients.ts'
import { openOwnKeys } from './client/own-keys.ts'
import { openRegistrations } from './client/registrations.ts'
import { connectionDesk, disconnect } from './desk.ts'
import { createDiscovery } from './discovery/discover.ts'
import { exposedToken } from './exposed.ts'
import type { Parts, TokenPlace } from './parts.ts'
import { type BrokerServer, DEFAULT_SETTINGS, type MintToken } from './settings.ts'
import { createAuthorizer, holderFor, type Nonces } from './tokens/authorizer.ts'
import { changeId, connectionRows, placeOf } from './tokens/connection-rows.ts'
import { createTokenCache } from './tokens/token-cache.ts'
import { createTokenSource, serverOf } from './tokens/token-source.ts'

export interface BrokerOptions {
  readonly store: Store
  readonly sealer: Sealer
  /** The tenant that sealed values belong to; by default that of an installation that has one. */
  readonly tenant?: string
  /** Knows which hosts the operator named. */
  readonly fetch: SafeFetch
  readonly witness: Witness
  readonly clock: Clock
  readonly randomId: RandomId
  /** Our public origin, such as `https://gateway.example`, without a slash at its end. */
  readonly issuer: string
  /** By name. Read anew each time, so that it may be changed in its place. */
  readonly servers: ReadonlyMap<string, BrokerServer>
  /** Absent: there are no tokens of our own to exchange. */
  readonly mint?: MintToken
  /** Hears of each token while it is in memory; what it returns is called when it is over. */
  readonly onToken?: (value: string, about: TokenPlace) => () => void
  /** The address of our metadata document, for where it is published elsewhere. */
  readonly clientId?: string
  readonly log: (message: string, cause?: unknown) => void
}

/** The gateway as an OAuth client of the servers behind it. */
export interface Broker {
  readonly connections: ConnectionDesk
  /** What a subject shows to a server. Cheap to make; asked anew for every request. */
  authorizer(server: string, subject: Subject): RequestAuthorizer
  /** With what a call of the subject would be made. */
  fact(server: string, subject: Subject): CredentialFact
  /** Our metadata document (CIMD), to be served at `<issuer>/connect/client.json`. */
  clientDocument(): JsonObject
  /** The public keys that we sign with, to be served at `<issuer>/connect/jwks.json` (RFC 7517). */
  keys(): Promise<JSONWebKeySet>
  /** Hears of a change of the kind `credential`, by its id: what is in memory of it is old. */
  forget(change: string): void
  /** Disconnects all that an owner connected. Goes on after a failure, and throws the first. */
  offboard(owner: CredentialOwner, by: Actor): Promise<void>
  /**
   * A token was seen where it must not be: a new one is had, and the old one revoked. Where there is no
   * new one without the person, they have to connect again.
   */
  exposed(place: TokenPlace): Promise<void>
  /** Forgets all tokens in memory, and waits for what runs. */
  close(): Promise<void>
}

/** Opens the broker. Nothing is asked of anybody before it is needed. */
export function openBroker(options: BrokerOptions): Broker {
  const parts = partsOf(options)
  const cache = createTokenCache(options.clock, options.onToken ?? (() => () => undefined))
  const source = createTokenSource(parts, cache)
  const nonces: Nonces = new Map()
  return {
    connections: connectionDesk(parts, source),
    authorizer(name, subject) {
      const server = serverOf(parts, name)
      if (server.settings?.kind === 'none') return SHOWS_NOTHING
      return createAuthorizer({ parts, cache, source, nonces }, name, server, subject)
    },
    fact(name, subject) {
      const server = serverOf(parts, name)
      const owner = holderFor(server, subject)
      const kind = (server.settings ?? DEFAULT_SETTINGS).kind
      const used =
        server.settings !== undefined ||
        cache.get(changeId({ server: name, owner }))?.held !== undefined
      return used ? { kind, shared: owner === 'shared' } : { kind: 'none', shared: false }
    },
    clientDocument: () => clientDocument(options.issuer, documentAddress(options)),
    keys: () => parts.keys.published(),
    forget: (change) => source.forget(change),
    async offboard(owner, by) {
      const failures: unknown[] = []
      for (const row of await parts.rows.list(owner))
        await disconnect(parts, source, placeOf(row), by).catch((error: unknown) => {
          failures.push(error)
        })
      if (failures.length > 0) throw failures[0]
    },
    exposed: (place) => exposedToken(parts, source, place),
    async close() {
      cache.clear()
      await source.settled()
      cache.clear()
    },
  }
}

const SHOWS_NOTHING: RequestAuthorizer = {
  headers: () => [],
  refused: async () => false,
}

function documentAddress({ clientId, issuer }: BrokerOptions): string {
  return clientId ?? `${issuer}/connect/client.json`
}

function partsOf(options: BrokerOptions): Parts {
  const { store, sealer, fetch, clock, randomId, issuer } = options
  const tenant = options.tenant ?? TENANT
  const registrations = openRegistrations({ store, sealer, tenant, fetch, clock, issuer })
  const document = documentAddress(options)
  return {
    store,
    sealer,
    tenant,
    fetch,
    witness: options.witness,
    clock,
    randomId,
    issuer,
    servers: options.servers,
    mint: options.mint,
    log: options.log,
    discovery: createDiscovery(fetch, clock),
    // Nobody fetches a document that is not public.
    clients: createClients(registrations, document.startsWith('https:') ? document : undefined),
    registrations,
    keys: openOwnKeys({ store, sealer, tenant, clock, randomId }),
    rows: connectionRows({ store, sealer, tenant, clock }),
  }
}
