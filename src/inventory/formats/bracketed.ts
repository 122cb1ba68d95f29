import type { TreeNode } from './document.ts'
import type { Splice } from './splice.ts'
import { eolOf, indentAt, lineEnd, lineStart, nextLine } from './tree.ts'

/** How a format writes comments: what a line comment begins with, and if there are those of C. */
export interface CommentSigns {
  readonly line: string
  readonly hasBlocks: boolean
}

/** Where the next sign stands that is neither white space nor a comment. */
export function nextSign(text: string, from: number, signs: CommentSigns): number {
  let at = from
  while (at < text.length) {
    if (/\s/.test(text[at] ?? '')) at++
    else if (text.startsWith(signs.line, at)) at = lineEnd(text, at)
    else if (signs.hasBlocks && text.startsWith('/*', at)) at = behindBlock(text, at)
    else return at
  }
  return at
}

function behindBlock(text: string, at: number): number {
  const end = text.indexOf('*/', at + 2)
  return end < 0 ? text.length : end + 2
}

/** Adds an entry behind the last one of a map or list in brackets. */
export function addEntry(
  text: string,
  node: TreeNode,
  signs: CommentSigns,
  render: (indent: string) => string,
): readonly Splice[] {
  const last = node.entries.at(-1)
  if (last === undefined) return addFirst(text, node, signs, render)
  const isOwnLine = text.slice(lineStart(text, last.start), last.start).trim() === ''
  const sign = nextSign(text, last.end, signs)
  const hasComma = text[sign] === ','
  const behind = hasComma ? sign + 1 : last.end
  const comma: readonly Splice[] = hasComma ? [] : [{ start: last.end, end: last.end, text: ',' }]
  const tail = hasComma ? ',' : ''
  const indent = indentAt(text, last.start)
  if (!isOwnLine) {
    const entry = `${hasComma ? ' ' : ', '}${render(indent)}${tail}`
    return [{ start: behind, end: behind, text: entry }]
  }
  // A comment behind the last entry stays on its line.
  const rest = nextSign(text, behind, signs)
  const at = rest > lineEnd(text, behind) ? lineEnd(text, behind) : behind
  const entry = `${eolOf(text)}${indent}${render(indent)}${tail}`
  if (at === last.end) return [{ start: at, end: at, text: `,${entry}` }]
  return [...comma, { start: at, end: at, text: entry }]
}

function addFirst(
  text: string,
  node: TreeNode,
  signs: CommentSigns,
  render: (indent: string) => string,
): readonly Splice[] {
  const close = node.end - 1
  const outer = indentAt(text, node.start)
  if (signs.line === '#' || !text.includes('\n'))
    return [{ start: node.start + 1, end: close, text: render(outer) }]
  const kept = text.slice(node.start + 1, close).trimEnd()
  const indent = outer + indentUnit(text)
  const entry = `${eolOf(text)}${indent}${render(indent)}${eolOf(text)}${outer}`
  return [{ start: node.start + 1 + kept.length, end: close, text: entry }]
}

/** Takes an entry out of a map or list in brackets, with one comma. */
export function dropEntry(
  text: string,
  node: TreeNode,
  index: number,
  signs: CommentSigns,
): readonly Splice[] {
  const entry = node.entries[index]
  if (entry === undefined) return []
  const sign = nextSign(text, entry.end, signs)
  const hasComma = text[sign] === ','
  const gone = wholeLines(text, entry.start, hasComma ? sign + 1 : entry.end)
  const before = node.entries[index - 1]
  if (hasComma || before === undefined) return [gone]
  const comma = nextSign(text, before.end, signs)
  const isSameLine = lineEnd(text, comma) >= entry.start
  return isSameLine
    ? [{ ...gone, start: comma }]
    : [{ start: comma, end: comma + 1, text: '' }, gone]
}

/** The lines of a part, where nothing else stands on them; otherwise the part and the space behind it. */
export function wholeLines(text: string, start: number, end: number): Splice {
  const from = lineStart(text, start)
  const isAlone = text.slice(from, start).trim() === ''
  const rest = text.slice(end, lineEnd(text, end))
  if (isAlone && rest.trim() === '') return { start: from, end: nextLine(text, end), text: '' }
  const spaces = rest.length - rest.trimStart().length
  return { start, end: end + spaces, text: '' }
}

/** The indentation that a text adds for one level: that of its first line that has one. */
export function indentUnit(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  '
}
