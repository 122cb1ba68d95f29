import type { Tree } from './trees.ts'

/** Longer conditions are not looked at: what one writes to hold always is short. */
const MOST_NODES = 64

/**
 * Whether a condition is there and is the same for every row: nothing in it has a key, or a type, that
 * `varies`. False for one that is too long to look at.
 */
export function constant(condition: Tree, varies: ReadonlySet<string>): boolean {
  if (!isObject(condition)) return false
  const rest: object[] = [condition]
  for (let looked = 0; looked < MOST_NODES; looked += 1) {
    const next = rest.pop()
    if (next === undefined) return true
    const members = Object.entries(next)
    if (members.length > MOST_NODES || members.some((each) => depends(each, varies))) return false
    rest.push(...members.map(([, child]) => child).filter(isObject))
  }
  return false
}

function depends([key, child]: readonly [string, unknown], varies: ReadonlySet<string>): boolean {
  return varies.has(key) || (key === 'type' && varies.has(String(child)))
}

function isObject(tree: unknown): tree is object {
  return typeof tree === 'object' && tree !== null
}
