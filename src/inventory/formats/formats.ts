import type {
  ConfigFormat,
  DocumentEdit,
  DocumentPath,
  DocumentSlice,
  EditedDocument,
  ReadDocument,
} from './document.ts'

/**
 * Reads a document strictly. Duplicate keys are reported, and the last one counts; a key `__proto__` is
 * reported and left out. Never throws; linear in the text, bounded in size and depth.
 */
export function readDocument(_text: string, _format: ConfigFormat): ReadDocument {
  throw new Error('not there yet')
}

/**
 * Changes values of a document and touches nothing else: comments, order, line ends, indentation, byte
 * order mark, trailing commas and the final line end stay. Maps on the way that are missing are made.
 * What is not there need not be removed. The result was read again, and says exactly what was asked for;
 * otherwise nothing is changed. Never throws.
 */
export function editDocument(
  _text: string,
  _format: ConfigFormat,
  _edits: readonly DocumentEdit[],
): EditedDocument {
  throw new Error('not there yet')
}

/** The exact text of the value at a path; undefined where there is none, or in more than one piece. */
export function sliceOf(
  _text: string,
  _format: ConfigFormat,
  _at: DocumentPath,
): DocumentSlice | undefined {
  throw new Error('not there yet')
}

/**
 * Puts a text that `sliceOf` gave in the place of the value at a path. After an `editDocument` of the
 * same path that replaced the value, this gives the bytes from before. Where the path is no longer there
 * it is put in anew. The result was read again: all but this value is as before, or nothing is changed.
 */
export function replaceSlice(
  _text: string,
  _format: ConfigFormat,
  _at: DocumentPath,
  _slice: Pick<DocumentSlice, 'form' | 'text'>,
): EditedDocument {
  throw new Error('not there yet')
}
