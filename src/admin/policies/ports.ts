import type { Lift, Obligations } from '../../kernel/access.ts'
import type { Actor } from '../../kernel/event.ts'
import type { JsonObject } from '../../kernel/json.ts'

/** Where something was written: in a file of the configuration, or in the console. */
export type Origin = 'file' | 'managed'
export type RolloutMode = 'observe' | 'enforce'

/** A policy in force. */
export interface PolicyInForce {
  readonly id: string
  readonly effect: 'permit' | 'forbid'
  readonly origin: Origin
  readonly file: string
  readonly line: number
  /** As it is written. */
  readonly text: string
  readonly mode: RolloutMode
  readonly reason?: string
  readonly remedy?: string
  readonly lift?: Lift
  readonly obligations?: Obligations
  readonly acceptsUnparsable: boolean
}

/** What is wrong or odd in policies. Lines and columns count from 1, columns in UTF-16 units. */
export interface PolicyFinding {
  readonly origin: Origin
  readonly file: string
  readonly line: number
  readonly column: number
  /** Where the word ends that it is about, on the same line. */
  readonly endColumn: number
  /** `error`: cannot be loaded, or never does what it says. */
  readonly severity: 'error' | 'warning' | 'info'
  readonly message: string
  readonly rule?: string
  readonly policy?: string
  /** What to do about it. */
  readonly fix?: string
}

/** Which version of the console's policies is in force. Times are milliseconds since the epoch. */
export interface RolloutState {
  /** Counts up with each change; 0 before the first. */
  readonly seq: number
  /** 0: none. */
  readonly version: number
  readonly mode: RolloutMode
  readonly by: string
  readonly at: number
}

export interface PoliciesInForce {
  readonly hash: string
  readonly rollout: RolloutState
  readonly policies: readonly PolicyInForce[]
  readonly guards: readonly JsonObject[]
  readonly limits: readonly JsonObject[]
  readonly warnings: readonly PolicyFinding[]
  /** Why what stands in files and versions now is not what is in force; absent when it is. */
  readonly problem?: string
}

/** Files of the console, instead of those in force; or a version of them. */
export type Draft =
  | { readonly files: Readonly<Record<string, string>> }
  | { readonly version: number }

export interface DraftCheck {
  /** Whether it can be put in force. */
  readonly loads: boolean
  /** Of the whole set, when it loads. */
  readonly hash?: string
  readonly findings: readonly PolicyFinding[]
  /** Servers whose tools are not known now: names of them were not checked. */
  readonly unlisted: readonly string[]
}

export interface PolicyWords {
  readonly actions: readonly { readonly name: string; readonly resources: readonly string[] }[]
  readonly servers: readonly string[]
  /** `server:name`. */
  readonly tools: readonly string[]
  readonly prompts: readonly string[]
  /** Everything that can be read: `context.args.to`, `resource.effects`. */
  readonly members: readonly {
    readonly path: string
    readonly type: string
    readonly required: boolean
    /** The only values that it can have. */
    readonly words?: readonly string[]
  }[]
  readonly guards: readonly string[]
  readonly limits: readonly string[]
  readonly places: readonly string[]
  readonly annotations: readonly {
    readonly name: string
    readonly on?: 'permit' | 'forbid'
    readonly with?: string
    readonly needs: string
  }[]
}

export interface TestedDraft {
  readonly files: readonly {
    readonly file: string
    readonly name: string
    readonly problems: readonly PolicyFinding[]
    readonly tests: readonly {
      readonly name: string
      readonly line: number
      readonly passed: boolean
      readonly verdict: string
      readonly by: readonly string[]
      readonly differences: readonly string[]
    }[]
  }[]
  /** Ids of policies of the draft that no test makes decide. */
  readonly uncovered: readonly string[]
}

/** Whose access is asked for; nobody named: the owner. */
export interface AccessScope {
  /** `user:id` or `agent:id`. */
  readonly subjects: readonly string[]
  readonly groups: readonly string[]
  readonly server?: string
}

export type Access = 'permit' | 'ask' | 'depends' | 'never'

export interface AccessCell {
  readonly subject: string
  /** `server:name`. */
  readonly target: string
  readonly access: Access
  readonly by: readonly string[]
}

export interface AccessTable {
  readonly hash: string
  readonly cells: readonly AccessCell[]
  readonly unlisted: readonly string[]
  /** Whether there would have been more. */
  readonly truncated: boolean
}

export interface DraftDiff {
  readonly before: string
  readonly after: string
  readonly policies: readonly {
    readonly policy: string
    readonly kind: 'added' | 'removed' | 'meaning' | 'words'
    readonly parts: readonly string[]
    readonly before?: string
    readonly after?: string
  }[]
  readonly definitions: readonly {
    readonly what: 'guard' | 'limit' | 'screen'
    readonly name: string
    readonly kind: 'added' | 'removed' | 'changed'
  }[]
  readonly access: readonly (Omit<AccessCell, 'access'> & {
    readonly before: Access
    readonly after: Access
  })[]
  readonly unlisted: readonly string[]
}

/** Which recorded calls are put to a draft. */
export interface SimulationQuery {
  readonly last: number
  readonly since?: number
  readonly before?: number
  readonly server?: string
  readonly subject?: string
}

/** A replay that runs, or has ended. */
export interface SimulationJob {
  readonly id: string
  /** `user:id` of who started it. */
  readonly by: string
  readonly started: number
  readonly state: 'running' | 'done' | 'cancelled' | 'failed'
  /** Calls done so far. */
  readonly calls: number
  readonly error?: string
  readonly result?: SimulationResult
}

export interface SimulationResult {
  readonly policies: string
  readonly calls: number
  readonly same: number
  readonly flipped: number
  readonly undecided: number
  readonly unknown: number
  readonly assumed: number
  /** The most frequent kinds of flips. */
  readonly groups: readonly {
    readonly from: 'permit' | 'ask' | 'deny'
    readonly to: 'permit' | 'ask' | 'deny'
    readonly subject: string
    readonly target: string
    readonly after: readonly string[]
    readonly calls: number
    /** Ids of a few calls. What they carried is shown with each call, to those who may read it. */
    readonly examples: readonly string[]
  }[]
  /** Flips of kinds that found no room in `groups`. */
  readonly others: number
}

export interface VersionHead {
  readonly version: number
  readonly hash: string
  readonly author: string
  readonly comment: string
  readonly created: number
}

export interface Version extends VersionHead {
  readonly files: Readonly<Record<string, string>>
}

/** What policies that only observe would have done. */
export interface Observed {
  readonly since: number
  readonly calls: number
  /** Permitted calls that would have been denied. */
  readonly denied: number
  readonly by: readonly { readonly policy: string; readonly calls: number }[]
  /** False when there were more calls than are looked at. */
  readonly complete: boolean
}

interface Numbered {
  readonly limit: number
  readonly before?: number
}

/** Policies, as people look at them, try them and put them in force. */
export interface Policies {
  inForce(): PoliciesInForce
  check(draft: Draft): Promise<DraftCheck>
  words(tool?: string): PolicyWords
  /** @throws GatewayError `params_invalid` with what is wrong, as all that take a draft from here on. */
  test(draft: Draft): Promise<TestedDraft>
  diff(draft: Draft, scope: AccessScope): Promise<DraftDiff>
  matrix(draft: Draft | undefined, scope: AccessScope): Promise<AccessTable>
  readonly simulations: {
    /** @throws GatewayError `too_many_requests` while others run. */
    start(by: string, draft: Draft, query: SimulationQuery): Promise<SimulationJob>
    find(id: string): SimulationJob | undefined
    list(): readonly SimulationJob[]
    cancel(id: string): void
  }
  versions(part: Numbered): Promise<readonly VersionHead[]>
  version(number: number): Promise<Version | undefined>
  history(part: Numbered): Promise<readonly RolloutState[]>
  /** @throws GatewayError `version_conflict` when `base` is not the newest version. */
  save(
    by: Actor,
    version: {
      readonly files: Readonly<Record<string, string>>
      readonly comment: string
      readonly base: number
    },
  ): Promise<VersionHead>
  /** @throws GatewayError `version_conflict` when `seen` is not the rollout in force. */
  activate(
    by: Actor,
    wanted: { readonly version: number; readonly mode: RolloutMode },
    seen: number,
  ): Promise<RolloutState & { readonly policies: string }>
  /** What the version in force would have denied; undefined while none only observes. */
  observed(): Promise<Observed | undefined>
}
