import type { ChildProcessWithoutNullStreams } from 'node:child_process'

/** What can confine a local server. `auto` takes the first that works on this machine. */
export const SANDBOX_BACKENDS = [
  'auto',
  'bwrap',
  'container',
  'kubernetes',
  'seatbelt',
  'none',
] as const
export type SandboxBackend = (typeof SANDBOX_BACKENDS)[number]

/** How an allowed host is spoken to: TLS whose name is checked, plain HTTP, or any TCP. */
export const EGRESS_PROTOCOLS = ['tls', 'http', 'tcp'] as const
export type EgressProtocol = (typeof EGRESS_PROTOCOLS)[number]

/** One host that a server may reach. */
export interface EgressRule {
  /** A name in lower case and ASCII, `*.` and a suffix, or an address in canonical form. */
  readonly host: string
  readonly ports: readonly number[]
  readonly proto: EgressProtocol
  /** Whether it may lie in a private, loopback or link-local range. Metadata addresses never are. */
  readonly allowPrivate: boolean
  /** Whether a TLS hello may be partly encrypted (ECH), so that only the name in clear is checked. */
  readonly encryptedHello?: boolean
}

/** A file or folder of this machine as the server sees it. Both absolute. */
export interface SandboxMount {
  /** On this machine. */
  readonly from: string
  /** In the sandbox. */
  readonly to: string
  /** Whether it may be missing. */
  readonly optional: boolean
  /** Whether the program itself is in it: what it loads is never hidden from it. */
  readonly code?: true
}

/** What a local server may do: everything that is not here, it may not. Paths absolute, sizes in bytes. */
export interface SandboxProfile {
  readonly backend: SandboxBackend
  /** Whether the server stays off where the sandbox cannot be had. */
  readonly required: boolean
  /** Who it runs as on this machine: `auto` is never root; `inherit` is who the gateway runs as. */
  readonly runAs: 'auto' | 'inherit' | number
  readonly allowRoot: boolean
  readonly fs: {
    /** `system`: `/usr` and what of `/etc` programs need. `minimal`: only the program and its libraries. */
    readonly base: 'system' | 'minimal'
    readonly ro: readonly SandboxMount[]
    readonly rw: readonly SandboxMount[]
    /** Paths below a writable mount that stay read-only, relative. */
    readonly protect: readonly string[]
    /** Globs of names below any mount whose contents nobody sees. */
    readonly hide: readonly string[]
    /** Sizes of what lives in memory and goes with the process. */
    readonly home: number
    readonly tmp: number
    readonly shm: number
    /** A folder of its own that stays, where it has one. */
    readonly state: string | undefined
  }
  readonly network: {
    readonly mode: 'none' | 'allowlist' | 'unrestricted'
    readonly allow: readonly EgressRule[]
  }
  readonly env: {
    /** Names of variables of the gateway that it gets besides its own. */
    readonly pass: readonly string[]
  }
  readonly syscalls: {
    readonly unixSockets: 'deny' | 'allow'
    /** Names of system calls that fail besides those that always do, and of those that need not. */
    readonly extraDeny: readonly string[]
    readonly allow: readonly string[]
  }
  readonly limits: {
    /** Bytes, of all its processes together. */
    readonly memory: number
    readonly pids: number
    /** Processors, such as 0.5. */
    readonly cpu: number
    /** Seconds of processor time of one process. */
    readonly cpuSeconds: number | undefined
    /** Open files of one process. */
    readonly files: number
    /** Bytes of one file. */
    readonly fileSize: number
  }
  readonly report: {
    readonly level: 'none' | 'deny' | 'all'
    /** Whether what it reaches for is written down to propose a profile. Nothing is allowed by it. */
    readonly learn: boolean
  }
}

/** One process to start confined. */
export interface Launch {
  readonly server: string
  readonly profile: SandboxProfile
  /** The program and its arguments, as they are: no shell reads them. */
  readonly command: readonly string[]
  /** The whole environment besides what the sandbox itself needs. May hold secrets. */
  readonly env: Readonly<Record<string, string>>
  /** Folder in the sandbox to start in; its home when absent. */
  readonly cwd: string | undefined
}

/** A process that runs confined. It dies with this process, and all it started dies with it. */
export interface Contained {
  readonly child: ChildProcessWithoutNullStreams
  readonly backend: SandboxBackend
  readonly inForce: readonly InForce[]
}

/** What a sandbox holds back, one word per control. */
export const SANDBOX_CONTROLS = [
  'identity',
  'files',
  'network',
  'syscalls',
  'processes',
  'memory',
  'cpu',
  'file-size',
  'open-files',
  'environment',
  'lifetime',
] as const
export type SandboxControl = (typeof SANDBOX_CONTROLS)[number]

/** How well one control holds for one server, or on one machine. */
export interface InForce {
  readonly control: SandboxControl
  /** `hard`: the kernel refuses. `soft`: it is noticed and ended a moment later. `none`: not in force. */
  readonly strength: 'hard' | 'soft' | 'none'
  /** What does it, such as `network namespace` or `cgroup v2`. */
  readonly by: string
  /** Why it is not hard, and what to do about it. */
  readonly fix?: string
}

/** Why a server was not started in a sandbox: one stable word each. */
export const SANDBOX_REFUSALS = [
  'bwrap_missing',
  'bwrap_too_old',
  'userns_denied',
  'userns_denied_apparmor',
  'refuse_host_root',
  'tool_missing',
  'path_missing',
  'path_refused',
  'path_changed',
  'path_not_reachable',
  'path_not_writable',
  'path_holds_socket',
  'syscall_refused',
  'command_missing',
  'backend_unavailable',
  'unsandboxed_refused',
  'self_test_failed',
  'launch_failed',
] as const
export type SandboxRefusal = (typeof SANDBOX_REFUSALS)[number]

/** What was refused to a confined server. Holds no secret and no content. */
export interface SandboxDenial {
  readonly server: string
  readonly layer: 'net' | 'dns' | 'fs' | 'syscall' | 'limit' | 'env' | 'launch'
  /** What it tried: `connect`, `resolve`, `open`, `exec`, `memory`, … */
  readonly op: string
  /** The host, path or limit. */
  readonly target: string
  /** Why, one stable word such as `host-not-listed`, `sni-mismatch`, `forbidden-range`. */
  readonly reason: string
  /** The setting that would allow it, where one safely would: a dotted key with its value. */
  readonly suggestion?: string
}

/** One thing a confined server did that was allowed, for learning and for counters. */
export interface SandboxUse {
  readonly server: string
  readonly layer: 'net' | 'dns'
  readonly host: string
  readonly port?: number
}

/** Told of what happens at the walls. Never throws and never waits. */
export interface SandboxWatch {
  denied(denial: SandboxDenial): void
  used(use: SandboxUse): void
}

/** Starts confined processes. */
export interface SandboxRunner {
  /**
   * @throws GatewayError `sandbox_unavailable` with `data: { reason, fix }` when the profile cannot be
   *   put in force; nothing runs then.
   */
  launch(launch: Launch): Promise<Contained>
  /** Ends what it holds: listeners, watchers. Children are ended by whoever launched them. */
  close(): Promise<void>
}

/**
 * Looks at clear text that a server sends out: the word for what it holds that must not leave, such as
 * `canary` or `secret`; undefined when there is nothing.
 */
export type ClearTextWatch = (server: string, text: string) => 'canary' | 'secret' | undefined
