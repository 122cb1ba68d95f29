import type { Expression } from '../language/expression.ts'
import { printExpression } from '../language/print.ts'
import type { Rule } from '../language/read-policy.ts'
import { equal, type Value } from '../language/value.ts'
import type { Policy } from '../load-policy.ts'
import type { ToolDefinition } from '../schema/definitions.ts'
import { specialised, toolEnvironment } from '../schema/target.ts'
import { conjuncts, conjunctTexts, mayHold } from './conditions.ts'
import type { LintRule } from './finding.ts'
import { mayBeCall } from './scope.ts'

export const neverApplies: LintRule = {
  id: 'never-applies',
  severity: 'warning',
  about: 'a policy whose conditions contradict themselves, or that is about no tool that there is',
  fix: 'correct the condition, or remove the policy',
  check: ({ set, tools }) =>
    set.policies.flatMap((policy) => {
      const message = contradiction(policy) ?? (tools && withoutTool(policy, tools))
      return message === undefined ? [] : [{ policy, message }]
    }),
}

function contradiction({ rule }: Policy): string | undefined {
  if (!mayHold(rule)) return 'can never apply: its conditions are false whatever the request is'
  const texts = conjunctTexts(rule)
  const negated = [...texts].find((text) => texts.has(`!(${text})`) || texts.has(`!${text}`))
  if (negated !== undefined)
    return `can never apply: it asks for \`${negated}\` and for the opposite`
  return twoValues(rule)
}

/** `x == 1 && x == 2`. */
function twoValues(rule: Rule): string | undefined {
  const wanted = new Map<string, Value>()
  for (const { of, value } of conjuncts(rule).flatMap(comparison)) {
    const before = wanted.get(of)
    if (before !== undefined && !equal(before, value)) {
      return `can never apply: \`${of}\` cannot have two values`
    }
    wanted.set(of, value)
  }
  return undefined
}

function comparison(
  expression: Expression,
): readonly { readonly of: string; readonly value: Value }[] {
  if (expression.kind !== 'binary' || expression.operator !== '==') return []
  const { left, right } = expression
  if (right.kind === 'literal') return [{ of: printExpression(left), value: right.value }]
  return left.kind === 'literal' ? [{ of: printExpression(right), value: left.value }] : []
}

/** What is also about resources or prompts is not judged by tools. */
function withoutTool({ rule }: Policy, tools: readonly ToolDefinition[]): string | undefined {
  const { action } = rule
  const onlyCalls = action.kind === 'equal' && action.entity.id === 'call'
  if (!onlyCalls || !mayBeCall(rule)) return undefined
  const ask = specialised(rule)
  const concerned = tools.some((tool) => ask(toolEnvironment(tool)) !== undefined)
  return concerned ? undefined : 'can never apply: there is no tool that it is about'
}
