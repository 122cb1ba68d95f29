/** Names of common table expressions that can be seen from a place. */
export type Scope = ReadonlySet<string>

export const NO_NAMES: Scope = new Set()

/** A common table expression, by its name, to be walked in the scope that it is given. */
export interface Named {
  readonly name: string
  readonly walk: (scope: Scope) => void
}

/**
 * Walks common table expressions and gives what the statement below them sees. A name that cannot be
 * said for certain to be of an expression is that of a table: without RECURSIVE, an expression sees
 * those before it and neither itself nor those after.
 */
export function withNames(outer: Scope, recursive: boolean, named: readonly Named[]): Scope {
  const all: Scope = new Set([...outer, ...named.map(({ name }) => name)])
  if (recursive) {
    for (const { walk } of named) walk(all)
    return all
  }
  const seen = new Set(outer)
  for (const { name, walk } of named) {
    // Walks are done before the next name is added.
    walk(seen)
    seen.add(name)
  }
  return seen
}
