import type { ConfigFormat, ConfigScope, HostId, OperatingSystem } from '../../kernel/inventory.ts'

/** A program that speaks to MCP servers: where its files are, and how they are written. */
export interface Host {
  readonly id: HostId
  /** As people know it. */
  readonly name: string
  readonly shape: EntryShape
  readonly files: readonly HostFile[]
}

/**
 * A file of a host. Places begin with `~`, `{base}` (the folder for settings of the system), `{root}`,
 * `{project}`, `{VARIABLE|place}` (an environment variable, or else a place), or `{VARIABLE}` alone.
 * A part `*` is any one folder, `*.ext` any file of that kind.
 */
export interface HostFile {
  readonly scope: ConfigScope
  readonly format: ConfigFormat
  readonly where: string | Partial<Readonly<Record<OperatingSystem, string>>>
  /** Where its servers stand; without, where those of the shape do. */
  readonly holders?: readonly Holder[]
  /** Other hosts that read the same file. It is listed under its own host alone. */
  readonly alsoReadBy?: readonly HostId[]
}

/** A map or list of servers in a document. */
export interface Holder {
  /** Keys from the top. `*` is any key, and names a project's folder. */
  readonly keys: readonly string[]
  readonly scope?: ConfigScope
  /** One entry alone, not a map of them: its name stands at the top. */
  readonly isSingle?: true
}

/** How a host writes an entry. Reading knows the common words besides. */
export interface EntryShape {
  readonly holders: readonly Holder[]
  /** Servers are in a list, each with its `name`. */
  readonly isList?: true
  /** The command and its arguments are one list. */
  readonly isOneList?: true
  readonly command?: string
  readonly env?: string
  readonly headers?: string
  /** The member with the address; undefined where the host knows no remote servers. */
  readonly url?: { readonly http: string; readonly sse: string }
  /** What an address without a kind means; otherwise by its path. */
  readonly plainUrl?: 'http' | 'sse'
  /** The member that says the kind, and its words. */
  readonly type?: {
    readonly key: string
    readonly stdio?: string
    readonly http?: string
    readonly sse?: string
  }
  /** Members that are written in each entry. */
  readonly always?: Readonly<Record<string, unknown>>
  /** Members that the host knows, beyond those that tell the transport. */
  readonly known?: readonly string[]
  /** Kinds that are no MCP servers of their own. */
  readonly skip?: readonly string[]
  /** What `${NAME}` stands for, and if `$NAME` does as well. */
  readonly variable?: 'env' | 'host'
  readonly hasDollar?: true
}

/** Servers under `mcpServers`, told apart by their members: the most common shape. */
export const PLAIN: EntryShape = {
  holders: [{ keys: ['mcpServers'] }],
  url: { http: 'url', sse: 'url' },
  variable: 'env',
}

/** The words of `type` that most hosts with one use. */
export const COMMON_TYPE = { key: 'type', stdio: 'stdio', http: 'http', sse: 'sse' } as const
