import { readLines } from './lines.ts'
import { readLiteral } from './literal.ts'
import { readMarkup } from './markup.ts'
import type { Node } from './node.ts'
import type { Reading } from './reading.ts'
import { readTable } from './table.ts'
import { readYaml } from './yaml.ts'

const OPENS_LITERAL = /^\s{0,80}["'[{(\w]/

/** Reads a text that is structured from end to end. Undefined when it is prose, or not all of it is structured. */
export function readText(text: string): Reading | undefined {
  const literal = OPENS_LITERAL.test(text) ? readLiteral(text) : undefined
  if (literal !== undefined) return { node: literal, isSure: true }
  const yaml = readYaml(text)
  if (yaml !== undefined && (yaml.isSure || !isList(yaml.node))) return yaml
  const table = readTable(text)
  if (table !== undefined) return table
  const node = readMarkup(text) ?? readLines(text)
  return node === undefined ? undefined : { node, isSure: false }
}

/** Words, one a line: a list of things, or a sentence with line breaks. */
function isList(node: Node): boolean {
  return Array.isArray(node) && node.some((item) => typeof item === 'string')
}
