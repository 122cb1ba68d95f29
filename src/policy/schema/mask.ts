import { children, type Expression } from '../language/expression.ts'
import { CONSTRUCTORS } from '../language/operators.ts'
import { ANY_BOOLEAN } from './cedar-schema.ts'
import { contextPath, resolve } from './context-type.ts'
import { hidesOpaque, type RecordType } from './value-type.ts'

const ANY: Expression = {
  kind: 'attribute',
  of: { kind: 'variable', name: 'context' },
  name: ANY_BOOLEAN,
}

/**
 * Puts "true or false" in place of every condition that Cedar's validator cannot judge: one that
 * reads what has no known type, and what only its strict mode refuses (empty sets, constructors of
 * something else than a literal). The rest keeps its form, so that what is wrong in it is found.
 */
export function maskOpaque(expression: Expression, context: RecordType): Expression {
  const inside = (part: Expression): Expression => maskOpaque(part, context)
  switch (expression.kind) {
    case 'and':
    case 'or':
      return { ...expression, left: inside(expression.left), right: inside(expression.right) }
    case 'unary':
      if (expression.operator !== '!') break
      return { ...expression, operand: inside(expression.operand) }
    case 'if': {
      const { test, whenTrue, whenFalse } = expression
      if (!isCondition(whenTrue) || !isCondition(whenFalse)) break
      return {
        kind: 'if',
        test: inside(test),
        whenTrue: inside(whenTrue),
        whenFalse: inside(whenFalse),
      }
    }
    default:
  }
  return isUnknown(expression, context) ? ANY : expression
}

/** Only what is a condition by its form may stand where "true or false" is put. */
function isCondition(expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
    case 'or':
    case 'has':
    case 'like':
    case 'is':
      return true
    case 'literal':
      return typeof expression.value === 'boolean'
    case 'unary':
      return expression.operator === '!'
    case 'binary':
      return !['+', '-', '*', 'getTag', 'offset', 'durationSince'].includes(expression.operator)
    case 'if':
      return isCondition(expression.whenTrue) && isCondition(expression.whenFalse)
    default:
      return false
  }
}

function isUnknown(expression: Expression, context: RecordType): boolean {
  const path = contextPath(expression)
  if (path !== undefined) return isUnknownPath(path, context)
  switch (expression.kind) {
    case 'has': {
      const holder = contextPath(expression.of)
      if (holder === undefined) return isUnknown(expression.of, context)
      const found = resolve(context, [...holder, ...expression.path])
      return found.kind !== 'found'
    }
    case 'set':
      if (expression.items.length === 0) return true
      break
    case 'literal': {
      const { value } = expression
      return typeof value === 'object' && value.kind === 'set' && isEmptySet(value)
    }
    case 'unary':
      if (CONSTRUCTORS.has(expression.operator)) return true
      break
    default:
  }
  return children(expression).some((part) => isUnknown(part, context))
}

function isEmptySet(set: {
  readonly plain: { readonly size: number }
  readonly compound: { readonly size: number }
}): boolean {
  return set.plain.size + set.compound.size === 0
}

function isUnknownPath(path: readonly string[], context: RecordType): boolean {
  const found = resolve(context, path)
  return found.kind !== 'found' || hidesOpaque(found.type)
}
