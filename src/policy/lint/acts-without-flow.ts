import type { Policy } from '../load-policy.ts'
import { concerns } from './concerns.ts'
import { looksAtFlow } from './conditions.ts'
import type { LintRule } from './finding.ts'

/** What leaves, or is gone. */
const OUTWARD = ['send', 'pay', 'delete'] as const

/** Whatever a model was told by somebody's text is done then, as far as the permit goes. */
export const actsWithoutFlow: LintRule = {
  id: 'acts-without-flow',
  severity: 'info',
  about:
    'a `permit` of `send`, `pay` or `delete` where no `forbid` looks at `context.flow` or `context.provenance`: text of others may steer the call',
  fix: 'name the set `flow` beside it, or ask for `context.provenance`',
  check: ({ set, tools }) => {
    if (set.policies.some(isFlowForbid)) return []
    return set.policies.filter(isPermit).flatMap((policy) => {
      const effects = OUTWARD.filter((effect) => concerns(policy, effect, tools))
      if (effects.length === 0) return []
      const listed = effects.map((effect) => `\`${effect}\``).join(', ')
      return [{ policy, message: `permits ${listed}, whoever’s text names where to and what` }]
    })
  },
}

function isFlowForbid({ rule, mode }: Policy): boolean {
  return rule.effect === 'forbid' && mode === 'enforce' && looksAtFlow(rule)
}

function isPermit({ rule, mode }: Policy): boolean {
  return rule.effect === 'permit' && mode === 'enforce' && !looksAtFlow(rule)
}
