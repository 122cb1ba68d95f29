import type { AccessRequest } from '../../kernel/access.ts'
import { NO_FACTS } from '../../kernel/facts.ts'
import { OPERATOR_AUTHORIZATION, type SubjectId } from '../../kernel/subject.ts'
import { compile } from '../language/compile.ts'
import { compileRule } from '../language/compile-policy.ts'
import type { Environment } from '../language/environment.ts'
import { children, type Expression } from '../language/expression.ts'
import type { Rule } from '../language/read-policy.ts'
import { requestEnvironment } from '../request-environment.ts'
import type { ToolDefinition } from './definitions.ts'

/** The environment of calls to one tool: only what hangs on the tool is what it will be. */
export function toolEnvironment({ server, name, classification, of }: ToolDefinition): Environment {
  const request: AccessRequest = {
    subject: { kind: 'user', id: '' as SubjectId, via: 'operator', groups: [], actors: [] },
    authorization: OPERATOR_AUTHORIZATION,
    client: { name: '', version: '' },
    action: 'call',
    target: { kind: 'tool', server, name, classification, ...(of === undefined ? {} : { of }) },
    arguments: {},
    facts: NO_FACTS,
    rate: {},
    time: 0,
  }
  return requestEnvironment(request, { guards: [] })
}

/** What a rule asks of calls to one tool; undefined when it is about other tools. */
export type Specialised = (environment: Environment) => Expression | undefined

/** Prepares a rule to be asked about tools, with all that hangs on the tool alone answered. */
export function specialised(rule: Rule): Specialised {
  const scope = compileRule({ ...rule, principal: { kind: 'all' }, conditions: [] }, new Set())
  const whole = rule.conditions.reduce<Expression>(
    (left, right) => ({ kind: 'and', left, right }),
    TRUE,
  )
  return (environment) => {
    if (!scope.applies(environment)) return undefined
    const answered = answer(whole, environment)
    return isLiteral(answered, false) ? undefined : answered
  }
}

const TRUE: Expression = { kind: 'literal', value: true }

/** Answers every condition that reads nothing but the target and the action, and what follows from it. */
function answer(expression: Expression, environment: Environment): Expression {
  if (expression.kind === 'literal') return expression
  if (readsOnlyTarget(expression)) return evaluated(expression, environment)
  const inside = (part: Expression): Expression => answer(part, environment)
  switch (expression.kind) {
    case 'and':
      return joined(inside(expression.left), inside(expression.right), 'and')
    case 'or':
      return joined(inside(expression.left), inside(expression.right), 'or')
    case 'if': {
      const test = inside(expression.test)
      if (isLiteral(test, true)) return inside(expression.whenTrue)
      if (isLiteral(test, false)) return inside(expression.whenFalse)
      const [whenTrue, whenFalse] = [inside(expression.whenTrue), inside(expression.whenFalse)]
      return { kind: 'if', test, whenTrue, whenFalse }
    }
    case 'unary': {
      if (expression.operator !== '!') return expression
      const operand = inside(expression.operand)
      if (operand.kind !== 'literal') return { ...expression, operand }
      return { kind: 'literal', value: operand.value === false }
    }
    default:
      return expression
  }
}

function joined(left: Expression, right: Expression, kind: 'and' | 'or'): Expression {
  const ends = kind === 'or'
  if (isLiteral(left, ends)) return left
  if (isLiteral(left, !ends)) return right
  if (isLiteral(right, !ends)) return left
  return { kind, left, right }
}

function isLiteral(expression: Expression, value: boolean): boolean {
  return expression.kind === 'literal' && expression.value === value
}

function evaluated(expression: Expression, environment: Environment): Expression {
  try {
    const value = compile(expression)(environment)
    return typeof value === 'boolean' ? { kind: 'literal', value } : expression
  } catch {
    // It faults for every call to the tool: Cedar's validator says why.
    return expression
  }
}

function readsOnlyTarget(expression: Expression): boolean {
  if (expression.kind === 'variable') {
    return expression.name === 'resource' || expression.name === 'action'
  }
  return children(expression).every(readsOnlyTarget)
}
