import type { Environment } from './environment.ts'
import type { Expression } from './expression.ts'
import { fault } from './fault.ts'
import { likePattern } from './like.ts'
import { BINARY, boolean, entityOf, mismatch, string, UNARY } from './operators.ts'
import { type RecordValue, recordOf, setOf, type Value } from './value.ts'

/** Gives the value of an expression. @throws {Fault} where Cedar reports an evaluation error. */
export type Evaluator = (environment: Environment) => Value

/** Compiles an expression into a closure: Cedar's evaluation order, short circuits and errors. */
export function compile(expression: Expression): Evaluator {
  switch (expression.kind) {
    case 'literal': {
      const { value } = expression
      return () => value
    }
    case 'variable': {
      const { name } = expression
      return (environment) => environment[name]
    }
    case 'and': {
      const [left, right] = [compile(expression.left), compile(expression.right)]
      return (environment) => boolean(left(environment)) && boolean(right(environment))
    }
    case 'or': {
      const [left, right] = [compile(expression.left), compile(expression.right)]
      return (environment) => boolean(left(environment)) || boolean(right(environment))
    }
    case 'if': {
      const [test, then] = [compile(expression.test), compile(expression.whenTrue)]
      const otherwise = compile(expression.whenFalse)
      return (environment) => (boolean(test(environment)) ? then : otherwise)(environment)
    }
    case 'attribute': {
      const [of, { name }] = [compile(expression.of), expression]
      return (environment) => attribute(of(environment), name, environment)
    }
    case 'has': {
      const [of, { path }] = [compile(expression.of), expression]
      return (environment) => has(of(environment), path, environment)
    }
    case 'like': {
      const [of, matches] = [compile(expression.of), likePattern(expression.pattern)]
      return (environment) => matches(string(of(environment)))
    }
    case 'is':
      return compileIs(expression)
    case 'set': {
      const items = expression.items.map(compile)
      return (environment) => setOf(items.map((item) => item(environment)))
    }
    case 'record':
      return compileRecord(expression.members)
    case 'unary': {
      const [operator, operand] = [UNARY.get(expression.operator), compile(expression.operand)]
      if (operator === undefined) return unknownOperator(expression.operator)
      return (environment) => operator(operand(environment))
    }
    case 'binary': {
      const operator = BINARY.get(expression.operator)
      const [left, right] = [compile(expression.left), compile(expression.right)]
      if (operator === undefined) return unknownOperator(expression.operator)
      return (environment) => operator(left(environment), right(environment), environment)
    }
  }
}

function unknownOperator(name: string): never {
  throw new TypeError(`unknown operator \`${name}\``)
}

function compileIs({ of, type, within }: Extract<Expression, { readonly kind: 'is' }>): Evaluator {
  const [left, operator] = [compile(of), BINARY.get('in')]
  const isType = (environment: Environment): boolean => entityOf(left(environment)).type === type
  if (within === undefined || operator === undefined) return isType
  const right = compile(within)
  return (environment) =>
    isType(environment) && operator(left(environment), right(environment), environment)
}

function compileRecord(expressions: ReadonlyMap<string, Expression>): Evaluator {
  const members = [...expressions].map(([name, member]) => [name, compile(member)] as const)
  return (environment) =>
    recordOf(new Map(members.map(([name, member]) => [name, member(environment)])))
}

function attribute(value: Value, name: string, environment: Environment): Value {
  const holder = members(value, environment) ?? fault('an entity does not exist')
  return holder.member(name) ?? fault(`the attribute \`${name}\` is absent`)
}

/** `a has b.c` is `a has b && a.b has c`. */
function has(value: Value, path: readonly string[], environment: Environment): boolean {
  let holder: Value = value
  for (const [index, name] of path.entries()) {
    if (members(holder, environment)?.has(name) !== true) return false
    if (index < path.length - 1) holder = attribute(holder, name, environment)
  }
  return true
}

function members(value: Value, environment: Environment): RecordValue | undefined {
  if (typeof value === 'object') {
    if (value.kind === 'record') return value
    if (value.kind === 'entity') return environment.lookup(value)?.attributes
  }
  return mismatch('a record or an entity', value)
}
