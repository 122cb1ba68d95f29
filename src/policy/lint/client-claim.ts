import { anywhere, isMember } from './conditions.ts'
import type { LintRule } from './finding.ts'

/** `context.client` is what a program says of itself: any program can say it. */
export const clientClaim: LintRule = {
  id: 'client-claim',
  severity: 'warning',
  about: 'a `permit` that reads `context.client`: a claim that any program can make',
  fix: 'permit by principal; a `forbid` may look at the client',
  check: ({ set }) =>
    set.policies
      .filter(
        ({ rule }) =>
          rule.effect === 'permit' && anywhere(rule, (part) => isMember(part, 'context', 'client')),
      )
      .map((policy) => ({
        policy,
        token: 'client',
        message: 'permits by what the client says of itself',
      })),
}
