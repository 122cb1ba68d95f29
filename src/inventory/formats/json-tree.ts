import {
  createScanner,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
  SyntaxKind,
} from 'jsonc-parser'
import { MAX_DEPTH, type ParsedTree, type TreeEntry, type TreeNode } from './document.ts'
import { lineAt } from './tree.ts'

/** Reads JSON: strictly, or with comments and trailing commas. */
export function parseJson(text: string, isLoose: boolean): ParsedTree {
  if (isTooDeep(text))
    return { problem: { kind: 'malformed', message: 'the document is nested too deeply' } }
  const errors: ParseError[] = []
  const root = parseTree(text, errors, {
    disallowComments: !isLoose,
    allowTrailingComma: isLoose,
    allowEmptyContent: true,
  })
  const [error] = errors
  if (error !== undefined)
    return {
      problem: {
        kind: 'malformed',
        line: lineAt(text, error.offset),
        message: `not ${isLoose ? 'JSON with comments' : 'JSON'}: ${printParseErrorCode(error.error)}`,
      },
    }
  return { tree: root === undefined ? undefined : treeOf(root) }
}

function treeOf(node: Node): TreeNode {
  const range = { start: node.offset, end: node.offset + node.length }
  const children = node.children ?? []
  if (node.type === 'object')
    return { kind: 'map', ...range, entries: children.flatMap((child) => entryOf(child)) }
  if (node.type === 'array')
    return {
      kind: 'list',
      ...range,
      entries: children.map((child, key) => {
        const below = treeOf(child)
        return { key, start: below.start, end: below.end, node: below }
      }),
    }
  return { kind: 'scalar', ...range, value: node.value, entries: [] }
}

function entryOf({ children }: Node): readonly TreeEntry[] {
  const [key, value] = children ?? []
  if (key === undefined || value === undefined) return []
  const node = treeOf(value)
  return [{ key: String(key.value), start: key.offset, end: node.end, node }]
}

/** Before a parser that calls itself for each level sees the text. */
function isTooDeep(text: string): boolean {
  const scanner = createScanner(text, true)
  let depth = 0
  for (let token = scanner.scan(); token !== SyntaxKind.EOF; token = scanner.scan()) {
    if (token === SyntaxKind.OpenBraceToken || token === SyntaxKind.OpenBracketToken) depth++
    if (token === SyntaxKind.CloseBraceToken || token === SyntaxKind.CloseBracketToken) depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}
