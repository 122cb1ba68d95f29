import type { FactKind } from '../../kernel/facts.ts'
import type { AmountRule } from './amount.ts'
import type { IdentifierRule } from './identifier.ts'
import type { MediaRule } from './media.ts'
import type { PathRule } from './path.ts'
import type { PatternRule } from './pattern.ts'
import type { RecipientRule } from './recipient.ts'
import type { ShellRule } from './shell.ts'
import type { SqlRule } from './sql.ts'
import type { UrlRule } from './url.ts'

/** What the arguments of one kind must be. Each file of this folder holds one of these rules. */
export interface RuleOf {
  readonly path: PathRule
  readonly url: UrlRule
  readonly sql: SqlRule
  readonly shell: ShellRule
  readonly recipient: RecipientRule
  readonly amount: AmountRule
  readonly identifier: IdentifierRule
  readonly media: MediaRule
  readonly pattern: PatternRule
}

/** Flags that a rule lets pass besides the harmless ones, and harmless ones that it does not. */
export interface FlagRule {
  readonly allow: readonly string[]
  readonly deny: readonly string[]
}

interface GuardOf<Kind extends FactKind> {
  readonly name: string
  readonly kind: Kind
  readonly rule: RuleOf[Kind]
  readonly flags: FlagRule
  /**
   * The arguments that it looks at, as JSON Pointers with all that is beneath; list indexes may be
   * left out or be `*`. Undefined: all.
   */
  readonly arguments: readonly string[] | undefined
}

/** A named rule about the arguments of a call, as the operator wrote it beside the policies. */
export type Guard = { readonly [Kind in FactKind]: GuardOf<Kind> }[FactKind]
