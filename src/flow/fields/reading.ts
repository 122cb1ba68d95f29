import type { Node } from './node.ts'

/** What a reader finds in a text. */
export interface Reading {
  readonly node: Node
  /**
   * Whether a program wrote the text that escapes what it has to: whoever fills one of its fields cannot
   * write another beside it. Otherwise a text that holds any sentence is a text as a whole.
   */
  readonly isSure: boolean
}
