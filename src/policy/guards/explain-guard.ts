import type { FactKind, FactOf, FactPlace, Facts } from '../../kernel/facts.ts'
import { quoted } from '../public-text.ts'
import type { GuardOutcome } from '../vocabulary.ts'
import { amountCheck } from './amount.ts'
import { badFlags } from './flags.ts'
import type { Guard, RuleOf } from './guard.ts'
import { identifierCheck } from './identifier.ts'
import { mediaCheck } from './media.ts'
import type { Check, Misfit } from './misfit.ts'
import { pathCheck } from './path.ts'
import { patternCheck } from './pattern.ts'
import { recipientCheck } from './recipient.ts'
import { around, atOrBeneath, factsOf, type InScope } from './scope.ts'
import { shellCheck } from './shell.ts'
import { sqlCheck } from './sql.ts'
import { urlCheck } from './url.ts'

/** What a guard comes to for a call, and why it fails: public, a line for each reason. */
export interface GuardReport {
  readonly outcome: GuardOutcome
  readonly reasons: readonly string[]
}

const CHECKS: { readonly [Kind in FactKind]: (rule: RuleOf[Kind]) => Check<FactOf[Kind]> } = {
  path: pathCheck,
  url: urlCheck,
  sql: sqlCheck,
  shell: shellCheck,
  recipient: recipientCheck,
  amount: amountCheck,
  identifier: identifierCheck,
  media: mediaCheck,
  pattern: patternCheck,
}

const MOST_REASONS = 8

/** A guard with all of it prepared. It never changes, so what is prepared is kept as long as it is. */
interface Prepared {
  readonly inScope: InScope
  readonly touches: InScope
  readonly check: Check<FactOf[FactKind]>
}

const PREPARED = new WeakMap<Guard, Prepared>()

function prepared(guard: Guard): Prepared {
  const known = PREPARED.get(guard)
  if (known !== undefined) return known
  // The kind of the guard picks its check, whose rule and facts are of the same kind.
  const checkFor = CHECKS[guard.kind] as (rule: Guard['rule']) => Check<FactOf[FactKind]>
  const made: Prepared = {
    inScope: atOrBeneath(guard.arguments),
    touches: around(guard.arguments),
    check: checkFor(guard.rule),
  }
  PREPARED.set(guard, made)
  return made
}

/**
 * Holds a guard against facts. `pass`: there is something of its kind in its arguments, and all of it
 * fits. `none`: there is nothing of its kind. `fail`: anything does not fit, or cannot be read.
 * Depends on nothing else.
 */
export function explainGuard(guard: Guard, facts: Facts): GuardReport {
  const { inScope, touches, check } = prepared(guard)
  const all = factsOf(facts, guard.kind).filter(({ at }) => inScope(at))
  const unread = facts.unparsable.filter(({ kind, at }) => kind === guard.kind && touches(at))
  const misfits = [
    ...unread.map(({ at, why }) => ({ at, why: `cannot be read as ${guard.kind}: ${why}` })),
    ...all.flatMap((fact) => misflagged(guard, fact)),
    ...check(all),
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

function sentence({ at, why }: Misfit): string {
  return at === '' ? `the arguments: ${why}` : `${quoted(at)} ${why}`
}
