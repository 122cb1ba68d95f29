/** Secrets that people name, one row per version. Values are sealed. */
export interface VaultSecretTable {
  readonly name: string
  /** `shared`, `user:id` or `agent:id`. */
  readonly owner: string
  readonly version: number
  /** `current` or `previous`. */
  readonly state: string
  readonly purpose: string
  /** JSON: names of servers. */
  readonly servers: string
  readonly key_id: string
  /** The data key, wrapped. */
  readonly wrapped: string
  readonly sealed: string
  readonly created: number
  /** When this version came. */
  readonly changed: number
  readonly used: number | null
  readonly expires: number | null
  /** Milliseconds after `changed`. */
  readonly rotate_after: number | null
  /** JSON: where it was seen. */
  readonly exposures: string
  readonly by: string
}

/** What authorization servers granted, one row per server and owner. Tokens are sealed. */
export interface VaultConnectionTable {
  readonly server: string
  readonly owner: string
  readonly kind: string
  readonly status: string
  readonly issuer: string
  readonly resource: string
  readonly client: string
  /** JSON. */
  readonly scopes: string
  /** JSON. */
  readonly wanted: string
  readonly version: number
  readonly key_id: string
  readonly wrapped: string
  /** Sealed: the access token; empty when there is none. */
  readonly access: string
  /** Sealed: the refresh token; empty when there is none. */
  readonly refresh: string
  /** Sealed: the key that tokens are bound to (JWK); empty when they are not. */
  readonly proof: string
  readonly expires: number | null
  readonly created: number
  readonly refreshed: number | null
  readonly used: number | null
  /** Until when somebody refreshes, and who. */
  readonly lease: number | null
  readonly holder: string | null
  readonly reason: string | null
}

/** How this gateway is known to authorization servers. */
export interface VaultClientTable {
  readonly issuer: string
  /** The redirect address that it was registered with. */
  readonly redirect: string
  readonly client: string
  /** `metadata` or `dynamic`; those that the operator registered stand in the configuration. */
  readonly trust: string
  /** JSON: what the registration said, without secrets. */
  readonly metadata: string
  readonly key_id: string
  readonly wrapped: string
  /** Sealed: its secret; empty when there is none. */
  readonly sealed: string
  readonly version: number
  readonly created: number
  readonly expires: number | null
}

/** People who are on their way to an authorization server. */
export interface VaultStateTable {
  /** Digest of `state`. */
  readonly digest: string
  readonly server: string
  /** Whose connection it becomes. */
  readonly owner: string
  readonly user: string
  readonly session: string
  readonly issuer: string
  /** Sealed JSON: code verifier and what else the exchange needs. */
  readonly key_id: string
  readonly wrapped: string
  readonly sealed: string
  readonly expires: number
}

/** Keys that sign for this gateway at authorization servers (RFC 7523). */
export interface VaultKeyTable {
  readonly id: string
  readonly algorithm: string
  /** JSON: the public part (RFC 7517). */
  readonly public: string
  readonly key_id: string
  readonly wrapped: string
  readonly sealed: string
  /** `active` or `retired`. */
  readonly state: string
  readonly created: number
}
