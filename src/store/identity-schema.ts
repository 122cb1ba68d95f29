/** A person. */
export interface UserTable {
  readonly id: string
  readonly name: string
  readonly status: string
  /** Null for people of the built-in store. */
  readonly provider: string | null
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  readonly seen: number | null
}

/** A machine identity. */
export interface AgentTable {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly purpose: string
  readonly status: string
  /** JSON: the most that it may be granted. */
  readonly scopes: string
  /** 1 when it may exchange users' tokens. */
  readonly may_act: number
  /** JSON: public keys and when each came, oldest first. */
  readonly keys: string
  /** When the oldest of its keys came; null: it has none. */
  readonly keyed: number | null
  /** JSON: trusted platform tokens. */
  readonly workloads: string
  readonly created: number
  readonly seen: number | null
  readonly expires: number | null
}

/** Who is in which group, and who says so: `local`, or `idp:` and the name of a provider. */
export interface GroupMemberTable {
  readonly kind: string
  readonly subject: string
  readonly group: string
  readonly source: string
}

/** What a person can log in with: digests and public keys. */
export interface CredentialTable {
  readonly id: string
  readonly user: string
  /** `password`, `passkey` or `recovery`. */
  readonly kind: string
  readonly label: string
  /** A password hash, a public key as JSON, or the digest of a code. */
  readonly data: string
  readonly created: number
  readonly used: number | null
}

/** Failed attempts by key, so that guessing is slow. */
export interface LoginAttemptTable {
  readonly key: string
  readonly failures: number
  readonly until: number
}

/** Links that open once. The secret stands here as its digest. */
export interface OneTimeLinkTable {
  readonly digest: string
  readonly purpose: string
  readonly user: string
  readonly expires: number
  readonly used: number | null
}

/** What the authorization server keeps for a while: codes, refresh tokens, sessions, interactions. */
export interface OauthObjectTable {
  readonly model: string
  /** Digest of the value that opens it. */
  readonly id: string
  /** JSON, sealed. */
  readonly payload: string
  readonly grant: string | null
  /** Digest. */
  readonly uid: string | null
  /** The user that a session is of. */
  readonly subject: string | null
  /** How often a refresh token was replaced by its successor. */
  readonly generation: number | null
  readonly expires: number
  readonly consumed: number | null
}

/** OAuth clients: registered ones, and documents and registrations that are remembered. */
export interface OauthClientTable {
  readonly id: string
  /** `registered`, `metadata` or `dynamic`. */
  readonly trust: string
  readonly name: string
  /** JSON: client metadata (RFC 7591), sealed where it holds a secret. */
  readonly metadata: string
  /** Digest of the address that a dynamic client registered from; null for others. */
  readonly source: string | null
  readonly status: string
  readonly created: number
  readonly used: number | null
  /** Null: never. */
  readonly expires: number | null
}

/** What was consented to, or issued to an agent, as one revocable thing. */
export interface OauthGrantTable {
  readonly id: string
  /** `user` or `agent`. */
  readonly kind: string
  readonly subject: string
  readonly client: string
  readonly resource: string
  /** JSON. */
  readonly scopes: string
  /** JSON: who acts, outermost first. */
  readonly actors: string
  /** How it came about: see `ESTABLISHED_BY`. */
  readonly via: string
  readonly created: number
  readonly used: number | null
  readonly expires: number
  readonly revoked: number | null
  readonly reason: string | null
}

/** Consent that is remembered. */
export interface OauthConsentTable {
  readonly user: string
  readonly client: string
  readonly redirect: string
  readonly resource: string
  /** JSON, sorted. */
  readonly scopes: string
  /** Digest of what the client said of itself then: a changed client is a new one. */
  readonly metadata: string
  readonly at: number
  readonly expires: number
}

/** Keys that sign tokens. */
export interface SigningKeyTable {
  readonly id: string
  readonly algorithm: string
  /** JSON: public part (RFC 7517). */
  readonly public: string
  /** The private part, sealed. */
  readonly private: string
  /** `next`, `active` or `retired`. */
  readonly state: string
  readonly created: number
  /** When it entered its state. */
  readonly since: number
}

/** Things that may happen once, by digest. */
export interface OnceTable {
  readonly key: string
  readonly expires: number
}

/**
 * What replicas must hear of soon: revocations, changed subjects, clients and keys. Rows may be
 * committed out of order, so readers look back a little.
 */
export interface ChangeTable {
  readonly seq: number
  readonly at: number
  /** `user`, `agent`, `client`, `grant`, `token`, `key` or `credential`. */
  readonly kind: string
  readonly id: string
  /** `revoked` or `changed`. */
  readonly what: string
  /** From when on the row says nothing more. */
  readonly until: number
}
