import type { Expression } from './expression.ts'
import { escaped, isIdentifier, printValue, quoted } from './print-value.ts'
import type { Constraint, Rule } from './read-policy.ts'

/** How tightly a form binds: what binds less than its place asks for stands in parentheses. */
const ANY = 0
const OR = 1
const AND = 2
const RELATION = 3
const SUM = 4
const PRODUCT = 5
const UNARY = 6
const MEMBER = 7

interface Printed {
  readonly text: string
  readonly binds: number
}

const INFIX: ReadonlyMap<string, number> = new Map([
  ...['==', '!=', '<', '<=', '>', '>=', 'in'].map((operator) => [operator, RELATION] as const),
  ['+', SUM],
  ['-', SUM],
  ['*', PRODUCT],
])
const FUNCTIONS: ReadonlySet<string> = new Set(['decimal', 'ip', 'datetime', 'duration'])

/**
 * The Cedar text of an expression. Cedar's parser reads it back as the same expression; constants
 * such as `ip("…")` are written in their shortest form.
 */
export function printExpression(expression: Expression): string {
  return print(expression).text
}

/** The Cedar text of a rule, conditions each on a line of their own; `unless` becomes `when { !… }`. */
export function printRule(rule: Rule): string {
  const scope = [
    printConstraint('principal', rule.principal),
    printConstraint('action', rule.action),
    printConstraint('resource', rule.resource),
  ]
  const conditions = rule.conditions.map((one) => `\nwhen { ${printExpression(one)} }`)
  return `${rule.effect} (${scope.join(', ')})${conditions.join('')};`
}

/** The Cedar text of one part of a scope. */
export function printConstraint(
  variable: 'principal' | 'action' | 'resource',
  constraint: Constraint,
): string {
  switch (constraint.kind) {
    case 'all':
      return variable
    case 'equal':
      return `${variable} == ${printValue(constraint.entity)}`
    case 'within': {
      const entities = constraint.anyOf.map(printValue)
      const [only] = entities
      // Only the scope of an action may hold a list.
      const list = variable === 'action' || only === undefined ? `[${entities.join(', ')}]` : only
      return `${variable} in ${list}`
    }
    case 'type': {
      const within = constraint.within === undefined ? '' : ` in ${printValue(constraint.within)}`
      return `${variable} is ${constraint.type}${within}`
    }
  }
}

function print(expression: Expression): Printed {
  switch (expression.kind) {
    case 'literal':
      return printLiteral(printValue(expression.value))
    case 'variable':
      return { text: expression.name, binds: MEMBER }
    case 'and':
      return infix('&&', AND, expression.left, expression.right)
    case 'or':
      return infix('||', OR, expression.left, expression.right)
    case 'if': {
      const { test, whenTrue, whenFalse } = expression
      const [first, second, third] = [test, whenTrue, whenFalse].map(printExpression)
      return { text: `if ${first} then ${second} else ${third}`, binds: ANY }
    }
    case 'attribute':
      return {
        text: `${inside(expression.of, MEMBER)}${accessText(expression.name)}`,
        binds: MEMBER,
      }
    case 'has':
      return { text: `${inside(expression.of, SUM)} has ${pathText(expression)}`, binds: RELATION }
    case 'like':
      return {
        text: `${inside(expression.of, SUM)} like "${patternText(expression.pattern)}"`,
        binds: RELATION,
      }
    case 'is': {
      const within = expression.within === undefined ? '' : ` in ${inside(expression.within, SUM)}`
      return {
        text: `${inside(expression.of, SUM)} is ${expression.type}${within}`,
        binds: RELATION,
      }
    }
    case 'set':
      return { text: `[${expression.items.map(printExpression).join(', ')}]`, binds: MEMBER }
    case 'record': {
      const members = [...expression.members].map(
        ([name, member]) => `${quoted(name)}: ${printExpression(member)}`,
      )
      return { text: `{${members.join(', ')}}`, binds: MEMBER }
    }
    case 'unary':
      return printUnary(expression)
    case 'binary':
      return printBinary(expression)
  }
}

/** `-1` is a literal of its own, which no operator and no call may stand next to. */
function printLiteral(text: string): Printed {
  return { text, binds: /^-/.test(text) ? UNARY : MEMBER }
}

function printUnary({
  operator,
  operand,
}: Extract<Expression, { readonly kind: 'unary' }>): Printed {
  if (operator === '!') return { text: `!${inside(operand, MEMBER)}`, binds: UNARY }
  if (operator === 'neg') {
    // Without parentheses Cedar would read `-1` as one literal.
    const text =
      operand.kind === 'literal' ? `(${printExpression(operand)})` : inside(operand, MEMBER)
    return { text: `-${text}`, binds: UNARY }
  }
  if (FUNCTIONS.has(operator)) {
    return { text: `${operator}(${printExpression(operand)})`, binds: MEMBER }
  }
  return { text: `${inside(operand, MEMBER)}.${operator}()`, binds: MEMBER }
}

function printBinary({
  operator,
  left,
  right,
}: Extract<Expression, { readonly kind: 'binary' }>): Printed {
  const binds = INFIX.get(operator)
  if (binds !== undefined) return infix(operator, binds, left, right)
  return {
    text: `${inside(left, MEMBER)}.${operator}(${printExpression(right)})`,
    binds: MEMBER,
  }
}

/** Cedar groups to the left; relations do not chain at all. */
function infix(operator: string, binds: number, left: Expression, right: Expression): Printed {
  const before = inside(left, binds === RELATION ? SUM : binds)
  return { text: `${before} ${operator} ${inside(right, binds + 1)}`, binds }
}

function inside(expression: Expression, needed: number): string {
  const { text, binds } = print(expression)
  return binds < needed ? `(${text})` : text
}

function accessText(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${quoted(name)}]`
}

function pathText({ path }: Extract<Expression, { readonly kind: 'has' }>): string {
  const [only = ''] = path
  return path.length > 1 || isIdentifier(only) ? path.join('.') : quoted(only)
}

function patternText(pattern: readonly string[]): string {
  return pattern.map((part) => escaped(part).replaceAll('*', String.raw`\*`)).join('*')
}
