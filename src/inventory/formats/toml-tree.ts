import { isDeepStrictEqual } from 'node:util'
import { parse, TomlError } from 'smol-toml'
import {
  type DocumentPath,
  MAX_DEPTH,
  type ParsedTree,
  type TreeEntry,
  type TreeNode,
} from './document.ts'
import { plainToml, scanToml, type TomlItem } from './toml-scan.ts'
import { plainValue } from './tree.ts'

/** TOML is slower to read than JSON: it is read twice. */
const MAX_TOML = 512 * 1024

/** An item with its whole path, indexes of tables in a list included. */
export interface PlacedItem extends TomlItem {
  readonly path: DocumentPath
  /** Of the table whose header stands above it. */
  readonly section: DocumentPath
}

/** Reads TOML 1.0. What the parser took and what was found in places must say the same. */
export function parseToml(text: string): ParsedTree {
  if (text.length > MAX_TOML)
    return { problem: { kind: 'too_large', message: `longer than ${MAX_TOML} characters` } }
  try {
    const value = plain(parse(text, { maxDepth: MAX_DEPTH }), 0)
    const tree = treeOf(placeItems(text))
    if (
      isDeepStrictEqual(
        plainValue(tree, () => {}),
        value,
      )
    )
      return { tree }
    return { problem: { kind: 'malformed', message: 'TOML in a form that is not supported' } }
  } catch (cause) {
    const line = cause instanceof TomlError ? { line: cause.line } : {}
    return { problem: { kind: 'malformed', ...line, message: 'not TOML' } }
  }
}

/** The items of a document, each with its whole path. */
export function placeItems(text: string): readonly PlacedItem[] {
  const lengths = new Map<string, number>()
  let section: DocumentPath = []
  return scanToml(text).map((item) => {
    if (item.node !== undefined) return { ...item, section, path: [...section, ...item.keys] }
    section = headerPath(item, lengths)
    return { ...item, section, path: section }
  })
}

/** The path of a header: a list of tables on the way means its last table. */
function headerPath(item: TomlItem, lengths: Map<string, number>): DocumentPath {
  const path: (string | number)[] = []
  if (item.keys.length > MAX_DEPTH) throw new RangeError('too deep')
  for (const [index, key] of item.keys.entries()) {
    path.push(key)
    const name = JSON.stringify(path)
    const length = lengths.get(name) ?? 0
    const isNew = item.isArray && index === item.keys.length - 1
    if (isNew) lengths.set(name, length + 1)
    if (isNew) path.push(length)
    else if (length > 0) path.push(length - 1)
  }
  return path
}

interface Growing {
  kind: 'map' | 'list'
  start: number
  end: number
  readonly entries: Map<string | number, Growing | TreeEntry>
}

function treeOf(items: readonly PlacedItem[]): TreeNode {
  const root: Growing = { kind: 'map', start: 0, end: 0, entries: new Map() }
  for (const item of items) {
    if (item.path.length > MAX_DEPTH) throw new RangeError('too deep')
    place(root, item)
  }
  return finish(root)
}

function place(root: Growing, item: PlacedItem): void {
  let node = root
  const { start, end } = item
  for (const [index, key] of item.path.entries()) {
    node.end = Math.max(node.end, end)
    if (item.node !== undefined && index === item.path.length - 1) {
      node.entries.set(key, { key, start, end, node: item.node })
      return
    }
    const kind = typeof item.path[index + 1] === 'number' ? 'list' : 'map'
    const found = node.entries.get(key)
    if (found !== undefined && 'node' in found) throw new SyntaxError('twice')
    const next: Growing = found ?? { kind, start, end, entries: new Map() }
    node.entries.set(key, next)
    node = next
  }
  node.end = Math.max(node.end, end)
}

function finish(node: Growing): TreeNode {
  const entries = [...node.entries].map(([key, below]): TreeEntry => {
    if ('node' in below) return below
    return { key, start: below.start, end: below.end, node: finish(below) }
  })
  return { kind: node.kind, start: node.start, end: node.end, entries }
}

function plain(value: unknown, depth: number): unknown {
  if (depth > MAX_DEPTH) throw new RangeError('too deep')
  if (Array.isArray(value)) return value.map((item) => plain(item, depth + 1))
  if (typeof value !== 'object' || value === null || value instanceof Date) return plainToml(value)
  const kept = Object.entries(value).filter(([key]) => key !== '__proto__')
  return Object.fromEntries(kept.map(([key, item]) => [key, plain(item, depth + 1)]))
}
