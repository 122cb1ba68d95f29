import { readLiteral } from './literal.ts'
import type { Reading } from './reading.ts'
import { readYaml } from './yaml.ts'

const OPENS_LITERAL = /^\s{0,80}["'[{(\w]/

/** Reads a text that is structured from end to end. Undefined when it is prose, or not all of it is structured. */
export function readText(text: string): Reading | undefined {
  const literal = OPENS_LITERAL.test(text) ? readLiteral(text) : undefined
  if (literal !== undefined) return { node: literal, isSure: true }
  return readYaml(text)
}
