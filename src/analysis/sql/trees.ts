/** A tree of a parser: plain data. Parsers differ in shape; walks see objects, lists and words. */
export type Tree = unknown

export interface TreeNode {
  readonly [key: string]: Tree
}

/** The statements of a text, in order. */
export type Reading = readonly Tree[]

/** What a parser makes of a text. */
export type Parsed =
  /** More than one reading where it takes the server to tell which one holds. */
  | { readonly kind: 'read'; readonly readings: readonly Reading[] }
  /** It is not of the grammar. */
  | { readonly kind: 'foreign' }
  /** It might be, but cannot be read safely. */
  | { readonly kind: 'refused'; readonly why: string }

export const FOREIGN: Parsed = { kind: 'foreign' }

/** Deeper trees are not walked: walks recurse. */
const DEEPEST = 3_000

export function isNode(tree: Tree): tree is TreeNode {
  return typeof tree === 'object' && tree !== null && !Array.isArray(tree)
}

/** The member as a list of trees; empty if it is none. */
export function list(tree: Tree): readonly Tree[] {
  return Array.isArray(tree) ? tree : []
}

/** The member of a tree; undefined if it is no node. */
export function member(tree: Tree, key: string): Tree {
  return isNode(tree) ? tree[key] : undefined
}

/** Whether the tree is too deep to walk. Does not recurse. */
export function tooDeep(tree: Tree): boolean {
  const rest: { readonly tree: object; readonly depth: number }[] = []
  const push = (next: Tree, depth: number) => {
    if (typeof next === 'object' && next !== null) rest.push({ tree: next, depth })
  }
  push(tree, 1)
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    if (next.depth > DEEPEST) return true
    for (const child of Object.values(next.tree)) push(child, next.depth + 1)
  }
  return false
}

/** Checks a result on its way out of a parser. */
export function read(reading: Reading): Parsed {
  if (tooDeep(reading)) return { kind: 'refused', why: 'is nested too deeply' }
  return { kind: 'read', readings: [reading] }
}
