import type { Expression } from '../language/expression.ts'
import { printExpression } from '../language/print.ts'
import type { Policy } from '../load-policy.ts'
import { checkArguments, pathOf } from '../schema/check-tool.ts'
import { contextType } from '../schema/context-type.ts'
import { idOf, type ToolDefinition } from '../schema/definitions.ts'
import { argumentTypes } from '../schema/json-type.ts'
import { pathKey, pathUses } from '../schema/presence.ts'
import { specialised, toolEnvironment } from '../schema/target.ts'
import { namesTools } from './conditions.ts'
import type { LintRule, Remark } from './finding.ts'
import { mayBeCall } from './scope.ts'

/** Reading what is absent is a fault, and a fault denies: also the calls that nobody thought of. */
export const optionalArgument: LintRule = {
  id: 'optional-argument',
  severity: 'warning',
  about: 'an argument that is read though it may be absent: each call without it is denied',
  fix: 'ask first: `context.args has … && …`',
  check: ({ set, tools }) => {
    const readers = set.policies.filter(({ rule }) => mayBeCall(rule) && reads(rule.conditions))
    return tools === undefined
      ? readers.filter(({ rule }) => !namesTools(rule)).flatMap(unasked)
      : withTools(readers, tools)
  },
}

function reads(conditions: readonly Expression[]): boolean {
  return conditions.flatMap((one) => pathUses(one)).some(({ path }) => isArgument(path))
}

function isArgument([first, name]: readonly string[]): boolean {
  return (first === 'args' || first === 'decimals') && name !== undefined
}

/** Without definitions: a policy about several tools cannot know that all of them require it. */
function unasked(policy: Policy): readonly Remark[] {
  const whole = policy.rule.conditions.reduce<Expression>(
    (left, right) => ({ kind: 'and', left, right }),
    { kind: 'literal', value: true },
  )
  const names = pathUses(whole).flatMap(({ path: [, name = ''], path, use, present }) => {
    if (use === 'ask' || !isArgument(path)) return []
    const asked = ['args', 'decimals'].some((holder) => present.has(pathKey([holder, name])))
    return asked ? [] : [name]
  })
  return [...new Set(names)].map((name) => ({
    policy,
    token: name,
    message: `reads \`${printExpression(pathOf(['args', name]))}\` of several tools, and not all of them may have it`,
  }))
}

function withTools(
  readers: readonly Policy[],
  tools: readonly ToolDefinition[],
): readonly Remark[] {
  const found = new Map<string, Remark>()
  const asked = readers.map((policy) => ({ policy, ask: specialised(policy.rule) }))
  for (const tool of readers.length === 0 ? [] : tools) {
    const environment = toolEnvironment(tool)
    const context = contextType(argumentTypes(tool.inputSchema))
    for (const { policy, ask } of asked) {
      const condition = ask(environment)
      const [first] = condition === undefined ? [] : optional(condition, context)
      if (first === undefined || found.has(policy.id)) continue
      const message = `reads \`${first.token}\`, which \`${idOf(tool)}\` may not get`
      found.set(policy.id, { policy, token: first.token, message })
    }
  }
  return [...found.values()]
}

function optional(
  condition: Expression,
  context: ReturnType<typeof contextType>,
): readonly { readonly token: string }[] {
  return checkArguments(condition, context).filter(({ reading }) => reading === 'absent')
}
