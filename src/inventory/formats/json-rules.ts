import { addEntry, type CommentSigns, dropEntry, indentUnit } from './bracketed.ts'
import type { DocumentPath, TreeNode } from './document.ts'
import type { FormatRules } from './format-rules.ts'
import { parseJson } from './json-tree.ts'
import { splice } from './splice.ts'
import { entryAt, eolOf, indentAt, nodeAt } from './tree.ts'

const SIGNS: CommentSigns = { line: '//', hasBlocks: true }

/** JSON, strict or with comments and trailing commas. */
export function jsonRules(isLoose: boolean): FormatRules {
  return { parse: (text) => parseJson(text, isLoose), set, remove, slice }
}

function set(
  text: string,
  tree: TreeNode | undefined,
  at: DocumentPath,
  value: unknown,
): string | undefined {
  const key = at.at(-1)
  if (key === undefined) return undefined
  // Nothing but white space, or comments.
  if (tree === undefined) {
    const whole = JSON.stringify({ [key]: value }, null, 2).replaceAll('\n', eolOf(text))
    const gap = text.trim() === '' || text.endsWith('\n') ? '' : eolOf(text)
    return `${text.trim() === '' ? '' : text}${gap}${whole}${eolOf(text)}`
  }
  const entry = entryAt(tree, at)
  if (entry !== undefined) {
    const { start, end } = entry.node
    return splice(text, [{ start, end, text: render(text, value, indentAt(text, entry.start)) }])
  }
  const above = nodeAt(tree, at.slice(0, -1))
  if (above === undefined || above.kind === 'scalar') return undefined
  const name = above.kind === 'map' ? `${JSON.stringify(String(key))}: ` : ''
  return splice(
    text,
    addEntry(text, above, SIGNS, (indent) => name + render(text, value, indent)),
  )
}

function remove(text: string, tree: TreeNode, at: DocumentPath): string | undefined {
  const above = nodeAt(tree, at.slice(0, -1))
  const entry = entryAt(tree, at)
  if (above === undefined || entry === undefined) return undefined
  return splice(text, dropEntry(text, above, above.entries.indexOf(entry), SIGNS))
}

function slice(_text: string, tree: TreeNode, at: DocumentPath): ReturnType<FormatRules['slice']> {
  const node = entryAt(tree, at)?.node
  return node === undefined ? undefined : { form: 'value', start: node.start, end: node.end }
}

function render(text: string, value: unknown, indent: string): string {
  if (!text.includes('\n')) return JSON.stringify(value)
  return JSON.stringify(value, null, indentUnit(text)).replaceAll('\n', `${eolOf(text)}${indent}`)
}
