import { children, type Expression } from '../language/expression.ts'
import type { Rule } from '../language/read-policy.ts'
import { anywhere, isMember } from './conditions.ts'
import type { LintRule } from './finding.ts'

/** `context.client` is what a program says of itself: any program can say it. */
export const clientClaim: LintRule = {
  id: 'client-claim',
  severity: 'warning',
  about: 'a policy that lets pass by `context.client`: a claim that any program can make',
  fix: 'decide by principal, or by `context.authorization.client`, which the token says',
  check: ({ set }) =>
    set.policies
      .filter(({ rule }) => letsPass(rule))
      .map((policy) => ({
        policy,
        token: 'client',
        message: `${policy.rule.effect === 'permit' ? 'permits' : 'spares'} by what the client says of itself`,
      })),
}

/** A permit that reads a claim, or a forbid that one lifts. A forbid that one brings about is a hurdle. */
function letsPass(rule: Rule): boolean {
  return rule.effect === 'permit'
    ? anywhere(rule, isClaim)
    : rule.conditions.some((condition) => lifts(condition, false))
}

function isClaim(expression: Expression): boolean {
  return isMember(expression, 'context', 'client')
}

/** Whether a claim is read where it keeps the rule from holding: a `!` or a `!=` turns that around. */
function lifts(expression: Expression, lifting: boolean): boolean {
  if (isClaim(expression)) return lifting
  // Of what follows from a test, either branch may be the one that holds.
  if (expression.kind === 'if' && anywhereIn(expression.test)) return true
  const turns =
    (expression.kind === 'unary' && expression.operator === '!') ||
    (expression.kind === 'binary' && expression.operator === '!=')
  return children(expression).some((part) => lifts(part, turns ? !lifting : lifting))
}

function anywhereIn(expression: Expression): boolean {
  return isClaim(expression) || children(expression).some(anywhereIn)
}
