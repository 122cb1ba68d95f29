import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { z } from 'zod'
import { CONFIG_SCOPES } from '../../kernel/inventory.ts'
import type { FileSystem } from './ports.ts'
import { MOST_BYTES } from './replace-file.ts'

const slice = z.strictObject({ form: z.enum(['value', 'lines']), text: z.string() })
const entry = z.strictObject({
  server: z.string(),
  at: z.array(z.union([z.string(), z.number()])),
  gateway: z.string(),
  secrets: z.array(z.string()),
  /** What stood there before. May hold credentials. */
  old: slice,
  new: slice,
  /** Of the value of the new one. */
  digest: z.string(),
})
const record = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^[0-9]{15}-[0-9a-f]{12}$/),
  host: z.string(),
  scope: z.enum(CONFIG_SCOPES),
  file: z.string(),
  format: z.enum(['json', 'jsonc', 'toml', 'yaml']),
  isPrivate: z.boolean(),
  /** Digests of the whole file. */
  before: z.string(),
  after: z.string(),
  entries: z.array(entry),
})

/** An entry that was changed, with all that is needed to put it back. */
export type JournalEntry = Readonly<z.output<typeof entry>>
/** What one adoption changes in one file. */
export type JournalRecord = Readonly<z.output<typeof record>>

/** What was changed in files of hosts. Durable before any of them is touched. */
export interface Journal {
  /** Records that can be read, newest first; and names of those that cannot. */
  list(): { readonly records: readonly JournalRecord[]; readonly unreadable: readonly string[] }
  /** Writes a record, or puts it in the place of the one with its id. */
  write(record: JournalRecord): void
  remove(id: string): void
  /** An id for a new record, after all others. */
  nextId(): string
}

/**
 * A journal of one file per record, mode 0600, in a folder of its own.
 *
 * @param owner whose the files are: the user and group of this process.
 */
export function openJournal(
  files: FileSystem,
  folder: string,
  owner: { readonly uid: number; readonly gid: number },
): Journal {
  const pathOf = (id: string): string => join(folder, `${id}.json`)
  const names = (): readonly string[] =>
    files.list(folder).filter((name) => /^[0-9]{15}-[0-9a-f]{12}\.json$/.test(name))
  return {
    list: () => {
      const read = names()
        .toReversed()
        .map((name) => ({ name, record: readRecord(files, join(folder, name), name) }))
      return {
        records: read.flatMap(({ record }) => record ?? []),
        unreadable: read.flatMap(({ name, record }) => (record === undefined ? [name] : [])),
      }
    },
    write: (one) => {
      files.makeFolder(folder)
      const draft = join(folder, `.${one.id}.${randomBytes(6).toString('hex')}`)
      const bytes = Buffer.from(JSON.stringify(one))
      files.create(draft, { bytes, mode: 0o600, ...owner })
      files.rename(draft, pathOf(one.id))
      files.syncFolder(folder)
    },
    remove: (id) => {
      files.remove(pathOf(id))
      files.syncFolder(folder)
    },
    nextId: () => {
      const last = Number((names().at(-1) ?? '0').slice(0, 15))
      return `${String(last + 1).padStart(15, '0')}-${randomBytes(6).toString('hex')}`
    },
  }
}

function readRecord(files: FileSystem, path: string, name: string): JournalRecord | undefined {
  try {
    // old and new texts of a file, in JSON
    const state = files.read(path, 4 * MOST_BYTES)
    const read = record.parse(JSON.parse(Buffer.from(state?.bytes ?? []).toString('utf8')))
    return `${read.id}.json` === name ? read : undefined
  } catch {
    return undefined
  }
}
