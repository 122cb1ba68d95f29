import type { LimitDefinition } from '../../kernel/limits.ts'
import { setOf } from '../language/value.ts'
import type { Policy } from '../load-policy.ts'
import type { PolicySet } from '../policy.ts'
import { idOf, type ToolDefinition } from '../schema/definitions.ts'
import { specialised, toolEnvironment } from '../schema/target.ts'
import { looksAtCall, mayHold, namesTools } from './conditions.ts'
import type { LintRule, Remark, Subject } from './finding.ts'
import { mayBeCall, scopesOverlap } from './scope.ts'

/** What cannot be taken back: an agent in a loop does it a thousand times. */
const POWERS = ['execute', 'pay', 'delete'] as const

export const unlimitedPower: LintRule = {
  id: 'unlimited-power',
  severity: 'warning',
  about:
    'a `permit` of `execute`, `pay` or `delete` that looks at nothing of the call and has no limit',
  fix: 'ask for a guard, add `@limit`, or let a human approve by a `forbid` with `@liftedBy`',
  check: (subject) =>
    subject.set.policies
      .filter((policy) => isUnlimited(policy, subject.set))
      .flatMap((policy) => remarks(policy, subject)),
}

function isUnlimited({ rule, obligations }: Policy, set: PolicySet): boolean {
  if (rule.effect !== 'permit' || !mayBeCall(rule) || looksAtCall(rule)) return false
  if (obligations !== undefined && obligations.limit.length > 0) return false
  // A forbid that looks at the call, or that humans lift, stands before it.
  return !set.policies.some(
    (other) =>
      other.rule.effect === 'forbid' &&
      other.mode === 'enforce' &&
      looksAtCall(other.rule) &&
      scopesOverlap(other.rule, rule),
  )
}

function remarks(policy: Policy, { set, tools }: Subject): readonly Remark[] {
  const powers =
    tools === undefined
      ? POWERS.filter((power) => mayHave(policy, power) && !limited(set.limits, power))
      : powersOf(policy, tools, set.limits)
  if (powers.length === 0) return []
  const listed = powers.map((power) => `\`${power}\``).join(', ')
  return [{ policy, message: `permits ${listed} without end, whatever the arguments are` }]
}

/** Without definitions, nobody knows what a tool does that is only named. */
function mayHave({ rule }: Policy, power: string): boolean {
  if (namesTools(rule)) return false
  return [[power], ['read', power]].some((effects) => mayHold(rule, { effects: setOf(effects) }))
}

function powersOf(
  { rule }: Policy,
  tools: readonly ToolDefinition[],
  limits: readonly LimitDefinition[],
): readonly string[] {
  const ask = specialised(rule)
  const concerned = tools.filter(
    (tool) =>
      tool.classification.effects.some((effect) => POWERS.some((power) => power === effect)) &&
      ask(toolEnvironment(tool)) !== undefined,
  )
  return POWERS.filter((power) =>
    concerned.some(
      (tool) => tool.classification.effects.includes(power) && !limited(limits, power, tool),
    ),
  )
}

/** Whether a limit applies by itself. */
function limited(
  limits: readonly LimitDefinition[],
  power: string,
  tool?: ToolDefinition,
): boolean {
  return limits.some(({ applies }) => {
    if (applies === undefined) return false
    const { servers, tools, effects } = applies
    if (effects !== undefined && !effects.includes(power)) return false
    if (servers !== undefined && !(tool && servers.includes(tool.server))) return false
    return tools === undefined || (tool !== undefined && tools.includes(idOf(tool)))
  })
}
