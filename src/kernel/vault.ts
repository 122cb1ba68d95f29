import type { CredentialKind, CredentialOwner } from './credential.ts'
import type { Actor } from './event.ts'

/** Keys that seal the keys of credentials (key-encryption keys), kept by somebody else than the database. */
export interface KeyProvider {
  /** As in the configuration: `age`, `keychain`, `aws-kms`, and so on. */
  readonly kind: string
  /** The id of the key that seals now. @throws GatewayError `credential_unavailable`. */
  currentKeyId(): Promise<string>
  /**
   * Seals a data key under the current key.
   *
   * @param context what the data key is for; unwrapping needs the same.
   * @throws GatewayError `credential_unavailable`.
   */
  wrap(dataKey: Uint8Array, context: string): Promise<WrappedKey>
  /** @throws GatewayError `credential_unavailable` for a key that is gone, or a text that was changed. */
  unwrap(wrapped: WrappedKey, context: string): Promise<Uint8Array>
  /** Makes a new key the current one, where the provider can; the old ones still open. Gives the new id. */
  rotate?(): Promise<string>
  /** Removes an old key for good. Never called while anything is sealed under it. */
  forget?(keyId: string): Promise<void>
  /** Old keys that could be forgotten. */
  retired?(): Promise<readonly RetiredKey[]>
  /** Proves that it wraps and unwraps. @throws GatewayError `credential_unavailable`, with the cause and the fix. */
  check(): Promise<void>
}

/** A key that was current once. */
export interface RetiredKey {
  readonly keyId: string
  /** When another one took its place, in milliseconds since the epoch; 0 when nobody noted it. */
  readonly since: number
}

export interface WrappedKey {
  readonly keyId: string
  /** Base64url. */
  readonly wrapped: string
}

/** Where a sealed value belongs. It opens in no other place. */
export interface SealPlace {
  readonly tenant: string
  readonly owner: CredentialOwner
  /** The server or, for secrets, the secret's name: `secret:NAME`. */
  readonly server: string
  /** Grows with each new value, so that an older row does not open in a newer one's stead. */
  readonly version: number
}

/** Values under one data key of their own, by field. */
export interface Sealed extends WrappedKey {
  readonly fields: Readonly<Record<string, string>>
}

/** The sealed store's cryptography: AES-256-GCM under a data key per value, which a provider wraps. */
export interface Sealer {
  /** @throws GatewayError `credential_unavailable`. */
  seal(place: SealPlace, fields: Readonly<Record<string, string>>): Promise<Sealed>
  /** Opens one field. @throws GatewayError `credential_unavailable` when it was changed, moved, or is of another version. */
  open(place: SealPlace, sealed: Sealed, field: string): Promise<string>
  /** The same value under the provider's current key; undefined where it is already. */
  rewrap(place: SealPlace, sealed: Sealed): Promise<WrappedKey | undefined>
  /** The provider's current key. */
  currentKeyId(): Promise<string>
  /** Forgets data keys that are in memory. */
  clear(): void
}

/** Secrets that people name, as they are shown: never with a value. */
export interface SecretView {
  readonly name: string
  readonly owner: CredentialOwner
  readonly purpose: string
  /** Servers that may be given it; nothing else gets it. */
  readonly servers: readonly string[]
  readonly version: number
  /** Whether the version before it still is accepted. */
  readonly overlaps: boolean
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  readonly changed: number
  readonly used: number | undefined
  readonly expires: number | undefined
  /** When it is due to be changed. */
  readonly due: number | undefined
  readonly state: SecretState
  /** Where it was seen outside of the vault, newest last. */
  readonly exposures: readonly Exposure[]
}

export const SECRET_STATES = ['good', 'due', 'exposed', 'expired'] as const
export type SecretState = (typeof SECRET_STATES)[number]

/** A credential was seen where it must not be. */
export interface Exposure {
  readonly at: number
  /** Such as a result, a log, a host file. */
  readonly place: 'result' | 'argument' | 'log' | 'host-file' | 'reported'
  /** Which: a server and tool, a path. Never the value. */
  readonly where: string
}

/** What is to be kept. */
export interface NewSecret {
  readonly name: string
  readonly owner: CredentialOwner
  readonly value: string
  readonly purpose: string
  readonly servers: readonly string[]
  readonly expires?: number
  /** Milliseconds after which it is due to be changed. */
  readonly rotateAfter?: number
}

/** The secrets of the vault. Nothing here gives a value back. */
export interface SecretDesk {
  list(owner?: CredentialOwner): Promise<readonly SecretView[]>
  /** @throws GatewayError `item_exists` for one that is there: it is rotated instead. */
  set(secret: NewSecret, by: Actor): Promise<SecretView>
  /**
   * A new value; the old one stays good beside it for `overlap` milliseconds.
   *
   * @param change `version`: the one that its author saw. `expires`: of the new value; never without.
   * @throws GatewayError `item_unknown`; `version_conflict` when another version is the current one.
   */
  rotate(
    of: SecretName,
    change: {
      readonly value: string
      readonly overlap: number
      readonly version?: number
      readonly expires?: number
    },
    by: Actor,
  ): Promise<SecretView>
  /** Destroys its data keys, all versions. @throws GatewayError `item_unknown`. */
  remove(of: SecretName, by: Actor): Promise<void>
  /** Notes that it was seen outside. @param by who reports it; absent where the gateway saw it itself. */
  exposed(of: SecretName, exposure: Exposure, by?: Actor): Promise<SecretView>
}

export interface SecretName {
  readonly name: string
  readonly owner: CredentialOwner
}

/** A connection of an owner to a server: what its authorization server granted us. */
export interface ConnectionView {
  readonly server: string
  readonly owner: CredentialOwner
  readonly kind: CredentialKind
  readonly status: ConnectionStatus
  readonly issuer: string
  /** The protected resource that its tokens are for (RFC 8707). */
  readonly resource: string
  readonly client: string
  readonly scopes: readonly string[]
  /** Scopes that a call needed and that were not granted. */
  readonly wanted: readonly string[]
  /** Whether tokens are bound to a key of ours (RFC 9449). */
  readonly bound: boolean
  readonly created: number
  readonly refreshed: number | undefined
  readonly used: number | undefined
  /** When the access token is over; undefined if nobody said. */
  readonly expires: number | undefined
  readonly refreshable: boolean
  /** Why it is not good any more. */
  readonly reason: string | undefined
}

export const CONNECTION_STATUSES = ['connected', 'reauth_required', 'disconnected'] as const
export type ConnectionStatus = (typeof CONNECTION_STATUSES)[number]

/** What a person is shown before they are sent away to connect. */
export interface ConnectOffer {
  readonly server: string
  /** Where the server is. */
  readonly address: string
  readonly issuer: string
  /** Host that the browser goes to. */
  readonly host: string
  readonly scopes: readonly string[]
  /** Those of them that the connection has not got. */
  readonly added: readonly string[]
  /** How the gateway is known there. */
  readonly client: 'registered' | 'metadata' | 'dynamic'
  /** Whether what comes of it is used by everybody. */
  readonly shared: boolean
  readonly status: ConnectionStatus | 'none'
}

/** Who connects: one person, in one login session of one browser. */
export interface Connecting {
  readonly server: string
  readonly user: CredentialOwner
  /** The login session: the answer counts in no other. */
  readonly session: string
  readonly by: Actor
  /** Whether they may connect what everybody then uses. */
  readonly mayShare?: boolean
}

/** Connections to servers. Nothing here gives a token back. */
export interface ConnectionDesk {
  list(owner?: CredentialOwner): Promise<readonly ConnectionView[]>
  /**
   * Finds the server's authorization server.
   *
   * @throws GatewayError `item_unknown`, `authorization_server_refused`.
   */
  offer(asked: Pick<Connecting, 'server' | 'user'>): Promise<ConnectOffer>
  /** Gives where the browser goes. @throws GatewayError as `offer`; `role_insufficient` for a shared one. */
  begin(asked: Connecting): Promise<{ readonly location: string }>
  /**
   * Takes the authorization server's answer (OAuth 2.1 section 4.1.2, RFC 9207).
   *
   * @param query the query of the callback, as it came.
   * @throws GatewayError `interaction_unknown` for a state that is unknown, used, over, or of another session;
   *   `authorization_server_refused`.
   */
  finish(query: string, at: Pick<Connecting, 'user' | 'session' | 'by'>): Promise<ConnectionView>
  /** Revokes upstream (RFC 7009), as far as that can be, and destroys what was kept. @throws GatewayError `item_unknown`. */
  disconnect(
    of: { readonly server: string; readonly owner: CredentialOwner },
    by: Actor,
  ): Promise<void>
}
