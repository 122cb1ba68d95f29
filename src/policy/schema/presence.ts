import type { Expression } from '../language/expression.ts'
import { contextPath } from './context-type.ts'

/** A path behind `context` that an expression reads or asks about. */
export interface PathUse {
  readonly path: readonly string[]
  /** `read`: the value is needed. `ask`: only `has` names it. */
  readonly use: 'read' | 'ask'
  /** Paths that are known to be present where it stands, each as {@link pathKey}. */
  readonly present: ReadonlySet<string>
}

const NONE: ReadonlySet<string> = new Set()

export function pathKey(path: readonly string[]): string {
  return JSON.stringify(path)
}

/**
 * Every path behind `context` that an expression uses, with what `has` has established before it:
 * `a has b && a.b …` reads what is present, as in Cedar's own validator.
 */
export function pathUses(
  expression: Expression,
  present: ReadonlySet<string> = NONE,
): readonly PathUse[] {
  const path = contextPath(expression)
  if (path !== undefined) return path.length === 0 ? [] : [{ path, use: 'read', present }]
  const inside = (part: Expression, known = present): readonly PathUse[] => pathUses(part, known)
  switch (expression.kind) {
    case 'literal':
    case 'variable':
      return []
    case 'and':
    case 'or': {
      const { kind, left, right } = expression
      return [...inside(left), ...inside(right, both(present, implied(left, kind === 'and')))]
    }
    case 'if': {
      const { test, whenTrue, whenFalse } = expression
      return [
        ...inside(test),
        ...inside(whenTrue, both(present, implied(test, true))),
        ...inside(whenFalse, both(present, implied(test, false))),
      ]
    }
    case 'has': {
      const holder = contextPath(expression.of)
      if (holder === undefined) return inside(expression.of)
      const before = holder.length === 0 ? [] : inside(expression.of)
      return [...before, { path: [...holder, ...expression.path], use: 'ask', present }]
    }
    case 'attribute':
    case 'like':
      return inside(expression.of)
    case 'is':
      return [
        ...inside(expression.of),
        ...(expression.within === undefined ? [] : inside(expression.within)),
      ]
    case 'set':
      return expression.items.flatMap((item) => inside(item))
    case 'record':
      return [...expression.members.values()].flatMap((member) => inside(member))
    case 'unary':
      return inside(expression.operand)
    case 'binary':
      return [...inside(expression.left), ...inside(expression.right)]
  }
}

/** Paths that are present whenever the expression comes to `outcome`. */
function implied(expression: Expression, outcome: boolean): ReadonlySet<string> {
  switch (expression.kind) {
    case 'has': {
      const holder = contextPath(expression.of)
      if (!outcome || holder === undefined) return NONE
      const whole = [...holder, ...expression.path]
      return new Set(
        expression.path.map((_, index) => pathKey(whole.slice(0, holder.length + index + 1))),
      )
    }
    case 'unary':
      return expression.operator === '!' ? implied(expression.operand, !outcome) : NONE
    case 'and':
    case 'or': {
      const [left, right] = [implied(expression.left, outcome), implied(expression.right, outcome)]
      return (expression.kind === 'and') === outcome ? both(left, right) : common(left, right)
    }
    case 'if': {
      const { test, whenTrue, whenFalse } = expression
      const [then, otherwise] = [implied(whenTrue, outcome), implied(whenFalse, outcome)]
      // A branch that cannot come to the outcome leaves the other one.
      if (isNever(whenFalse, outcome)) return both(implied(test, true), then)
      if (isNever(whenTrue, outcome)) return both(implied(test, false), otherwise)
      return common(then, otherwise)
    }
    default:
      return NONE
  }
}

function isNever(expression: Expression, outcome: boolean): boolean {
  return expression.kind === 'literal' && expression.value !== outcome
}

function both(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  if (right.size === 0) return left
  return left.size === 0 ? right : new Set([...left, ...right])
}

function common(left: ReadonlySet<string>, right: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...left].filter((key) => right.has(key)))
}
