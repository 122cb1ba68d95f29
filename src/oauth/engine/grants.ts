import type { EstablishedBy, SubjectId } from '../../kernel/subject.ts'

/** What was consented to, or issued to an agent, as one revocable thing. */
export interface Grant {
  readonly id: string
  readonly kind: 'user' | 'agent'
  readonly subject: SubjectId
  readonly client: string
  readonly resource: string
  readonly scopes: readonly string[]
  /** Outermost first. */
  readonly actors: readonly SubjectId[]
  readonly via: EstablishedBy
  /** Milliseconds since the epoch, as all times here. */
  readonly created: number
  /** When tokens were last issued for it, to a few seconds. */
  readonly used: number | undefined
  readonly expires: number
  readonly revoked: number | undefined
  readonly reason: string | undefined
}

/** Why a grant ended before its time. */
export type RevocationReason =
  | 'administrator'
  | 'user'
  | 'client'
  | 'code-replayed'
  | 'refresh-reused'
  | 'subject-disabled'
  | 'credential-changed'
  | 'client-removed'
  | 'screen'

/** Which grants to list; members that are given all apply. */
export interface GrantQuery {
  readonly subject?: { readonly kind: 'user' | 'agent'; readonly id: string }
  readonly client?: string
  /** Those without any use since then; created before it, too. */
  readonly unusedSince?: number
  /** Ended ones as well. */
  readonly all?: boolean
  /** At most 1,000, which is the default. */
  readonly limit?: number
  /** The last id of the page before. */
  readonly after?: string
}

/** What operators do to grants. Each revocation is witnessed before it takes effect. */
export interface GrantAdministration {
  /** By id. */
  list(query: GrantQuery): Promise<readonly Grant[]>
  find(id: string): Promise<Grant | undefined>
  /** False when it is unknown or over already. */
  revoke(id: string, reason: RevocationReason): Promise<boolean>
  /** All grants of a subject, and those in which an agent acts, and its sessions. How many ended. */
  revokeSubject(kind: 'user' | 'agent', id: string, reason: RevocationReason): Promise<number>
  /** All grants of a client. How many ended. */
  revokeClient(client: string, reason: RevocationReason): Promise<number>
}

/** The grants as the engine uses them. */
export interface Grants extends GrantAdministration {
  /** Witnesses and makes a grant. Without an end of its own it lasts as long as any. */
  add(grant: NewGrant): Promise<Grant>
  /** Undefined when it is unknown, over or revoked. */
  live(id: string): Promise<Grant | undefined>
  /** Scopes that a client already has for a user at a resource, by grants that are in force. */
  held(user: string, client: string, resource: string): Promise<readonly string[]>
  /** Notes a use; written down within seconds. */
  used(id: string): void
  /** Writes the uses down. */
  flush(): Promise<void>
}

export type NewGrant = Pick<
  Grant,
  'kind' | 'subject' | 'client' | 'resource' | 'scopes' | 'actors' | 'via'
> & { readonly expires?: number }
