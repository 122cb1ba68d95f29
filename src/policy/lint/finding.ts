import type { Policy } from '../load-policy.ts'
import type { PolicySet } from '../policy.ts'
import type { Place } from '../problem.ts'
import type { ToolDefinition } from '../schema/definitions.ts'
import type { Screen } from '../screens/screen.ts'

export type Severity = 'warning' | 'info'

/** Something in a policy that is legal and probably not meant. */
export interface Finding extends Place {
  /** Stable: the row of `docs/reference/lint.md`. */
  readonly rule: string
  readonly severity: Severity
  /** Its id; of a screen `screen:name`. */
  readonly policy: string
  readonly message: string
  /** What to do about it. */
  readonly fix: string
}

/** What a rule says of a policy; `token` is the word to point at. */
export interface PolicyRemark {
  readonly policy: Policy
  readonly message: string
  readonly token?: string
}

/** What a rule says, of a policy or of a screen. */
export type Remark = PolicyRemark | { readonly screen: Screen; readonly message: string }

/** Who there is, by kind. What is left out is not known, so every name of that kind may exist. */
export interface KnownPrincipals {
  readonly users?: readonly string[]
  readonly agents?: readonly string[]
  readonly groups?: readonly string[]
}

/** What rules look at. What is undefined, nobody knows. */
export interface Subject {
  readonly set: PolicySet
  readonly tools: readonly ToolDefinition[] | undefined
  readonly principals: KnownPrincipals | undefined
}

/** One rule: what it finds, why that is so in a line, and what to do about it. */
export interface LintRule {
  readonly id: string
  readonly severity: Severity
  readonly about: string
  readonly fix: string
  readonly check: (subject: Subject) => readonly Remark[]
}
