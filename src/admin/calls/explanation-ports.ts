import type { CallEvidence, Verdict } from './ports.ts'

/** A part of a policy's text: offsets in UTF-16 units, the second one behind the end. */
export interface Span {
  readonly start: number
  readonly end: number
}

export interface ExplainedClause {
  /** Cedar text, printed anew. */
  readonly text: string
  readonly outcome: 'true' | 'false' | 'fault'
  /** Why it could not be evaluated; may quote what the call carried. */
  readonly fault?: string
  /** Whether Cedar came to it. */
  readonly reached: boolean
  /** Whether it made the policy apply, or not. */
  readonly decides: boolean
  /** Where it stands in the policy as written; absent when that does not show it. */
  readonly at?: Span
  /** Each `value` may be what the call carried. */
  readonly reads: readonly {
    readonly path: string
    readonly value: string
    readonly influence: string
  }[]
}

export interface ExplainedPolicy {
  readonly policy: string
  readonly effect: 'permit' | 'forbid'
  readonly mode: 'enforce' | 'observe'
  readonly file: string
  readonly line: number
  /** As written; absent when the file is not at hand. */
  readonly text?: string
  readonly reason?: string
  readonly remedy?: string
  /** Whether the decision names it. */
  readonly determines: boolean
  readonly outcome: 'applies' | 'does not apply' | 'faults'
  readonly scope: readonly { readonly text: string; readonly fits: boolean }[]
  readonly clauses: readonly ExplainedClause[]
}

/** What stands in the way of a call. */
export interface Obstacle {
  readonly policy: string
  readonly must: 'hold' | 'not hold' | 'not fault'
  /** False when nothing that the caller sends could ever be enough. */
  readonly byCaller: boolean
  readonly remedy?: string
  /** What a guard has against the arguments; may quote them. */
  readonly because: readonly string[]
}

/** Why policies decide a call as they do. */
export interface Explained {
  /** Hash of the policies that were asked. */
  readonly policySet: string
  readonly verdict: 'permit' | 'ask' | 'deny'
  readonly determining: readonly string[]
  readonly policies: readonly ExplainedPolicy[]
  readonly obstacles: readonly Obstacle[]
  /** How many arguments nobody could read, by kind. */
  readonly unparsable: readonly string[]
}

export interface ExplainedCall extends Explained {
  readonly recorded: {
    readonly policySet: string | undefined
    readonly verdict: Verdict | null
  }
  /** JSON Pointers of arguments whose values were taken out of the record. */
  readonly redacted: readonly string[]
  /** What the record is too old to hold, and is taken to have been. */
  readonly assumed: readonly string[]
}

/** Recorded calls, put to policies. All are undefined for a call of which too little was kept. */
export interface Explanations {
  /** Under the policies in force. */
  explain(call: CallEvidence): ExplainedCall | undefined
  /**
   * As if these files were those of the console, enforced.
   *
   * @throws GatewayError `policy_unavailable` with what is wrong with them.
   */
  replay(
    call: CallEvidence,
    files: Readonly<Record<string, string>>,
  ): Promise<ExplainedCall | undefined>
  /** @throws GatewayError `params_invalid` for an argument or an id that no rule can have. */
  rule(
    call: CallEvidence,
    wish: {
      readonly id: string
      readonly effect: 'permit' | 'forbid'
      readonly arguments: readonly string[]
    },
  ): string | undefined
}
