import { type Approximation, approximate, type Ends } from './approximate.ts'
import { compile } from './compile.ts'
import { type Environment, isWithin } from './environment.ts'
import type { Expression } from './expression.ts'
import { boolean } from './operators.ts'
import type { Constraint, Rule } from './read-policy.ts'
import type { Entity } from './value.ts'

/** A policy ready to run. */
export interface CompiledRule {
  /** Whether the policy is satisfied. @throws {Fault} where Cedar reports an evaluation error. */
  applies(environment: Environment): boolean
  /** The ways in which `applies` may end, whatever the unknown members of `context` are. */
  mayApply: Approximation
}

const NEVER: Ends = { true: false, false: true, fault: false }

/** Compiles scope and conditions. `unknown` names the members of `context` that `mayApply` does not know. */
export function compileRule(rule: Rule, unknown: ReadonlySet<string>): CompiledRule {
  const scope = [
    inScope(rule.principal, ({ principal }) => principal),
    inScope(rule.action, ({ action }) => action),
    inScope(rule.resource, ({ resource }) => resource),
  ].filter((test) => test !== undefined)
  const conditions = rule.conditions.map(compile)
  const mayHold = approximate(conjunction(rule.conditions), unknown)
  const matches = (environment: Environment): boolean => scope.every((test) => test(environment))
  return {
    applies: (environment) =>
      matches(environment) && conditions.every((holds) => boolean(holds(environment))),
    mayApply: (environment) => (matches(environment) ? mayHold(environment) : NEVER),
  }
}

function conjunction(conditions: readonly Expression[]): Expression {
  const [first, ...others] = conditions
  if (first === undefined) return { kind: 'literal', value: true }
  return others.reduce((left, right) => ({ kind: 'and', left, right }), first)
}

function inScope(
  constraint: Constraint,
  pick: (environment: Environment) => Entity,
): ((environment: Environment) => boolean) | undefined {
  switch (constraint.kind) {
    case 'all':
      return undefined
    case 'equal': {
      const { key } = constraint.entity
      return (environment) => pick(environment).key === key
    }
    case 'within': {
      const { anyOf } = constraint
      return (environment) => anyOf.some((above) => isWithin(environment, pick(environment), above))
    }
    case 'type': {
      const { type, within } = constraint
      return (environment) =>
        pick(environment).type === type &&
        (within === undefined || isWithin(environment, pick(environment), within))
    }
  }
}
