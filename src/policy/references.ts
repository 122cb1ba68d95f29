import { children, type Expression } from './language/expression.ts'
import type { Rule } from './language/read-policy.ts'

/** What the conditions of a policy name that the policy set must hold. */
export interface References {
  readonly guards: ReadonlySet<string>
  /** Limits whose rest is asked for. */
  readonly rates: ReadonlySet<string>
  /** Whether it looks at the approval of the call. */
  readonly approval: boolean
}

/** Finds what a policy names of guards, limits and approvals. */
export function referencesOf({ conditions }: Rule): References {
  const paths = conditions.flatMap(pathsIn)
  const below = (...prefix: readonly string[]): ReadonlySet<string> =>
    new Set(
      paths.flatMap((path) => {
        const name = path[prefix.length]
        return name !== undefined && prefix.every((part, at) => path[at] === part) ? [name] : []
      }),
    )
  return {
    guards: below('context', 'facts', 'guards'),
    rates: below('context', 'rate'),
    approval: below('context', 'approval').has('granted'),
  }
}

/** All paths from a variable that are read or asked for, each from the variable on. */
function pathsIn(expression: Expression): readonly (readonly string[])[] {
  const path = pathOf(expression)
  const inner = children(expression).flatMap(pathsIn)
  return path === undefined ? inner : [path, ...inner]
}

function pathOf(expression: Expression): readonly string[] | undefined {
  if (expression.kind === 'variable') return [expression.name]
  if (expression.kind !== 'attribute' && expression.kind !== 'has') return undefined
  const path = pathOf(expression.of)
  if (path === undefined) return undefined
  return [...path, ...(expression.kind === 'has' ? expression.path : [expression.name])]
}
