import type { DocumentPath, DocumentSlice, ParsedTree, TreeNode } from './document.ts'

/** One format. The texts have no byte order mark. Undefined where a change cannot be made in place. */
export interface FormatRules {
  readonly parse: (text: string) => ParsedTree
  /** Sets a value whose parent is there, or is the top. */
  readonly set: (
    text: string,
    tree: TreeNode | undefined,
    at: DocumentPath,
    value: unknown,
  ) => string | undefined
  /** Removes a value that is there. */
  readonly remove: (text: string, tree: TreeNode, at: DocumentPath) => string | undefined
  readonly slice: (
    text: string,
    tree: TreeNode,
    at: DocumentPath,
  ) => Pick<DocumentSlice, 'form' | 'start' | 'end'> | undefined
}
