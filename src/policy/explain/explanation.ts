import type { Decision, Determining, Lift, Obligations } from '../../kernel/access.ts'
import type { ContentFact } from '../../kernel/content.ts'
import type { Unparsable } from '../../kernel/facts.ts'
import type { ScreenAction } from '../../kernel/screening.ts'
import type { Clause } from './clause.ts'
import type { Influence } from './read.ts'

/** Why a decision is what it is, and what would make it another one. Plain JSON. */
export interface Explanation {
  /** `ask`: denied, and a human may lift it. */
  readonly verdict: 'permit' | 'deny' | 'ask'
  readonly decision: Decision
  /** Those that decided, as the decision names them. */
  readonly determining: readonly Determining[]
  readonly lift?: Lift
  readonly obligations?: Obligations
  /** Every policy whose scope may fit, by id. */
  readonly policies: readonly PolicyExplanation[]
  /** Screens that are about what the arguments hold, by id. */
  readonly screens: readonly ScreenExplanation[]
  /** Arguments that nobody could read. */
  readonly unparsable: readonly Unparsable[]
  /** What would change the verdict; empty for a permit. Any one of them may not be enough. */
  readonly changes: readonly Change[]
}

export interface PolicyExplanation {
  readonly policy: string
  readonly effect: 'permit' | 'forbid'
  /** `observe`: it changes nothing. */
  readonly mode: 'enforce' | 'observe'
  readonly file: string
  readonly line: number
  readonly reason?: string
  readonly remedy?: string
  readonly scope: readonly ScopePart[]
  /** Whether the decision names it. */
  readonly determines: boolean
  readonly outcome: 'applies' | 'does not apply' | 'faults'
  /** Empty where the scope does not fit. */
  readonly clauses: readonly Clause[]
}

/** What a screen says of what the arguments hold. */
export interface ScreenExplanation {
  /** `screen:name`. */
  readonly screen: string
  readonly mode: 'enforce' | 'observe'
  readonly file: string
  readonly line: number
  /** Whether the decision names it. */
  readonly determines: boolean
  /** What it is about, with what it would have happen; never values. */
  readonly findings: readonly (ContentFact & { readonly action: ScreenAction })[]
}

export interface ScopePart {
  readonly text: string
  readonly fits: boolean
}

/** One policy or screen that stands in the way. */
export interface Change {
  readonly policy: string
  /** What has to happen to it: a permit must hold, a forbid must not, a policy must not fault. */
  readonly must: 'hold' | 'not hold' | 'not fault'
  /** The clauses that made it so: any of a forbid's may fail, all of a permit's must hold. */
  readonly clauses: readonly ChangeClause[]
  /** False when nothing that the caller sends could ever be enough. */
  readonly byCaller: boolean
  readonly remedy?: string
  /** What a screen has against the arguments; of a policy, the clauses say it. */
  readonly because?: readonly string[]
}

export interface ChangeClause {
  readonly clause: Clause
  /** Who can make it come to something else, sorted. */
  readonly influences: readonly Influence[]
  /** What a guard has against the arguments, and where values came from. */
  readonly because: readonly string[]
}
