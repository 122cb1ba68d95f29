import { hostMatches } from './guards/url.ts'
import { children, type Expression } from './language/expression.ts'
import type { PolicySet } from './policy.ts'

/** Members of `context.facts.urls` that only a resolver can fill. */
const RESOLVED = ['addresses', 'ranges']

/**
 * Makes the test of whether policies want to know the addresses of a host. Asking for them tells the
 * host's name servers, and whoever chose the host may be the one who answers: so nobody asks about a
 * host that a guard refuses by name anyway, or that no policy looks at.
 */
export function resolvable({ policies, guards }: PolicySet): (host: string) => boolean {
  const rules = guards.flatMap((guard) => (guard.kind === 'url' ? [guard.rule] : []))
  const expressions = policies.flatMap(({ rule }) => rule.conditions)
  const all = expressions.some(looks) || rules.some(({ hosts }) => hosts === undefined)
  if (all) return () => true
  const patterns = rules.flatMap(({ hosts }) => hosts ?? [])
  return (host) => patterns.some((pattern) => hostMatches(pattern, host))
}

function looks(expression: Expression): boolean {
  const named =
    (expression.kind === 'attribute' && RESOLVED.includes(expression.name)) ||
    (expression.kind === 'has' && expression.path.some((name) => RESOLVED.includes(name)))
  return named || children(expression).some(looks)
}
