import {
  isAlias,
  isMap,
  isNode,
  isPair,
  isScalar,
  isSeq,
  Lexer,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml'
import { MAX_DEPTH, type ParsedTree, type TreeEntry, type TreeNode } from './document.ts'
import { lineAt } from './tree.ts'

/** YAML is slower to read than the others. */
const MAX_YAML = 256 * 1024
/** Of all nodes, those that aliases stand for counted each time. */
const MAX_NODES = 50_000

/** Reads YAML 1.2, one document, keys that are no scalars refused. */
export function parseYaml(text: string): ParsedTree {
  if (text.length > MAX_YAML)
    return { problem: { kind: 'too_large', message: `longer than ${MAX_YAML} characters` } }
  try {
    if (isTooDeep(text)) throw new Refused()
    return read(text)
  } catch (cause) {
    // The library calls itself for each level.
    if (cause instanceof RangeError || cause instanceof Refused)
      return { problem: { kind: 'malformed', message: 'the document is nested too deeply' } }
    return { problem: { kind: 'malformed', message: 'not YAML' } }
  }
}

class Refused extends Error {}

const BRACKETS: Readonly<Record<string, number>> = { '[': 1, '{': 1, ']': -1, '}': -1 }
const DASHES = new Set(['-', '?'])

/** Before a parser that calls itself for each level sees the text: brackets, and dashes on one line. */
function isTooDeep(text: string): boolean {
  let [brackets, dashes] = [0, 0]
  for (const token of new Lexer().lex(text)) {
    brackets += BRACKETS[token] ?? 0
    dashes = DASHES.has(token) ? dashes + 1 : isSpace(token) ? dashes : 0
    if (brackets > MAX_DEPTH || dashes > MAX_DEPTH) return true
  }
  return false
}

function read(text: string): ParsedTree {
  const document = parseDocument(text, {
    version: '1.2',
    schema: 'core',
    merge: false,
    uniqueKeys: false,
    logLevel: 'error',
    prettyErrors: false,
  })
  const [error] = document.errors
  if (error !== undefined)
    return {
      problem: {
        kind: 'malformed',
        line: lineAt(text, error.pos[0]),
        message: `not YAML: ${error.code}`,
      },
    }
  const { contents } = document
  if (contents === null || (isScalar(contents) && contents.value === null))
    return { tree: undefined }
  return { tree: new Reading(text).tree(contents, 0) }
}

function isSpace(token: string): boolean {
  return token.trim() === '' && !token.includes('\n')
}

class Reading {
  readonly #text: string
  readonly #anchored = new Map<string, Node>()
  #nodes = 0

  constructor(text: string) {
    this.#text = text
  }

  tree(node: unknown, depth: number, before = 0): TreeNode {
    if (depth > MAX_DEPTH || ++this.#nodes > MAX_NODES) throw new Refused()
    if (!isNode(node))
      return { kind: 'scalar', start: before, end: before, value: null, entries: [] }
    const range = this.#rangeOf(node, before)
    if (isAlias(node)) {
      return { ...this.tree(this.#anchored.get(node.source), depth + 1), ...range }
    }
    // The library looks through the whole document for each alias.
    if ('anchor' in node && node.anchor !== undefined) this.#anchored.set(node.anchor, node)
    if (isMap(node) || isSeq(node)) return this.#collection(node, depth, range)
    return { kind: 'scalar', ...range, value: isScalar(node) ? node.value : null, entries: [] }
  }

  #collection(
    node: YAMLMap<unknown, unknown> | YAMLSeq<unknown>,
    depth: number,
    range: { readonly start: number; readonly end: number },
  ): TreeNode {
    const entries = node.items.map((item, index) => this.#entry(item, index, depth + 1))
    // A block has no sign at its end: there, the library counts comments and blank lines in.
    const end = node.flow === true ? range.end : (entries.at(-1)?.end ?? range.end)
    return { kind: isMap(node) ? 'map' : 'list', start: range.start, end, entries }
  }

  #entry(item: unknown, index: number, depth: number): TreeEntry {
    if (!isPair(item)) {
      const node = this.tree(item, depth)
      const behind = this.#behindDash(node.start)
      if (behind === undefined) return { key: index, start: node.start, end: node.end, node }
      return { key: index, start: behind - 1, end: Math.max(behind, node.end), behind, node }
    }
    if (!isScalar(item.key)) throw new Refused()
    const [start, behind] = item.key.range ?? [0, 0]
    const colon = this.#behindColon(behind)
    const node = this.tree(item.value, depth, colon)
    return { key: String(item.key.value), start, end: node.end, behind: colon, node }
  }

  #rangeOf(node: Node, before: number): { readonly start: number; readonly end: number } {
    const [start, end] = node.range ?? [before, before]
    // A block of text ends behind its line end, which stays where it is when the block goes.
    return { start, end: start + this.#text.slice(start, end).trimEnd().length }
  }

  #behindDash(start: number): number | undefined {
    let at = start
    while (/\s/.test(this.#text[at - 1] ?? '')) at--
    return this.#text[at - 1] === '-' ? at : undefined
  }

  #behindColon(from: number): number {
    let at = from
    while (/\s/.test(this.#text[at] ?? '')) at++
    return this.#text[at] === ':' ? at + 1 : from
  }
}
