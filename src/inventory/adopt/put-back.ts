import { sha256 } from '../../kernel/hash.ts'
import type { ConfigFormat } from '../../kernel/inventory.ts'
import type { DocumentPath } from '../formats/document.ts'
import { readDocument, replaceSlice, sliceOf } from '../formats/formats.ts'
import type { JournalEntry } from './journal.ts'
import { isMap, valueAt } from './value-at.ts'

/** What became of one entry. */
export type PutBack =
  | { readonly state: 'restored'; readonly text: string }
  /** It is as it was before: nothing to do. */
  | { readonly state: 'was_original' }
  /** It is not ours any more, and left as it is. */
  | { readonly state: 'edited' | 'gone' | 'malformed'; readonly message: string }

/** Puts the original text of an entry back, wherever our entry stands now. All else stays as it is. */
export function putBack(text: string, format: ConfigFormat, entry: JournalEntry): PutBack {
  const read = readDocument(text, format)
  if (read.value === undefined && read.problems.length > 0)
    return { state: 'malformed', message: 'the file cannot be parsed; mend it, and try again' }
  const here = sliceOf(text, format, entry.at)
  if (here?.text === entry.old.text) return { state: 'was_original' }
  const at = whereNow(text, format, entry, read.value)
  if (at === undefined) return lost(here !== undefined)
  const edited = replaceSlice(text, format, at, entry.old)
  if (edited.ok) return { state: 'restored', text: edited.text }
  return { state: 'malformed', message: edited.problem.message }
}

function lost(isThere: boolean): PutBack {
  return isThere
    ? { state: 'edited', message: 'somebody edited the entry since; it was left as it is' }
    : { state: 'gone', message: 'the entry is gone; it was not put back' }
}

/** Where our entry stands: at its place, or moved within its list, or under another name. */
function whereNow(
  text: string,
  format: ConfigFormat,
  { at, new: ours, digest }: JournalEntry,
  value: unknown,
): DocumentPath | undefined {
  const isOurs = (path: DocumentPath): boolean => {
    const slice = sliceOf(text, format, path)
    if (slice === undefined || squeezed(slice.text) !== squeezed(ours.text)) return false
    return digest === valueDigest(value, path)
  }
  if (isOurs(at)) return at
  const parent = valueAt(value, at.slice(0, -1))
  const keys = Array.isArray(parent) ? [...parent.keys()] : isMap(parent) ? Object.keys(parent) : []
  const found = keys
    .slice(0, 1_000)
    .map((key) => [...at.slice(0, -1), key])
    .filter(isOurs)
  // two that look like ours: nobody knows which one is
  return found.length === 1 ? found[0] : undefined
}

/** The same for the same value with its members in the same order. */
export function valueDigest(value: unknown, at: DocumentPath): string {
  return sha256(JSON.stringify(valueAt(value, at)) ?? '')
}

/** Somebody who lays out the whole file anew has not edited our entry. */
function squeezed(text: string): string {
  return text.replaceAll(/\s/g, '')
}
