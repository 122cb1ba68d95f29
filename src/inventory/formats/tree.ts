import type { DocumentPath, DocumentProblem, TreeEntry, TreeNode } from './document.ts'

/** The entry at a path. Undefined where there is none, or where a key on the way stands twice. */
export function entryAt(tree: TreeNode | undefined, at: DocumentPath): TreeEntry | undefined {
  let node = tree
  let found: TreeEntry | undefined
  for (const key of at) {
    const same = node?.entries.filter((entry) => isKey(entry, key)) ?? []
    found = same.length === 1 ? same[0] : undefined
    if (found === undefined) return undefined
    node = found.node
  }
  return found
}

/** The node at a path: the top for the empty one. */
export function nodeAt(tree: TreeNode | undefined, at: DocumentPath): TreeNode | undefined {
  return at.length === 0 ? tree : entryAt(tree, at)?.node
}

/** If a key on the way, or the last one, stands twice. */
export function isAmbiguous(tree: TreeNode | undefined, at: DocumentPath): boolean {
  return at.some((key, index) => {
    const above = nodeAt(tree, at.slice(0, index))
    return (above?.entries.filter((entry) => isKey(entry, key)).length ?? 0) > 1
  })
}

function isKey(entry: TreeEntry, key: string | number): boolean {
  return entry.key === key
}

/** The plain value of a tree. What stands twice is reported, the last one counts; `__proto__` is left out. */
export function plainValue(
  tree: TreeNode,
  report: (problem: DocumentProblem) => void,
  at: DocumentPath = [],
): unknown {
  if (tree.kind === 'scalar') return tree.value
  const below = (entry: TreeEntry): unknown => plainValue(entry.node, report, [...at, entry.key])
  if (tree.kind === 'list') return tree.entries.map(below)
  const map: Record<string, unknown> = {}
  for (const entry of tree.entries) {
    const key = String(entry.key)
    const problem = key === '__proto__' ? UNSAFE : Object.hasOwn(map, key) ? TWICE : undefined
    if (problem !== undefined) report({ ...problem, at: [...at, entry.key] })
    if (problem !== UNSAFE) map[key] = below(entry)
  }
  return map
}

const TWICE = {
  kind: 'duplicate_name',
  message: 'a key stands twice: the last one counts',
} as const
const UNSAFE = {
  kind: 'malformed',
  message: 'a key is one that no map may have: it is left out',
} as const

/** The line of an offset, from 1. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let at = text.indexOf('\n'); at >= 0 && at < offset; at = text.indexOf('\n', at + 1)) line++
  return line
}

/** Where the line of an offset begins. */
export function lineStart(text: string, offset: number): number {
  return offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
}

/** Where the line of an offset ends, before its line end. */
export function lineEnd(text: string, offset: number): number {
  const found = text.indexOf('\n', offset)
  if (found < 0) return text.length
  return found > offset && text[found - 1] === '\r' ? found - 1 : found
}

/** Behind the line end of the line of an offset. */
export function nextLine(text: string, offset: number): number {
  const found = text.indexOf('\n', offset)
  return found < 0 ? text.length : found + 1
}

/** The white space that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(lineStart(text, offset), offset))?.[0] ?? ''
}

/** The line end that a text uses. */
export function eolOf(text: string): string {
  return text.includes('\r\n') ? '\r\n' : '\n'
}
