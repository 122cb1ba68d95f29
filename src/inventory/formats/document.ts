import type { ConfigFormat } from '../../kernel/inventory.ts'

export type { ConfigFormat }

/** Where a value stands in a document: keys and indexes from the top. */
export type DocumentPath = readonly (string | number)[]

/** What is wrong with a document. Never holds a value of it. */
export interface DocumentProblem {
  readonly kind: 'malformed' | 'too_large' | 'duplicate_name'
  readonly at?: DocumentPath
  /** The line it was seen in, from 1. */
  readonly line?: number
  readonly message: string
}

/** Offsets into the text, in UTF-16 units, and the line of the start, from 1. */
export interface DocumentRange {
  readonly start: number
  readonly end: number
  readonly line: number
}

/** A document, read. Without a value where it could not be read: then there is a problem. */
export interface ReadDocument {
  readonly value?: unknown
  readonly problems: readonly DocumentProblem[]
  /** Where the value at a path stands; undefined where there is none, or in more places than one. */
  readonly rangeOf: (at: DocumentPath) => DocumentRange | undefined
}

/** One change: the value that shall stand at a path, or that nothing shall. */
export type DocumentEdit =
  | { readonly at: DocumentPath; readonly value: unknown }
  | { readonly at: DocumentPath; readonly remove: true }

/** The new text; or why the document cannot be changed so. Then nothing was changed. */
export type EditedDocument =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly problem: DocumentProblem }

/**
 * The exact text of the value at a path. A table of TOML under its own header is `lines`: header and
 * sub-tables are part of the text. All others are the `value` behind their key, in YAML with all that
 * stands between the colon and the value.
 */
export interface DocumentSlice extends DocumentRange {
  readonly form: 'value' | 'lines'
  readonly text: string
}

/** A part of the tree of a document, with the place where it stands. */
export interface TreeNode {
  readonly kind: 'map' | 'list' | 'scalar'
  readonly start: number
  readonly end: number
  /** Of a scalar. */
  readonly value?: unknown
  /** Of a map or a list, in the order of the text. */
  readonly entries: readonly TreeEntry[]
}

export interface TreeEntry {
  readonly key: string | number
  /** From the key to the end of the value. */
  readonly start: number
  readonly end: number
  /** Behind the colon or the dash, where white space before the value belongs to how it is written. */
  readonly behind?: number
  readonly node: TreeNode
}

/** What a parser of one format gives. */
export type ParsedTree =
  | { readonly tree: TreeNode | undefined }
  | { readonly problem: DocumentProblem }

/** At most so deep, in maps and lists. */
export const MAX_DEPTH = 64
/** At most so long, in UTF-16 units. */
export const MAX_LENGTH = 4 * 1024 * 1024
