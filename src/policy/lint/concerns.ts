import type { ToolEffect } from '../../kernel/access.ts'
import { setOf } from '../language/value.ts'
import type { Policy } from '../load-policy.ts'
import type { ToolDefinition } from '../schema/definitions.ts'
import { specialised, toolEnvironment } from '../schema/target.ts'
import { mayHold, namesTools } from './conditions.ts'
import { mayBeCall } from './scope.ts'

/**
 * Whether a policy may be about a tool with an effect. Without definitions, nobody knows what a tool does
 * that is only named.
 */
export function concerns(
  { rule }: Policy,
  effect: ToolEffect,
  tools: readonly ToolDefinition[] | undefined,
): boolean {
  if (!mayBeCall(rule)) return false
  if (tools !== undefined) {
    const ask = specialised(rule)
    return tools.some(
      (tool) =>
        tool.classification.effects.includes(effect) && ask(toolEnvironment(tool)) !== undefined,
    )
  }
  if (namesTools(rule)) return false
  return [[effect], ['read', effect]].some((effects) => mayHold(rule, { effects: setOf(effects) }))
}
