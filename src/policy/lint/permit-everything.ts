import { anywhere, conjunctTexts, isMember, isPinned } from './conditions.ts'
import type { LintRule } from './finding.ts'
import { isForAllTools } from './scope.ts'

/** Such a permit holds for the tool that a server adds tomorrow, whatever it does. */
export const permitEverything: LintRule = {
  id: 'permit-everything',
  severity: 'warning',
  about: 'a `permit` for the tools of all servers, whatever they do',
  fix: 'name tools or servers, or ask for `resource.effects`',
  check: ({ set }) =>
    set.policies
      .filter(
        ({ rule }) =>
          rule.effect === 'permit' &&
          isForAllTools(rule) &&
          !isPinned(rule) &&
          // A human looks at each call, then.
          !conjunctTexts(rule).has('context.approval.granted') &&
          !anywhere(rule, (part) => isMember(part, 'resource', 'effects')),
      )
      .map((policy) => ({ policy, message: 'permits every tool, whatever it does' })),
}
