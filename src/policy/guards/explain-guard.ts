import type { FactKind, FactOf, FactPlace, Facts } from '../../kernel/facts.ts'
import { quoted } from '../public-text.ts'
import type { GuardOutcome } from '../vocabulary.ts'
import { checkAmounts } from './amount.ts'
import { badFlags } from './flags.ts'
import type { Guard, RuleOf } from './guard.ts'
import { checkIdentifiers } from './identifier.ts'
import { checkMedia } from './media.ts'
import type { Misfit } from './misfit.ts'
import { checkPaths } from './path.ts'
import { checkPatterns } from './pattern.ts'
import { checkRecipients } from './recipient.ts'
import { around, atOrBeneath, factsOf } from './scope.ts'
import { checkShell } from './shell.ts'
import { checkSql } from './sql.ts'
import { checkUrls } from './url.ts'

/** What a guard comes to for a call, and why it fails: public, a line for each reason. */
export interface GuardReport {
  readonly outcome: GuardOutcome
  readonly reasons: readonly string[]
}

type Check<Kind extends FactKind> = (
  facts: readonly FactOf[Kind][],
  rule: RuleOf[Kind],
) => readonly Misfit[]

const CHECKS: { readonly [Kind in FactKind]: Check<Kind> } = {
  path: checkPaths,
  url: checkUrls,
  sql: checkSql,
  shell: checkShell,
  recipient: checkRecipients,
  amount: checkAmounts,
  identifier: checkIdentifiers,
  media: checkMedia,
  pattern: checkPatterns,
}

const MOST_REASONS = 8

/**
 * Holds a guard against facts. `pass`: there is something of its kind in its arguments, and all of it
 * fits. `none`: there is nothing of its kind. `fail`: anything does not fit, or cannot be read.
 * Depends on nothing else.
 */
export function explainGuard(guard: Guard, facts: Facts): GuardReport {
  const [inScope, touches] = [atOrBeneath(guard.arguments), around(guard.arguments)]
  const all = factsOf(facts, guard.kind).filter(({ at }) => inScope(at))
  const unread = facts.unparsable.filter(({ kind, at }) => kind === guard.kind && touches(at))
  const misfits = [
    ...unread.map(({ at, why }) => ({ at, why: `cannot be read as ${guard.kind}: ${why}` })),
    ...all.flatMap((fact) => misflagged(guard, fact)),
    ...check(guard, all),
  ]
  if (misfits.length === 0) return { outcome: all.length > 0 ? 'pass' : 'none', reasons: [] }
  const reasons = [...new Set(misfits.map(sentence))]
  return { outcome: 'fail', reasons: reasons.slice(0, MOST_REASONS) }
}

function misflagged({ kind, flags }: Guard, fact: FactPlace): readonly Misfit[] {
  return badFlags(kind, fact, flags).map((flag) => ({
    at: fact.at,
    why: `is flagged ${quoted(flag)}`,
  }))
}

/** The kind of the guard picks its check, whose rule and facts are of the same kind. */
function check({ kind, rule }: Guard, facts: readonly FactOf[FactKind][]): readonly Misfit[] {
  const checkKind = CHECKS[kind] as Check<FactKind>
  return checkKind(facts, rule)
}

function sentence({ at, why }: Misfit): string {
  return at === '' ? `the arguments: ${why}` : `${quoted(at)} ${why}`
}
