import { stringify } from 'yaml'
import { addEntry, type CommentSigns, dropEntry, indentUnit } from './bracketed.ts'
import type { DocumentPath, TreeEntry, TreeNode } from './document.ts'
import type { FormatRules } from './format-rules.ts'
import { type Splice, splice } from './splice.ts'
import { entryAt, eolOf, lineEnd, lineStart, nextLine, nodeAt } from './tree.ts'
import { parseYaml } from './yaml-tree.ts'

const SIGNS: CommentSigns = { line: '#', hasBlocks: false }

/** YAML 1.2, blocks and brackets. */
export const yamlRules: FormatRules = { parse: parseYaml, set, remove, slice }

function set(
  text: string,
  tree: TreeNode | undefined,
  at: DocumentPath,
  value: unknown,
): string | undefined {
  const key = at.at(-1)
  if (key === undefined) return undefined
  if (tree === undefined) return startWith(text, { [key]: value })
  const above = nodeAt(tree, at.slice(0, -1))
  if (above === undefined || above.kind === 'scalar') return undefined
  const entry = entryAt(tree, at)
  if (entry !== undefined) {
    const written = behindKey(text, above, entry, value)
    return splice(text, [{ ...rangeOf(text, above, entry), text: written }])
  }
  // An empty map can only be written with brackets: what comes in may have lines of its own.
  if (above.entries.length === 0 && at.length > 1)
    return set(text, tree, at.slice(0, -1), above.kind === 'map' ? { [key]: value } : [value])
  return splice(text, (isFlow(text, above) ? addInline : addBlock)(text, above, key, value))
}

/** Behind what is there: white space, or comments. */
function startWith(text: string, value: unknown): string {
  const gap = text === '' || text.endsWith('\n') ? '' : eolOf(text)
  return `${text}${gap}${block(text, value, 0, 2)}${eolOf(text)}`
}

function addInline(
  text: string,
  above: TreeNode,
  key: string | number,
  value: unknown,
): readonly Splice[] {
  const name = above.kind === 'map' ? `${JSON.stringify(String(key))}: ` : ''
  return addEntry(text, above, SIGNS, () => name + inline(value))
}

function addBlock(
  text: string,
  above: TreeNode,
  key: string | number,
  value: unknown,
): readonly Splice[] {
  const last = above.entries.at(-1)
  if (last === undefined) return []
  const column = columnOf(text, last)
  const at = lineEnd(text, last.end)
  const entry = above.kind === 'map' ? { [key]: value } : [value]
  const lines = block(text, entry, column, indentUnit(text).length)
  return [{ start: at, end: at, text: `${eolOf(text)}${lines}` }]
}

function remove(text: string, tree: TreeNode, at: DocumentPath): string | undefined {
  const above = nodeAt(tree, at.slice(0, -1))
  const entry = entryAt(tree, at)
  if (above === undefined || entry === undefined) return undefined
  const index = above.entries.indexOf(entry)
  if (isFlow(text, above)) return splice(text, dropEntry(text, above, index, SIGNS))
  if (above.entries.length === 1 && at.length > 1)
    return set(text, tree, at.slice(0, -1), above.kind === 'map' ? {} : [])
  const from = lineStart(text, entry.start)
  const next = above.entries[index + 1]
  if (text.slice(from, entry.start).trim() === '')
    return splice(text, [{ start: from, end: nextLine(text, entry.end), text: '' }])
  // The first of a map that begins behind a dash.
  return next && splice(text, [{ start: entry.start, end: next.start, text: '' }])
}

function slice(text: string, tree: TreeNode, at: DocumentPath): ReturnType<FormatRules['slice']> {
  const above = nodeAt(tree, at.slice(0, -1))
  const entry = entryAt(tree, at)
  if (above === undefined || entry === undefined) return undefined
  return { form: 'value', ...rangeOf(text, above, entry) }
}

function rangeOf(
  text: string,
  above: TreeNode,
  entry: TreeEntry,
): { readonly start: number; readonly end: number } {
  const start = isFlow(text, above) ? undefined : entry.behind
  return { start: start ?? entry.node.start, end: Math.max(entry.node.end, start ?? 0) }
}

function behindKey(text: string, above: TreeNode, entry: TreeEntry, value: unknown): string {
  if (isFlow(text, above)) {
    const isGlued = entry.node.start === entry.behind
    return `${isGlued ? ' ' : ''}${inline(value)}`
  }
  const column = columnOf(text, entry)
  const unit = indentUnit(text).length
  if (isEmpty(value)) return ` ${inline(value)}`
  if (above.kind === 'list') return ` ${block(text, value, column + 2, unit).trimStart()}`
  if (typeof value === 'object') return `${eolOf(text)}${block(text, value, column + unit, unit)}`
  // With its key, for texts of several lines are written otherwise than alone.
  return block(text, { k: value }, column, unit).trimStart().slice(2)
}

function isEmpty(value: unknown): boolean {
  return typeof value !== 'object' || value === null
    ? value === null
    : Object.keys(value).length === 0
}

/** Lines without a line end behind the last, each but empty ones behind `column` spaces. */
function block(text: string, value: unknown, column: number, unit: number): string {
  const lines = stringify(value, { lineWidth: 0, indent: Math.max(2, unit) })
  return lines
    .trimEnd()
    .split('\n')
    .map((line) => (line === '' ? '' : ' '.repeat(column) + line))
    .join(eolOf(text))
}

/** JSON is YAML in brackets. */
function inline(value: unknown): string {
  return JSON.stringify(value, null, 1).replaceAll(/\n */g, ' ')
}

function isFlow(text: string, node: TreeNode): boolean {
  return node.kind !== 'scalar' && /[{[]/.test(text[node.start] ?? '')
}

function columnOf(text: string, entry: TreeEntry): number {
  return entry.start - lineStart(text, entry.start)
}
