import type { Readable, Writable } from 'node:stream'

/** Options that every command takes. */
export interface CommonOptions {
  readonly json: boolean
  readonly quiet: boolean
  readonly config: string | undefined
  readonly dataDir: string | undefined
}

/** What a command works with: all of the process that it may touch. */
export interface Context {
  readonly options: CommonOptions
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly homedir: string
  readonly stdin: Readable
  /** Data, and nothing else. */
  readonly stdout: Writable
  /** Talk. */
  readonly stderr: Writable
  readonly color: boolean
  /** Aborted by SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}
