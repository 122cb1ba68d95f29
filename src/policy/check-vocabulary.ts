import { children, type Expression } from './language/expression.ts'
import { CONSTRUCTORS } from './language/operators.ts'
import type { Constraint, Rule } from './language/read-policy.ts'
import type { Entity, Value } from './language/value.ts'
import { didYouMean } from './nearest.ts'
import type { TokenProblem } from './problem.ts'
import {
  ACTIONS,
  ENTITY_TYPES,
  PRINCIPAL_TYPES,
  RESOURCE_TYPES,
  SHAPES,
  type Shape,
} from './vocabulary.ts'

/**
 * Finds what a policy names and the entity model does not hold. Cedar would let such a policy
 * never apply: a `forbid` with a typing error would protect nothing.
 */
export function checkVocabulary(rule: Rule): readonly TokenProblem[] {
  return [
    ...checkScope(
      'principal',
      rule.principal,
      PRINCIPAL_TYPES,
      new Set([...PRINCIPAL_TYPES, 'Group']),
    ),
    ...checkScope('action', rule.action, new Set(['Action']), new Set(['Action'])),
    ...checkScope(
      'resource',
      rule.resource,
      RESOURCE_TYPES,
      new Set([...RESOURCE_TYPES, 'Server']),
    ),
    ...checkMatch(rule),
    ...rule.conditions.flatMap(checkExpression),
  ]
}

function checkScope(
  variable: string,
  constraint: Constraint,
  types: ReadonlySet<string>,
  containers: ReadonlySet<string>,
): readonly TokenProblem[] {
  switch (constraint.kind) {
    case 'all':
      return []
    case 'equal':
      return checkPlace(variable, constraint.entity, types)
    case 'within':
      if (constraint.anyOf.length === 0) return [problem('[]', 'an empty list never matches')]
      return constraint.anyOf.flatMap((above) => checkPlace(variable, above, containers))
    case 'type':
      return [
        ...(types.has(constraint.type) ? [] : [wrongType(variable, constraint.type, types)]),
        ...(constraint.within ? checkPlace(variable, constraint.within, containers) : []),
      ]
  }
}

function checkPlace(
  variable: string,
  entity: Entity,
  types: ReadonlySet<string>,
): readonly TokenProblem[] {
  return types.has(entity.type) ? checkEntity(entity) : [wrongType(variable, entity.type, types)]
}

function wrongType(variable: string, type: string, types: ReadonlySet<string>): TokenProblem {
  const allowed = [...types].map((name) => `\`${name}\``).join(', ')
  const hint = didYouMean(type, types)
  return problem(type, `\`${type}\` cannot be the ${variable}: use one of ${allowed}${hint}`)
}

/** A scope whose action and resource exclude each other never applies. */
function checkMatch({ action, resource }: Rule): readonly TokenProblem[] {
  const type = typeOfScope(resource)
  const actions = action.kind === 'equal' ? [action.entity] : entitiesWithin(action)
  if (type === undefined || actions.length === 0) return []
  if (actions.some(({ id }) => ACTIONS.get(id)?.has(type) !== false)) return []
  const ids = actions.map(({ id }) => `\`${id}\``).join(', ')
  return [problem(type, `the action ${ids} is never done to a \`${type}\``)]
}

function typeOfScope(constraint: Constraint): string | undefined {
  if (constraint.kind === 'type') return constraint.type
  const [only, ...others] =
    constraint.kind === 'equal' ? [constraint.entity] : entitiesWithin(constraint)
  return others.length === 0 && only?.type !== 'Server' ? only?.type : undefined
}

function entitiesWithin(constraint: Constraint): readonly Entity[] {
  return constraint.kind === 'within' ? constraint.anyOf : []
}

function checkExpression(expression: Expression): readonly TokenProblem[] {
  return [...checkHere(expression), ...children(expression).flatMap(checkExpression)]
}

function checkHere(expression: Expression): readonly TokenProblem[] {
  switch (expression.kind) {
    case 'literal':
      return entitiesIn(expression.value).flatMap(checkEntity)
    case 'is':
      return ENTITY_TYPES.has(expression.type) ? [] : [unknownType(expression.type)]
    case 'attribute':
      return checkMembers(shapeOf(expression.of), [expression.name])
    case 'has':
      return checkMembers(shapeOf(expression.of), expression.path)
    case 'unary':
      if (!CONSTRUCTORS.has(expression.operator) || expression.operand.kind !== 'literal') return []
      return [problem(expression.operator, `\`${expression.operator}(…)\` here can never be made`)]
    case 'binary':
      return [
        ...checkWords(shapeOf(expression.left), expression.right),
        ...checkWords(shapeOf(expression.right), expression.left),
        ...checkContainer(expression),
      ]
    default:
      return []
  }
}

/** Who is in a group is not the group: such a comparison never holds. */
function checkContainer({
  operator,
  left,
  right,
}: Extract<Expression, { readonly kind: 'binary' }>): readonly TokenProblem[] {
  if (operator !== '==' && operator !== '!=') return []
  const [variable, other] = left.kind === 'variable' ? [left, right] : [right, left]
  if (variable.kind !== 'variable' || other.kind !== 'literal') return []
  const types = entitiesIn(other.value).map(({ type }) => type)
  const container = types.find((type) => type === CONTAINER[variable.name])
  if (container === undefined) return []
  const message = `the ${variable.name} is never a \`${container}\`: ask whether it is \`in\` it`
  return [problem(container, message)]
}

const CONTAINER: Readonly<Record<string, string>> = { principal: 'Group', resource: 'Server' }

function checkEntity({ type, id }: Entity): readonly TokenProblem[] {
  if (!ENTITY_TYPES.has(type)) return [unknownType(type)]
  if (type === 'Action' && !ACTIONS.has(id)) {
    return [problem(`"${id}"`, `the action \`${id}\` is unknown${didYouMean(id, ACTIONS.keys())}`)]
  }
  if (RESOURCE_TYPES.has(type) && !/^[^:]+:./s.test(id)) {
    return [problem(`"${id}"`, `\`${type}::"${id}"\` needs its server: \`${type}::"server:name"\``)]
  }
  if (type === 'Group' && id === '') return [problem('""', 'a group has a name')]
  if (type === 'Server' && /^$|:/.test(id)) {
    return [problem(`"${id}"`, `\`${id}\` cannot be the name of a server`)]
  }
  return []
}

function unknownType(type: string): TokenProblem {
  return problem(type, `the entity type \`${type}\` is unknown${didYouMean(type, ENTITY_TYPES)}`)
}

function entitiesIn(value: Value): readonly Entity[] {
  if (typeof value !== 'object') return []
  if (value.kind === 'entity') return [value]
  return value.kind === 'set' ? [...value.compound.values()].flatMap(entitiesIn) : []
}

/** What is known of the value of an expression: only paths from a variable are. */
function shapeOf(expression: Expression): Shape {
  if (expression.kind === 'variable') return SHAPES[expression.name]
  if (expression.kind !== 'attribute') return 'open'
  return memberOf(shapeOf(expression.of), expression.name)
}

function memberOf(shape: Shape, name: string): Shape {
  if (shape === 'open' || isWords(shape)) return 'open'
  return (Object.hasOwn(shape, name) ? shape[name] : shape['*']) ?? 'open'
}

function isWords(shape: Shape): shape is readonly string[] {
  return Array.isArray(shape)
}

function checkMembers(shape: Shape, path: readonly string[]): readonly TokenProblem[] {
  const [name, ...rest] = path
  if (name === undefined || shape === 'open' || isWords(shape)) return []
  if (Object.hasOwn(shape, name) || Object.hasOwn(shape, '*')) {
    return checkMembers(memberOf(shape, name), rest)
  }
  const hint = didYouMean(name, Object.keys(shape))
  return [problem(name, `there is no attribute \`${name}\` here${hint}`)]
}

/** A word that an attribute can never be makes a comparison that never holds. */
function checkWords(shape: Shape, other: Expression): readonly TokenProblem[] {
  if (!isWords(shape) || other.kind !== 'literal') return []
  return wordsIn(other.value)
    .filter((word) => !shape.includes(word))
    .map((word) =>
      problem(`"${word}"`, `\`${word}\` is never a value here${didYouMean(word, shape)}`),
    )
}

function wordsIn(value: Value): readonly string[] {
  if (typeof value === 'string') return [value]
  if (typeof value !== 'object' || value.kind !== 'set') return []
  return [...value.plain].filter((member) => typeof member === 'string')
}

function problem(token: string, message: string): TokenProblem {
  return { token, message }
}
