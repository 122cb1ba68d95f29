import type { AccountStatus, Agent, LinkPurpose, User, WorkloadTrust } from '../kernel/accounts.ts'
import type { ApprovalDesk } from '../kernel/approval-desk.ts'
import type { CanaryDesk } from '../kernel/canary.ts'
import type { Actor } from '../kernel/event.ts'
import type { FlowBook } from '../kernel/flow.ts'
import type { JsonObject } from '../kernel/json.ts'
import type { ClientTrust, EstablishedBy, SubjectId } from '../kernel/subject.ts'
import type { Explanations } from './calls/explanation-ports.ts'
import type { Evidence } from './calls/ports.ts'
import type { Definitions } from './definitions/ports.ts'
import type { GraphSource } from './graph/ports.ts'
import type { Reach } from './me/ports.ts'
import type { OverviewSource } from './overview/ports.ts'
import type { Policies } from './policies/ports.ts'
import type { Servers } from './servers/ports.ts'
import type { Settings } from './settings/ports.ts'
import type { Vault } from './vault/ports.ts'

/** Which part of a list. */
export interface PageRequest {
  readonly limit?: number
  readonly cursor?: string
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly next?: string
}

/** Times are milliseconds since the epoch. */
export interface StaleQuery extends PageRequest {
  readonly before: number
}

export interface ListedUser extends User {
  readonly memberships: readonly { readonly group: string; readonly source: string }[]
}

export interface UserCredential {
  readonly id: string
  readonly kind: 'password' | 'passkey' | 'recovery'
  readonly label: string
  readonly created: number
  readonly used?: number
}

/** People. All throw GatewayError `params_invalid` for what cannot be. */
export interface Users {
  create(user: {
    readonly id: string
    readonly name?: string
    readonly groups?: readonly string[]
  }): Promise<User>
  rename(id: string, name: string): Promise<User>
  setGroups(id: string, groups: readonly string[]): Promise<User>
  disable(id: string): Promise<{ readonly user: User; readonly agents: readonly SubjectId[] }>
  enable(id: string): Promise<User>
  offboard(
    id: string,
    agents: { readonly moveTo: string } | 'disable',
  ): Promise<{ readonly user: User; readonly agents: readonly Agent[] }>
  link(
    id: string,
    purpose: Exclude<LinkPurpose, 'setup'>,
  ): Promise<{ readonly secret: string; readonly expires: number }>
  credentials(id: string): Promise<readonly UserCredential[]>
  removeCredential(id: string, credential: string): Promise<void>
  find(id: string): Promise<User | undefined>
  list(
    query: PageRequest & { readonly status?: AccountStatus; readonly group?: string },
  ): Promise<Page<ListedUser>>
  stale(query: StaleQuery): Promise<Page<ListedUser>>
}

/** What an agent is registered with. */
export interface AgentTerms {
  readonly name: string
  readonly owner: string
  readonly purpose: string
  readonly scopes: readonly string[]
  readonly workloads?: readonly WorkloadTrust[]
  readonly groups?: readonly string[]
  readonly mayActForUsers?: boolean
}

/** Machine identities. All throw GatewayError `params_invalid` for what cannot be. */
export interface Agents {
  create(
    agent: AgentTerms & {
      readonly id: string
      readonly keys?: readonly JsonObject[]
      readonly expires?: number
    },
  ): Promise<Agent>
  change(
    id: string,
    change: Partial<AgentTerms> & { readonly expires?: number | null },
  ): Promise<Agent>
  addKey(id: string, key: JsonObject): Promise<Agent>
  removeKey(id: string, kid: string): Promise<Agent>
  disable(id: string): Promise<Agent>
  enable(id: string): Promise<Agent>
  find(id: string): Promise<Agent | undefined>
  list(
    query: PageRequest & { readonly status?: AccountStatus; readonly owner?: string },
  ): Promise<Page<Agent>>
  stale(query: StaleQuery): Promise<Page<Agent>>
  rotationDue(query: StaleQuery): Promise<Page<Agent>>
  orphans(query: PageRequest): Promise<Page<Agent>>
}

export interface Client {
  readonly id: string
  readonly name: string
  readonly trust: ClientTrust
  readonly status: AccountStatus
  readonly redirects: readonly string[]
  readonly grantTypes: readonly string[]
  readonly method: string
  readonly resources: readonly string[] | undefined
  readonly scopes: readonly string[] | undefined
  readonly mayIntrospect: boolean
  readonly created: number
  readonly used: number | undefined
  readonly expires: number | undefined
}

export type ClientMethod = 'none' | 'private_key_jwt' | 'client_secret_basic' | 'client_secret_post'

export interface Clients {
  register(client: {
    readonly id: string
    readonly name: string
    readonly method: ClientMethod
    readonly redirects: readonly string[]
    readonly grantTypes?: readonly string[]
    readonly keys?: readonly JsonObject[]
    readonly resources?: readonly string[]
    readonly scopes?: readonly string[]
    readonly bound?: boolean
    readonly mayIntrospect?: boolean
  }): Promise<{ readonly client: Client; readonly secret: string | undefined }>
  list(query: {
    readonly trust?: ClientTrust
    readonly unusedSince?: number
    readonly limit?: number
    readonly after?: string
  }): Promise<readonly Client[]>
  find(id: string): Promise<Client | undefined>
  renewSecret(id: string): Promise<string>
  disable(id: string): Promise<boolean>
  enable(id: string): Promise<boolean>
  remove(id: string): Promise<boolean>
}

export interface Grant {
  readonly id: string
  readonly kind: 'user' | 'agent'
  readonly subject: SubjectId
  readonly client: string
  readonly resource: string
  readonly scopes: readonly string[]
  readonly actors: readonly SubjectId[]
  readonly via: EstablishedBy
  readonly created: number
  readonly used: number | undefined
  readonly expires: number
  readonly revoked: number | undefined
  readonly reason: string | undefined
}

type Reason = 'administrator' | 'subject-disabled' | 'user'

export interface Grants {
  list(query: {
    readonly subject?: { readonly kind: 'user' | 'agent'; readonly id: string }
    readonly client?: string
    readonly unusedSince?: number
    readonly all?: boolean
    readonly limit?: number
    readonly after?: string
  }): Promise<readonly Grant[]>
  find(id: string): Promise<Grant | undefined>
  revoke(id: string, reason: Reason): Promise<boolean>
  revokeSubject(kind: 'user' | 'agent', id: string, reason: Reason): Promise<number>
  revokeClient(client: string, reason: Reason): Promise<number>
}

export interface SigningKey {
  readonly id: string
  readonly state: 'next' | 'active' | 'retired'
  readonly jwk: JsonObject
  readonly created: number
  readonly since: number
}

export interface SigningKeys {
  list(): Promise<readonly SigningKey[]>
  rotate(): Promise<void>
  retire(id: string): Promise<void>
}

/** A session of a person's browser. */
export interface Session {
  /** Opens nothing. */
  readonly id: string
  readonly user: string
  readonly methods: readonly string[]
  readonly begun: number
  readonly expires: number
}

export interface Sessions {
  list(query: {
    readonly user?: string
    readonly limit?: number
    readonly after?: string
  }): Promise<readonly Session[]>
  find(id: string): Promise<Session | undefined>
  end(id: string): Promise<boolean>
}

/** What somebody does; each change is witnessed in their name before it takes effect. */
export interface Acting {
  readonly users: Users
  readonly agents: Agents
  readonly clients: Clients
  readonly grants: Grants
  readonly keys: SigningKeys
  readonly sessions: Sessions
}

/** Somebody else whose word about people or programs is taken, as the configuration names them. */
export interface TrustedSource {
  /** `provider`: people log in there; `issuer`: its tokens are taken; `assertions`: it vouches for users
   * to clients; `platform`: it vouches for workloads. */
  readonly kind: 'provider' | 'issuer' | 'assertions' | 'platform'
  readonly name: string
  readonly issuer: string
}

export interface CheckedSource extends TrustedSource {
  readonly ok: boolean
  /** What is wrong, for whoever runs the gateway. */
  readonly reason?: string
}

/** What agents have read, as people look after it. What is done is witnessed before it counts. */
export type FlowDesk = Pick<FlowBook, 'contexts' | 'end' | 'endorse' | 'endorsements'>

/** Everything that the administration works with. */
export interface Administration {
  /** Scheme and authority of the issuer: links begin with it. */
  readonly issuer: string
  actingAs(by: Actor): Acting
  readonly sources: {
    list(): readonly TrustedSource[]
    check(): Promise<readonly CheckedSource[]>
  }
  readonly approvals: ApprovalDesk
  readonly reach: Reach
  readonly records: Evidence
  readonly explanations: Explanations
  readonly overview: OverviewSource
  readonly graph: GraphSource
  readonly policies: Policies
  readonly servers: Servers
  readonly definitions: Definitions
  readonly canaries: CanaryDesk
  readonly flow: FlowDesk
  readonly settings: Settings
  /** Absent where the gateway keeps no credentials. */
  readonly vault?: Vault
  /** Resolves when what was changed counts in this process. */
  settled(): Promise<void>
}
