import type { JSONWebKeySet } from 'jose'
import type { CredentialFact, CredentialOwner, RequestAuthorizer } from '../../kernel/credential.ts'
import type { Actor, Witness } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import type { SafeFetch } from '../../kernel/safe-fetch.ts'
import type { Subject } from '../../kernel/subject.ts'
import type { ConnectionDesk, Sealer } from '../../kernel/vault.ts'
import type { Store } from '../../store/store.ts'
import type { BrokerServer, MintToken } from './settings.ts'

/** Where a token belongs. */
export interface TokenPlace {
  readonly server: string
  readonly owner: CredentialOwner
}

export interface BrokerOptions {
  readonly store: Store
  readonly sealer: Sealer
  /** The tenant that sealed values belong to. */
  readonly tenant: string
  /** Knows which hosts the operator named. */
  readonly fetch: SafeFetch
  readonly witness: Witness
  readonly clock: Clock
  readonly randomId: RandomId
  /** Our public origin, such as `https://gateway.example`, without a slash at its end. */
  readonly issuer: string
  /** By name. Read anew each time, so that it may be replaced in its place. */
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
  throw new Error(`not there yet: ${options.issuer}`)
}
