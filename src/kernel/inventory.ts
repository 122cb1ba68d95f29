/** Programs on a machine that speak to MCP servers, and whose configuration we know. */
export type HostId = string

export const OPERATING_SYSTEMS = ['linux', 'darwin', 'win32'] as const
export type OperatingSystem = (typeof OPERATING_SYSTEMS)[number]

/** For whom a file of a host counts. */
export const CONFIG_SCOPES = ['managed', 'user', 'project', 'local', 'plugin'] as const
export type ConfigScope = (typeof CONFIG_SCOPES)[number]

export type ConfigFormat = 'json' | 'jsonc' | 'toml' | 'yaml'

/** A server as a host is configured to use it. */
export interface ConfiguredServer {
  readonly name: string
  readonly host: HostId
  readonly scope: ConfigScope
  /** The file, absolute. */
  readonly file: string
  /** Where its entry stands in the file: keys and indexes from the top. */
  readonly at: readonly (string | number)[]
  /** A project's folder, where the entry counts for one alone. */
  readonly project?: string
  readonly enabled: boolean
  readonly transport: ConfiguredTransport
  /** Members of the entry that this version does not know. */
  readonly unknown: readonly string[]
  /** Variables and inputs that the host fills in, such as `env:TOKEN` or `input:key`. */
  readonly variables: readonly string[]
}

export type ConfiguredTransport =
  | {
      readonly kind: 'stdio'
      readonly command: string
      readonly args: readonly string[]
      readonly env: Readonly<Record<string, string>>
      readonly cwd?: string
    }
  | {
      readonly kind: 'http' | 'sse'
      readonly url: string
      readonly headers: Readonly<Record<string, string>>
    }

/** What is wrong with a file, or an entry. Never holds a value of it. */
export interface ConfigProblem {
  readonly file: string
  readonly at?: readonly (string | number)[]
  readonly kind:
    | 'unreadable'
    | 'too_large'
    | 'binary'
    | 'symlink'
    | 'foreign_owner'
    | 'malformed'
    | 'entry_malformed'
    | 'duplicate_name'
    | 'unknown_key'
    | 'changed_meanwhile'
  readonly message: string
}

/** A file of a host, read. */
export interface ReadConfig {
  readonly host: HostId
  readonly scope: ConfigScope
  readonly file: string
  readonly format: ConfigFormat
  /** Of its bytes: what is written later is written over exactly these. */
  readonly digest: string
  readonly servers: readonly ConfiguredServer[]
  readonly problems: readonly ConfigProblem[]
}

/** A credential that stands in a file of a host. Holds no value. */
export interface PlainCredential {
  readonly server: string
  readonly file: string
  readonly at: readonly (string | number)[]
  /** Such as `token-pattern`, `named`, `url-userinfo`, `argument`. */
  readonly kind: string
  /** The first characters and the length, for people to know it by; never enough to use it. */
  readonly masked: string
  /** Equal for equal values on this machine, and of no use elsewhere: keyed. */
  readonly fingerprint: string
}
