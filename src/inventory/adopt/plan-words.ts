import type { ConfigFormat, ConfigScope, HostId } from '../../kernel/inventory.ts'
import type { FindSecrets } from '../facts/find-secrets.ts'
import type { DocumentPath } from '../formats/document.ts'

/** Why an entry of a host stays as it is. */
export type LeftReason =
  | 'ours'
  | 'disabled'
  | 'variables'
  | 'host_fills'
  | 'managed'
  | 'plugin'
  | 'file_problem'
  | 'entry_unknown'
  | 'secret_in_arguments'
  | 'secret_in_address'
  | 'reference'
  | 'settings_refused'

/** An entry that is left alone. Holds no value of it. */
export interface LeftAlone {
  readonly host: HostId
  readonly file: string
  readonly server: string
  readonly reason: LeftReason
  readonly message: string
}

/** How a host reaches the gateway afterwards. */
export type Way = 'http' | 'connect'

/** An entry of a host that will lead to the gateway. */
export interface PlannedEntry {
  /** As the host calls it: that name stays, so that what was granted to its tools stays too. */
  readonly server: string
  readonly at: DocumentPath
  readonly way: Way
  /** The name of the server in the gateway. */
  readonly gateway: string
  /** Members of the new entry. Members that do not say how the server is reached stay beside them. */
  readonly members: Readonly<Record<string, unknown>>
}

/** A file of a host, with all that changes in it. */
export interface PlannedFile {
  readonly host: HostId
  readonly scope: ConfigScope
  readonly file: string
  readonly format: ConfigFormat
  /** Of the bytes that were read. */
  readonly digest: string
  /** Whether it holds credentials: then it is closed to all but its owner. */
  readonly holdsSecrets: boolean
  readonly entries: readonly PlannedEntry[]
}

/** A server as the gateway will be configured for it: with references where secrets were. */
export interface PlannedServer {
  readonly name: string
  readonly settings: Readonly<Record<string, unknown>>
  /** Names of the secrets that it needs. */
  readonly secrets: readonly string[]
}

/** A secret for the vault; its value is in `SecretValues`. */
export interface PlannedSecret {
  readonly name: string
  /** Servers of the gateway that may get it. */
  readonly servers: readonly string[]
  readonly purpose: string
}

/** All that adoption would do. May be printed: it holds no secret. */
export interface Plan {
  readonly files: readonly PlannedFile[]
  readonly servers: readonly PlannedServer[]
  readonly secrets: readonly PlannedSecret[]
  readonly left: readonly LeftAlone[]
}

/** What tells secrets from other texts. */
export interface SecretSense {
  /** Whether a variable, header, option or parameter of this name usually holds one. */
  name(name: string): boolean
  /** Whether a text looks like one, whatever its name. */
  shape(text: string): boolean
  /** Rules that know more; what they find is a secret, too. */
  readonly find: FindSecrets
}
