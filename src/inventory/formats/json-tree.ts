import {
  createScanner,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
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

/** Signs as the scanner numbers them; its own names for them are gone when it runs. */
const [OPEN_MAP, CLOSE_MAP, OPEN_LIST, CLOSE_LIST, END] = [1, 2, 3, 4, 17]

/** Before a parser that calls itself for each level sees the text. */
function isTooDeep(text: string): boolean {
  const scanner = createScanner(text, true)
  let depth = 0
  for (let token: number = scanner.scan(); token !== END; token = scanner.scan()) {
    if (token === OPEN_MAP || token === OPEN_LIST) depth++
    if (token === CLOSE_MAP || token === CLOSE_LIST) depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}
