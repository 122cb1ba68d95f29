import { setOf } from '../language/value.ts'
import type { Policy } from '../load-policy.ts'
import { EFFECTS } from '../vocabulary.ts'
import { anywhere, isMember, mayHold, namesTools } from './conditions.ts'
import type { LintRule } from './finding.ts'

const BEYOND_READ = EFFECTS.filter((effect) => effect !== 'read')

/**
 * An inferred class is a guess from a name that the server chose. To forbid by a guess is cautious;
 * to permit by it lets the server choose what is permitted.
 */
export const inferredEffects: LintRule = {
  id: 'inferred-effects',
  severity: 'warning',
  about:
    'a `permit` by effects beyond `read` that also takes guessed ones (`classified` is `inferred`)',
  fix: 'add `resource.classified == "catalog"`, or name the tools',
  check: ({ set }) =>
    set.policies.flatMap((policy) => {
      const effects = guessed(policy)
      if (effects.length === 0) return []
      const listed = effects.map((effect) => `\`${effect}\``).join(', ')
      return [{ policy, token: 'effects', message: `permits ${listed} by a guess of the effects` }]
    }),
}

function guessed({ rule }: Policy): readonly string[] {
  if (rule.effect !== 'permit' || namesTools(rule)) return []
  if (!anywhere(rule, (part) => isMember(part, 'resource', 'effects'))) return []
  return BEYOND_READ.filter((effect) =>
    [[effect], ['read', effect]].some((effects) =>
      mayHold(rule, { effects: setOf(effects), classified: 'inferred' }),
    ),
  )
}
