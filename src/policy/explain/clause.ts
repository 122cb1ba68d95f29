import { compile } from '../language/compile.ts'
import type { Environment } from '../language/environment.ts'
import type { Expression } from '../language/expression.ts'
import { Fault } from '../language/fault.ts'
import { boolean } from '../language/operators.ts'
import { printExpression } from '../language/print.ts'
import { type Read, readsOf } from './read.ts'

/** A condition of a policy, or a part of one, and what it came to. */
export interface Clause {
  /** Cedar text. */
  readonly text: string
  /** By itself: what stands before it in the policy does not count. */
  readonly outcome: 'true' | 'false' | 'fault'
  /** Why it could not be evaluated. */
  readonly fault?: string
  /** Whether Cedar comes to it: what stands before it may have decided already. */
  readonly reached: boolean
  /** How its parts make it: all must hold, any may, the only one must not; `one` has no parts. */
  readonly form: 'all' | 'any' | 'not' | 'one'
  readonly parts: readonly Clause[]
  readonly reads: readonly Read[]
}

/** Parts beneath this are not shown. */
const MAX_DEPTH = 8
/** Clauses of one policy beyond this are not taken apart. */
const MAX_CLAUSES = 300

interface Budget {
  left: number
}

/** What all conditions of a policy come to, as the parts of one clause: `a && b` counts as two. */
export function clausesOf(
  conditions: readonly Expression[],
  environment: Environment,
): readonly Clause[] {
  const budget: Budget = { left: MAX_CLAUSES }
  const parts = conditions.flatMap((condition) => flatten(condition, 'and'))
  return sequence(parts, { environment, budget, depth: 0, reached: true }, 'false')
}

interface Walk {
  readonly environment: Environment
  readonly budget: Budget
  readonly depth: number
  readonly reached: boolean
}

/** Parts in order: after one that comes to `stop`, or faults, Cedar looks at none. */
function sequence(
  parts: readonly Expression[],
  walk: Walk,
  stop: 'true' | 'false',
): readonly Clause[] {
  let { reached } = walk
  return parts.map((part) => {
    const clause = clauseOf(part, { ...walk, reached })
    if (clause.outcome === stop || clause.outcome === 'fault') reached = false
    return clause
  })
}

function clauseOf(expression: Expression, walk: Walk): Clause {
  walk.budget.left -= 1
  const { form, parts } = partsOf(expression, walk)
  return {
    text: printExpression(expression),
    ...outcomeOf(expression, walk.environment),
    reached: walk.reached,
    form,
    parts,
    reads: parts.length > 0 ? [] : readsOf(expression, walk.environment),
  }
}

function partsOf(expression: Expression, walk: Walk): Pick<Clause, 'form' | 'parts'> {
  const one = { form: 'one', parts: [] } as const
  if (walk.depth >= MAX_DEPTH || walk.budget.left <= 0) return one
  const inner = { ...walk, depth: walk.depth + 1 }
  switch (expression.kind) {
    case 'and':
      return { form: 'all', parts: sequence(flatten(expression, 'and'), inner, 'false') }
    case 'or':
      return { form: 'any', parts: sequence(flatten(expression, 'or'), inner, 'true') }
    case 'unary': {
      const { operator, operand } = expression
      const compound = operand.kind === 'and' || operand.kind === 'or' || operand.kind === 'unary'
      if (operator !== '!' || !compound) return one
      return { form: 'not', parts: [clauseOf(operand, inner)] }
    }
    default:
      return one
  }
}

function flatten(expression: Expression, kind: 'and' | 'or'): readonly Expression[] {
  if (expression.kind !== kind) return [expression]
  return [...flatten(expression.left, kind), ...flatten(expression.right, kind)]
}

function outcomeOf(
  expression: Expression,
  environment: Environment,
): Pick<Clause, 'outcome' | 'fault'> {
  try {
    return { outcome: boolean(compile(expression)(environment)) ? 'true' : 'false' }
  } catch (error) {
    return { outcome: 'fault', fault: error instanceof Fault ? error.message : 'internal error' }
  }
}

/**
 * The smallest clauses that made a clause what it is: of an "any" that held, the one that did; of an
 * "all" that failed, the one that did; otherwise every part.
 */
export function decisive(clause: Clause): readonly Clause[] {
  const { form, parts, outcome } = clause
  if (form === 'one' || parts.length === 0) return [clause]
  if (form === 'not') return parts.flatMap(decisive)
  const deciding = form === 'any' ? 'true' : 'false'
  if (outcome !== deciding && outcome !== 'fault') return parts.flatMap(decisive)
  return parts
    .filter((part) => part.outcome === outcome)
    .slice(0, 1)
    .flatMap(decisive)
}
