import type { Brand } from './brand.ts'

/** The id of a user or a machine identity, unique within its kind and never given twice. */
export type SubjectId = Brand<string, 'SubjectId'>

/** How it was established who a call is for. Nothing but what stands here may establish it. */
export const ESTABLISHED_BY = [
  /** A user logged in and consented; the token is ours. */
  'login',
  /** An agent proved its key or its platform's word (RFC 7523), for itself. */
  'client-credentials',
  /** Another subject's token was exchanged (RFC 8693). */
  'token-exchange',
  /** An identity provider asserted the user for this client (ID-JAG). */
  'identity-assertion',
  /** The token is of another authorization server that the operator trusts. */
  'external',
  /** Who runs this machine issued the token on it. */
  'operator',
] as const
export type EstablishedBy = (typeof ESTABLISHED_BY)[number]

/** Who a call is for. */
export interface Subject {
  readonly kind: 'user' | 'agent'
  readonly id: SubjectId
  readonly via: EstablishedBy
  /** Groups that the subject is in at this moment, by name. */
  readonly groups: readonly string[]
  /** Who acts, when that is someone else (RFC 8693 `act`), outermost first. */
  readonly actors: readonly SubjectId[]
}

/** What a client says of itself. A claim: shown in records, never a reason to permit. */
export interface ClientClaims {
  readonly name: string
  readonly version: string
}

/** How it came about that a client is known. */
export const CLIENT_TRUSTS = [
  /** The operator registered it. */
  'registered',
  /** It is named by a document on a host whose owner thereby vouches for it (CIMD). */
  'metadata',
  /** It registered itself; nobody vouches for it. */
  'dynamic',
  /** Another authorization server knows it. */
  'external',
] as const
export type ClientTrust = (typeof CLIENT_TRUSTS)[number]

/** What a verified token says besides whom it is for. */
export interface Authorization {
  /** The OAuth client that the token was issued to. */
  readonly client: string
  readonly clientTrust: ClientTrust
  /** What was consented to, as one revocable thing. Empty when another server issued the token. */
  readonly grant: string
  /** Names of scopes, as granted; see `scope.ts`. */
  readonly scopes: readonly string[]
  /** What an agent could have without anybody's consent, by asking again; absent where that is nothing. */
  readonly reachable?: readonly string[]
  /** Whether the token is bound to a key that its sender proved to hold (RFC 9449). */
  readonly bound: boolean
  /** The issuer of the token. */
  readonly issuer: string
  /** Milliseconds since the epoch. Nothing that the token opened may outlive it. */
  readonly expires: number
  /** How the subject proved who it is (RFC 8176), such as `pwd` or `hwk`; empty if unknown. */
  readonly methods: readonly string[]
}

/**
 * What policies see where nobody says by what right a client acts (tests of policies, tables of who may
 * do what): the operator's own client, with every scope.
 */
export const OPERATOR_AUTHORIZATION: Authorization = {
  client: 'bailiwick-cli',
  clientTrust: 'registered',
  grant: '',
  scopes: ['execute'],
  bound: false,
  issuer: '',
  expires: Number.MAX_SAFE_INTEGER,
  methods: [],
}

/** A subject in one word, as records, tests and people name it: `user:ann`, `agent:build`. */
export function subjectName({ kind, id }: Pick<Subject, 'kind' | 'id'>): string {
  return `${kind}:${id}`
}

/** The group whose members administer. */
export const OWNERS = 'owners'

/** The groups of a subject where nobody says: the owner is one of the owners from the first start on. */
export function assumedGroups({ kind, id }: Pick<Subject, 'kind' | 'id'>): readonly string[] {
  return kind === 'user' && (id as string) === 'owner' ? [OWNERS] : []
}

/** Whether an id is one of our own programs: policies and records know them by it. */
export function isOurs(id: string): boolean {
  return id.startsWith('bailiwick-')
}

/** The subject and all who act for it, as one key: what belongs to one such key is no other's. */
export function principalOf({ kind, id, actors }: Subject): string {
  return JSON.stringify([kind, id, ...actors])
}

/**
 * The principal together with its client, as one key: state that a client was given (sessions,
 * handles) is of no use to another client of the same user.
 */
export function holderOf(subject: Subject, { client }: Pick<Authorization, 'client'>): string {
  return JSON.stringify([client, principalOf(subject)])
}
