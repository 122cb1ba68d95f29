import type { Generated } from 'kysely'
import type {
  ApprovalPatternTable,
  ApprovalTable,
  ApprovalVoteTable,
  PolicyRolloutTable,
  PolicyVersionTable,
  ToolClassTable,
  WebhookDeliveryTable,
} from './control-schema.ts'
import type {
  FlowContextTable,
  FlowEndorsementTable,
  FlowEntryTable,
  FlowWrittenTable,
} from './flow-schema.ts'
import type {
  AgentTable,
  ChangeTable,
  CredentialTable,
  GroupMemberTable,
  LoginAttemptTable,
  OauthClientTable,
  OauthConsentTable,
  OauthGrantTable,
  OauthObjectTable,
  OnceTable,
  OneTimeLinkTable,
  SigningKeyTable,
  UserTable,
} from './identity-schema.ts'
import type {
  CanarySightingTable,
  CanaryTable,
  DefinitionListTable,
  DefinitionPinTable,
  FindingTriageTable,
} from './integrity-schema.ts'
import type { PackageLockTable, PackageTable } from './package-schema.ts'
import type {
  VaultClientTable,
  VaultConnectionTable,
  VaultKeyTable,
  VaultSecretTable,
  VaultStateTable,
} from './vault-schema.ts'

/** What the database holds: one table per member. `bigint` columns are safe integers in JavaScript. */
export interface Schema {
  readonly record: RecordTable
  readonly record_head: RecordHeadTable
  readonly record_mark: RecordMarkTable
  readonly setting: SettingTable
  readonly server_era: ServerEraTable
  readonly limit_counter: LimitCounterTable
  readonly limit_running: LimitRunningTable
  readonly limit_holder: LimitHolderTable
  readonly user_account: UserTable
  readonly agent: AgentTable
  readonly group_member: GroupMemberTable
  readonly credential: CredentialTable
  readonly login_attempt: LoginAttemptTable
  readonly one_time_link: OneTimeLinkTable
  readonly oauth_object: OauthObjectTable
  readonly oauth_client: OauthClientTable
  readonly oauth_grant: OauthGrantTable
  readonly oauth_consent: OauthConsentTable
  readonly signing_key: SigningKeyTable
  readonly once: OnceTable
  readonly change: Omit<ChangeTable, 'seq'> & { readonly seq: Generated<number> }
  readonly approval: ApprovalTable
  readonly approval_vote: ApprovalVoteTable
  readonly approval_pattern: ApprovalPatternTable
  readonly webhook_delivery: WebhookDeliveryTable
  readonly policy_version: PolicyVersionTable
  readonly policy_rollout: PolicyRolloutTable
  readonly tool_class: ToolClassTable
  readonly definition_pin: DefinitionPinTable
  readonly definition_list: DefinitionListTable
  readonly finding_triage: FindingTriageTable
  readonly canary: CanaryTable
  readonly canary_sighting: CanarySightingTable
  readonly flow_context: FlowContextTable
  readonly flow_entry: FlowEntryTable
  readonly flow_endorsement: FlowEndorsementTable
  readonly flow_written: FlowWrittenTable
  readonly package: PackageTable
  readonly package_lock: PackageLockTable
  readonly vault_secret: VaultSecretTable
  readonly vault_connection: VaultConnectionTable
  readonly vault_client: VaultClientTable
  readonly vault_state: VaultStateTable
  readonly vault_key: VaultKeyTable
  readonly migration: MigrationTable
}

/** The hash chain of records. Rows are only ever appended. */
export interface RecordTable {
  /** 1, 2, 3 … without a gap. */
  readonly seq: number
  /** Milliseconds since the epoch, by the clock of the process that recorded. */
  readonly at: number
  readonly kind: string
  readonly call: string
  readonly server: string
  /** What was called; of an event, its name. */
  readonly target: string
  /** Null in an intent. */
  readonly outcome: string | null
  /** `user:id` or `agent:id`; null in an event that is about nobody known. */
  readonly subject: string | null
  /** The id of the OAuth client, and what was consented to; null where there is none. */
  readonly client: string | null
  readonly grant: string | null
  /** Canonical JSON (RFC 8785). */
  readonly body: string
  /** SHA-256 over this record and the hash of the one before, lower-case hexadecimal. */
  readonly hash: string
}

/** One row: the end of the chain. Its lock orders the writers of several replicas. */
export interface RecordHeadTable {
  readonly id: 1
  readonly seq: number
  readonly hash: string
}

/** What records of calls are found by besides their columns: see `marksOf`. */
export interface RecordMarkTable {
  readonly mark: string
  /** Of the record. */
  readonly at: number
  readonly seq: number
}

/** Small facts that outlive the process. */
export interface SettingTable {
  readonly key: string
  readonly value: string
}

/** Which protocol era a server was last seen to speak, so that a downgrade is noticed. */
export interface ServerEraTable {
  readonly server: string
  readonly era: string
  readonly revision: string
  /** Milliseconds since the epoch. */
  readonly seen: number
}

/** What has been used of limits. On PostgreSQL its rows are also the locks on what they count. */
export interface LimitCounterTable {
  readonly key: string
  /** How it counts, as JSON. */
  readonly rule: string
  /** A whole number, in the unit of the rule; it can be larger than a column of integers holds. */
  readonly used: string
  /** Milliseconds since the epoch at which `used` was right. */
  readonly at: number
  /** Milliseconds since the epoch from which on the row says nothing and can go. */
  readonly till: number
}

/** How many calls a replica runs that a limit counts. PostgreSQL only. */
export interface LimitRunningTable {
  readonly key: string
  readonly holder: string
  readonly count: number
}

/** Replicas that run calls. What one runs counts until its lease ends. PostgreSQL only. */
export interface LimitHolderTable {
  readonly id: string
  /** Milliseconds since the epoch. */
  readonly expires: number
}

/** The migrations that made this database. */
export interface MigrationTable {
  readonly version: number
  readonly name: string
}
