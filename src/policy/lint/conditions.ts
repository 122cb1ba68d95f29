import { type Approximation, approximate } from '../language/approximate.ts'
import type { Environment } from '../language/environment.ts'
import { children, type Expression, type Variable } from '../language/expression.ts'
import { printExpression } from '../language/print.ts'
import type { Rule } from '../language/read-policy.ts'
import { entity, recordOf, type Value } from '../language/value.ts'
import { ARGUMENT_MEMBERS } from '../vocabulary.ts'

/** The conditions of a rule that all must hold: `a && b` counts as two. */
export function conjuncts({ conditions }: Rule): readonly Expression[] {
  return conditions.flatMap(split)
}

function split(expression: Expression): readonly Expression[] {
  if (expression.kind !== 'and') return [expression]
  return [...split(expression.left), ...split(expression.right)]
}

/** Each conjunct as Cedar text. */
export function conjunctTexts(rule: Rule): ReadonlySet<string> {
  return new Set(conjuncts(rule).map(printExpression))
}

/** Whether anything in the conditions of a rule is so. */
export function anywhere({ conditions }: Rule, is: (expression: Expression) => boolean): boolean {
  const within = (expression: Expression): boolean =>
    is(expression) || children(expression).some(within)
  return conditions.some(within)
}

/** Every expression in the conditions of a rule that is so. */
export function everywhere(
  { conditions }: Rule,
  is: (expression: Expression) => boolean,
): readonly Expression[] {
  const within = (expression: Expression): readonly Expression[] => [
    ...(is(expression) ? [expression] : []),
    ...children(expression).flatMap(within),
  ]
  return conditions.flatMap(within)
}

/** Whether an expression reads or asks for a member of a variable. */
export function isMember(expression: Expression, variable: Variable, name: string): boolean {
  if (expression.kind !== 'attribute' && expression.kind !== 'has') return false
  if (expression.of.kind !== 'variable' || expression.of.name !== variable) return false
  return (expression.kind === 'attribute' ? expression.name : expression.path[0]) === name
}

/** Whether a rule says which tools it is about: in its scope, or by comparing name or server. */
export function isPinned(rule: Rule): boolean {
  const { resource } = rule
  if (resource.kind === 'equal' || resource.kind === 'within') return true
  if (resource.kind === 'type' && resource.within !== undefined) return true
  return anywhere(rule, (part) => isMember(part, 'resource', 'server') || namesTarget(part))
}

/** Whether a rule says exactly which tools it is about. */
export function namesTools(rule: Rule): boolean {
  return rule.resource.kind === 'equal' || anywhere(rule, namesTarget)
}

function namesTarget(part: Expression): boolean {
  if (isMember(part, 'resource', 'name')) return true
  const isTarget = (side: Expression): boolean =>
    side.kind === 'variable' && side.name === 'resource'
  if (part.kind !== 'binary') return false
  return isTarget(part.left) || isTarget(part.right)
}

/** Members of the context that hang on the call itself, its past or a human. */
const OF_THE_CALL = [...ARGUMENT_MEMBERS, 'approval']

export function looksAtCall(rule: Rule): boolean {
  return anywhere(rule, (part) => OF_THE_CALL.some((name) => isMember(part, 'context', name)))
}

/** Whether a rule asks what was read before, or where values came from. */
export function looksAtFlow(rule: Rule): boolean {
  return anywhere(
    rule,
    (part) => isMember(part, 'context', 'flow') || isMember(part, 'context', 'provenance'),
  )
}

const UNKNOWN: ReadonlySet<string> = new Set(['?'])
const SOMETHING: Expression = {
  kind: 'attribute',
  of: { kind: 'variable', name: 'context' },
  name: '?',
}
const NOWHERE: Environment = {
  principal: entity('User', ''),
  action: entity('Action', ''),
  resource: entity('Tool', ''),
  context: recordOf(new Map()),
  lookup: () => undefined,
}

/**
 * Whether some request may satisfy the conditions of a rule, with these attributes of the resource
 * and anything else unknown. False is certain.
 */
export function mayHold(rule: Rule, attributes: Readonly<Record<string, Value>> = {}): boolean {
  const whole = rule.conditions.reduce<Expression>(
    (left, right) => ({ kind: 'and', left, right }),
    { kind: 'literal', value: true },
  )
  const ends: Approximation = approximate(suppose(whole, attributes), UNKNOWN)
  return ends(NOWHERE).true
}

/** Puts what is supposed in place of what is read, and something unknown in place of the rest. */
function suppose(expression: Expression, attributes: Readonly<Record<string, Value>>): Expression {
  const inside = (part: Expression): Expression => suppose(part, attributes)
  switch (expression.kind) {
    case 'literal':
      return expression
    case 'variable':
      return SOMETHING
    case 'attribute': {
      const { of, name } = expression
      const known = of.kind === 'variable' && of.name === 'resource' ? attributes[name] : undefined
      return known === undefined
        ? { kind: 'attribute', of: inside(of), name }
        : { kind: 'literal', value: known }
    }
    case 'and':
    case 'or':
    case 'binary':
      return { ...expression, left: inside(expression.left), right: inside(expression.right) }
    case 'if': {
      const { test, whenTrue, whenFalse } = expression
      return {
        kind: 'if',
        test: inside(test),
        whenTrue: inside(whenTrue),
        whenFalse: inside(whenFalse),
      }
    }
    case 'unary':
      return { ...expression, operand: inside(expression.operand) }
    case 'has':
    case 'like':
      return { ...expression, of: inside(expression.of) }
    case 'is':
      return {
        ...expression,
        of: inside(expression.of),
        within: expression.within && inside(expression.within),
      }
    case 'set':
      return { kind: 'set', items: expression.items.map(inside) }
    case 'record': {
      const members = [...expression.members].map(([name, part]) => [name, inside(part)] as const)
      return { kind: 'record', members: new Map(members) }
    }
  }
}
