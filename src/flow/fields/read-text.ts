import { readLiteral } from './literal.ts'
import type { Node } from './node.ts'

/** Reads a text that is structured from end to end. Undefined when it is prose, or not all of it is structured. */
export function readText(text: string): Node | undefined {
  return readLiteral(text)
}
