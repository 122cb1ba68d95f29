import { sha256 } from '../../kernel/hash.ts'
import { editDocument, readDocument, sliceOf } from '../formats/formats.ts'
import { rewritten } from './host-entry.ts'
import type { JournalEntry, JournalRecord } from './journal.ts'
import type { PlannedEntry, PlannedFile, PlannedServer } from './plan-words.ts'
import type { FileSystem } from './ports.ts'
import { putBack, valueDigest } from './put-back.ts'
import { FileRefused, type FileText, readText } from './replace-file.ts'
import { isMap, valueAt } from './value-at.ts'

/** A file of a host as it will be, with the record from which it can be put back. */
export interface Draft {
  readonly planned: PlannedFile
  readonly read: FileText
  readonly text: string
  readonly record: Omit<JournalRecord, 'id'>
}

/**
 * Works out the new text of a file; nothing is written. It is proven here that what will be written can be
 * taken back: putting the entries back gives the same bytes.
 *
 * @throws {FileRefused} `changed_meanwhile` when the file is not what the plan was made from;
 *   `not_rewritable` when an entry cannot be changed alone.
 */
export function draftOf(
  files: FileSystem,
  planned: PlannedFile,
  servers: readonly PlannedServer[],
): Draft {
  const read = readText(files, planned.file)
  if (read.digest !== planned.digest)
    throw new FileRefused('the file changed since it was read', { code: 'changed_meanwhile' })
  const entries: JournalEntry[] = []
  let { text } = read
  for (const entry of planned.entries) {
    const secrets = servers.find(({ name }) => name === entry.gateway)?.secrets ?? []
    const step = rewrite(text, planned, entry)
    text = step.text
    const { server, at, gateway } = entry
    const made = { server, at: [...at], gateway, secrets: [...secrets] }
    entries.push({ ...made, old: step.old, new: step.new, digest: step.digest })
  }
  if (restored(text, planned, entries) !== read.text) throw notRewritable()
  const { host, scope, file, format, holdsSecrets: isPrivate } = planned
  const digests = { before: read.digest, after: sha256(text) }
  const record = { version: 1, host, scope, file, format, isPrivate, ...digests, entries } as const
  return { planned, read, text, record }
}

function rewrite(text: string, { format }: PlannedFile, { at, members }: PlannedEntry) {
  const old = sliceOf(text, format, at)
  const entry = valueAt(readDocument(text, format).value, at)
  if (old === undefined || !isMap(entry)) throw notRewritable()
  const edited = editDocument(text, format, [{ at, value: rewritten(entry, members) }])
  if (!edited.ok) throw notRewritable()
  const made = sliceOf(edited.text, format, at)
  if (made === undefined) throw notRewritable()
  return {
    text: edited.text,
    digest: valueDigest(readDocument(edited.text, format).value, at),
    old: { form: old.form, text: old.text },
    new: { form: made.form, text: made.text },
  }
}

function restored(
  text: string,
  { format }: PlannedFile,
  entries: readonly JournalEntry[],
): string | undefined {
  let now = text
  for (const entry of entries.toReversed()) {
    const back = putBack(now, format, entry)
    if (back.state !== 'restored') return undefined
    now = back.text
  }
  return now
}

function notRewritable(): FileRefused {
  return new FileRefused('an entry of the file cannot be changed on its own', {
    code: 'not_rewritable',
  })
}
