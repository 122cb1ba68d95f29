import type { ToolEffect } from '../../kernel/access.ts'

/** How calls ended in a part of a time. `at`: where it begins, milliseconds since the epoch. */
export interface CallCounts {
  readonly at: number
  readonly calls: number
  readonly denied: number
  /** Of the denied, those that a human could have let pass. */
  readonly asked: number
  readonly failed: number
}

export interface PostureServer {
  readonly name: string
  readonly mode: 'enforce' | 'observe'
  /** Where it is reached over plain HTTP on another machine. */
  readonly plain: boolean
  /** Attempts to reach it that failed since the last that did not. */
  readonly failures: number
  /** Those that it has listed. */
  readonly tools: readonly {
    readonly name: string
    readonly effects: readonly ToolEffect[]
    readonly source: 'catalog' | 'inferred'
  }[]
}

/** What posture is judged by, as it is at one moment. */
export interface PostureFacts {
  readonly now: number
  readonly servers: readonly PostureServer[]
  readonly policies: {
    /** Why what stands in the files now is not in force. */
    readonly problem?: string
    readonly warnings: number
    readonly findings: number
    /** Where the first of them is. */
    readonly first?: { readonly file: string; readonly line: number; readonly message: string }
    readonly rollout: 'none' | 'observe' | 'enforce'
  }
  /** Active owners. */
  readonly owners: readonly {
    readonly id: string
    readonly passkey: boolean
    /** Whether passkeys would do them any good: they log in with us. */
    readonly local: boolean
  }[]
  /** Whether there can be passkeys: HTTPS and a host name. */
  readonly passkeys: boolean
  readonly bearer: 'allowed' | 'users' | 'never'
  /** Agents whose keys are older than they should be, and those whose owner is gone. */
  readonly keysDue: readonly string[]
  readonly orphans: readonly string[]
  /** The last look at the chain that this process has made. */
  readonly check?: {
    readonly state: 'running' | 'good' | 'bad' | 'failed'
    readonly ended?: number
    readonly message?: string
  }
  readonly records: number
  /** Requests for approval that wait, and since when the longest does. */
  readonly approvals: { readonly pending: number; readonly oldest?: number }
  /** Definitions that wait for a decision, and those of them that an analysis finds poisoned. */
  readonly definitions: { readonly waiting: number; readonly poisoned: number }
}

/** What the overview is made of. Each is remembered for a few seconds. */
export interface OverviewSource {
  facts(): Promise<PostureFacts>
  /** Whole seconds, the last sixty. */
  seconds(): Promise<readonly CallCounts[]>
  /** Whole hours, the last twenty-four and the current one. */
  hours(): Promise<readonly CallCounts[]>
  /** Servers whose first call is not older. */
  newServers(since: number): Promise<readonly { readonly name: string; readonly first: number }[]>
}
