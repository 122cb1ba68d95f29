import { Members, type Node } from './node.ts'
import type { Reading } from './reading.ts'

const RULE = /^[ \t|:+=-]{3,4000}$/
const HEADING = /^[\p{L}_#][\p{L}\p{N}_ .#%()/-]{0,39}$/u
const MIN_COLUMNS = 2
const MAX_COLUMNS = 200

/**
 * Reads a table with a row of headings: cells between pipes, or between commas, semicolons or tabs (RFC
 * 4180). Undefined when rows differ in length, or something stands around it. Linear.
 */
export function readTable(text: string): Reading | undefined {
  const trimmed = text.trim()
  const end = trimmed.indexOf('\n')
  if (end === -1) return undefined
  const first = trimmed.slice(0, end)
  if (first.includes('|')) return asTable(pipeRows(trimmed), false)
  for (const sign of ['\t', ';', ',']) {
    if (first.includes(sign)) {
      const found = separated(trimmed, sign)
      return found === undefined ? undefined : asTable(found.rows, found.isEscaped)
    }
  }
  return undefined
}

function asTable(rows: readonly (readonly string[])[], isSure: boolean): Reading | undefined {
  const [head, ...body] = rows
  if (head === undefined || body.length === 0) return undefined
  const { length } = head
  if (length < MIN_COLUMNS || length > MAX_COLUMNS || new Set(head).size < length) return undefined
  if (!head.every((name) => HEADING.test(name))) return undefined
  if (body.some((row) => row.length !== length)) return undefined
  return { node: body.map((row) => asMembers(head, row)), isSure }
}

function asMembers(head: readonly string[], row: readonly string[]): Node {
  const members = new Members()
  for (const [index, name] of head.entries()) members.add(name, row[index] ?? '')
  return members
}

function pipeRows(text: string): readonly (readonly string[])[] {
  return text
    .split(/\r?\n/)
    .filter((line) => !RULE.test(line))
    .map((line) => {
      const inner = line.trim().replace(/^\|/, '').replace(/\|$/, '')
      return inner.split('|').map((cell) => cell.trim())
    })
}

/** Rows whose cells stand between signs. Escaped: a cell is quoted that has to be. */
function separated(
  text: string,
  sign: string,
): { readonly rows: readonly (readonly string[])[]; readonly isEscaped: boolean } | undefined {
  const rows: string[][] = [[]]
  let isEscaped = false
  for (let at = 0; at <= text.length; ) {
    const cell = text.charAt(at) === '"' ? quotedCell(text, at) : plainCell(text, at, sign)
    const step = cell === undefined ? undefined : stepOver(text, cell.end, sign)
    if (cell === undefined || step === undefined) return undefined
    isEscaped ||= cell.text.includes(sign) || cell.text.includes('"')
    rows.at(-1)?.push(cell.text.trim())
    if (step !== sign) rows.push([])
    at = cell.end + step.length
  }
  // The end of the text begins no row.
  rows.pop()
  return { rows, isEscaped }
}

/** What stands behind a cell: a sign, or the end of a row. */
function stepOver(text: string, at: number, sign: string): string | undefined {
  if (at >= text.length) return '\n'
  return [sign, '\n', '\r\n'].find((one) => text.startsWith(one, at))
}

interface Cell {
  readonly text: string
  readonly end: number
}

function quotedCell(text: string, from: number): Cell | undefined {
  let at = from + 1
  for (;;) {
    at = text.indexOf('"', at)
    if (at === -1) return undefined
    if (text.charAt(at + 1) !== '"') break
    at += 2
  }
  return { text: text.slice(from + 1, at).replaceAll('""', '"'), end: at + 1 }
}

function plainCell(text: string, from: number, sign: string): Cell | undefined {
  let end = from
  for (; end < text.length; end += 1) {
    const next = text.charAt(end)
    if (next === sign || next === '\n' || next === '\r') break
    if (next === '"') return undefined
  }
  return { text: text.slice(from, end), end }
}
