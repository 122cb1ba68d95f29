import { addEntry, type CommentSigns, dropEntry } from './bracketed.ts'
import type { DocumentPath, TreeEntry, TreeNode } from './document.ts'
import type { FormatRules } from './format-rules.ts'
import { splice } from './splice.ts'
import { headerOf, inlineToml, keyOf, tableLines } from './toml-text.ts'
import { type PlacedItem, parseToml, placeItems } from './toml-tree.ts'
import { entryAt, eolOf, lineEnd, lineStart, nextLine, nodeAt } from './tree.ts'

const SIGNS: CommentSigns = { line: '#', hasBlocks: false }

/** TOML 1.0: tables under headers, dotted keys, and values in brackets. */
export const tomlRules: FormatRules = { parse: parseToml, set, remove, slice }

function set(
  text: string,
  tree: TreeNode | undefined,
  at: DocumentPath,
  value: unknown,
): string | undefined {
  if (at.length === 0 || tree === undefined) return undefined
  const items = placeItems(text)
  const found = find(items, at)
  if (found?.form === 'value') return splice(text, [{ ...rangeOf(found), text: inlineToml(value) }])
  if (found?.form === 'lines') return setLines(text, items, at, value)
  if (entryAt(tree, at) !== undefined) return undefined
  const above = inlineAt(items, at.slice(0, -1))
  return above === undefined ? addItem(text, items, at, value) : addInline(text, above, at, value)
}

function setLines(
  text: string,
  items: readonly PlacedItem[],
  at: DocumentPath,
  value: unknown,
): string | undefined {
  const covered = items.filter(({ path }) => startsWith(path, at))
  const [first] = covered
  const last = covered.at(-1)
  if (first === undefined || last === undefined || !isMap(value)) return undefined
  const isDotted = first.node !== undefined
  const written = isDotted
    ? `${at.slice(first.section.length).map(keyOf).join('.')} = ${inlineToml(value)}`
    : tableLines(headerOf(text, first, at), value, eolOf(text))
  return splice(text, [{ start: first.start, end: last.end, text: written }])
}

function addInline(
  text: string,
  above: TreeNode,
  at: DocumentPath,
  value: unknown,
): string | undefined {
  if (above.kind === 'scalar') return undefined
  const name = above.kind === 'map' ? `${keyOf(at.at(-1) ?? '')} = ` : ''
  return splice(
    text,
    addEntry(text, above, SIGNS, () => name + inlineToml(value)),
  )
}

function addItem(
  text: string,
  items: readonly PlacedItem[],
  at: DocumentPath,
  value: unknown,
): string | undefined {
  const eol = eolOf(text)
  const parent = at.slice(0, -1)
  const below = items.filter(({ path }) => startsWith(path, parent)).at(-1)
  if (isMap(value)) {
    const lines = tableLines(headerOf(text, undefined, at), value, eol)
    // Only before a header, or at the end: lines between would fall to another table.
    const isBeforeHeader =
      below !== undefined && items[items.indexOf(below) + 1]?.node === undefined
    const end = isBeforeHeader ? lineEnd(text, below.end) : text.trimEnd().length
    const gap = end === 0 ? '' : `${eol}${eol}`
    return splice(text, [{ start: end, end, text: `${gap}${lines}` }])
  }
  const section = items.filter((item) => isSame(item.section, parent))
  const line = `${keyOf(at.at(-1) ?? '')} = ${inlineToml(value)}`
  const last = section.at(-1)
  if (last === undefined) return parent.length === 0 ? `${line}${eol}${text}` : undefined
  const end = lineEnd(text, last.end)
  return splice(text, [{ start: end, end, text: `${eol}${line}` }])
}

function remove(text: string, tree: TreeNode, at: DocumentPath): string | undefined {
  const items = placeItems(text)
  const above = inlineAt(items, at.slice(0, -1))
  const entry = entryAt(tree, at)
  if (entry === undefined) return undefined
  if (above !== undefined) {
    const index = above.entries.findIndex(({ key }) => key === entry.key)
    return splice(text, dropEntry(text, above, index, SIGNS))
  }
  const covered = items.filter(({ path }) => startsWith(path, at))
  // From the last one on: an earlier removal leaves the places of the later ones.
  return splice(
    text,
    runs(items, covered).map(({ start, end }) => {
      const isBlankAbove = text.slice(0, lineStart(text, start)).endsWith('\n\n') || start === 0
      let next = nextLine(text, end)
      while (isBlankAbove && next < text.length && text.slice(next, lineEnd(text, next)) === '')
        next = nextLine(text, next)
      return { start: lineStart(text, start), end: next, text: '' }
    }),
  )
}

/** Items that follow each other, as one range each. */
function runs(
  items: readonly PlacedItem[],
  covered: readonly PlacedItem[],
): readonly { readonly start: number; readonly end: number }[] {
  const found: { start: number; end: number; last: number }[] = []
  const kept = new Set(covered)
  for (const [index, item] of items.entries()) {
    if (!kept.has(item)) continue
    const open = found.at(-1)
    if (open !== undefined && open.last === index - 1)
      Object.assign(open, { end: item.end, last: index })
    else found.push({ start: item.start, end: item.end, last: index })
  }
  return found
}

function slice(text: string, _tree: TreeNode, at: DocumentPath): ReturnType<FormatRules['slice']> {
  const found = find(placeItems(text), at)
  return found && { form: found.form, ...rangeOf(found) }
}

type Found = NonNullable<ReturnType<FormatRules['slice']>>

function find(items: readonly PlacedItem[], at: DocumentPath): Found | undefined {
  const covered = items.filter(({ path }) => startsWith(path, at))
  const [first] = covered
  if (first === undefined) {
    const inline = inlineEntry(items, at)
    return inline && { form: 'value', start: inline.node.start, end: inline.node.end }
  }
  if (first.node !== undefined && first.path.length === at.length)
    return { form: 'value', start: first.node.start, end: first.node.end }
  const [run, ...more] = runs(items, covered)
  if (run === undefined || more.length > 0) return undefined
  // A list of tables has as many headers as tables: it is no one value in one place.
  const isList = typeof first.path[at.length] === 'number'
  return isList ? undefined : { form: 'lines', start: run.start, end: run.end }
}

/** What stands at a path within the value of a key. */
function inlineEntry(items: readonly PlacedItem[], at: DocumentPath): TreeEntry | undefined {
  const holder = holderOf(items, at)
  return holder?.node && entryAt(holder.node, at.slice(holder.path.length))
}

/** The map or list in brackets at a path. */
function inlineAt(items: readonly PlacedItem[], at: DocumentPath): TreeNode | undefined {
  const holder = holderOf(items, at)
  return holder?.node && nodeAt(holder.node, at.slice(holder.path.length))
}

function holderOf(items: readonly PlacedItem[], at: DocumentPath): PlacedItem | undefined {
  return items.find((item) => item.node !== undefined && startsWith(at, item.path))
}

function rangeOf({ start, end }: Found): { readonly start: number; readonly end: number } {
  return { start, end }
}

function startsWith(path: DocumentPath, start: DocumentPath): boolean {
  return start.every((key, index) => path[index] === key)
}

function isSame(a: DocumentPath, b: DocumentPath): boolean {
  return a.length === b.length && startsWith(a, b)
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
