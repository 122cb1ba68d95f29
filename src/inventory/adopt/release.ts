import type { ConfigFormat, HostId } from '../../kernel/inventory.ts'
import type { Journal, JournalEntry, JournalRecord } from './journal.ts'
import type { FileSystem } from './ports.ts'
import { putBack } from './put-back.ts'
import { readText, replaceText } from './replace-file.ts'

/** Which entries to put back; all without it. */
export interface ReleaseChoice {
  readonly host?: HostId
  readonly file?: string
  readonly server?: string
}

/** What became of one entry. The message holds no value. */
export interface ReleasedItem {
  readonly host: HostId
  readonly file: string
  readonly server: string
  readonly gateway: string
  readonly state: 'restored' | 'was_original' | 'edited' | 'gone' | 'malformed' | 'failed'
  readonly message?: string
}

/** A file as it would be, or is. Holds credentials: shown only masked. */
export interface ReleasedFile {
  readonly file: string
  readonly format: ConfigFormat
  readonly before: string
  readonly after: string
}

export interface Released {
  readonly items: readonly ReleasedItem[]
  readonly files: readonly ReleasedFile[]
  /** Servers of the gateway, and secrets, that no adopted entry uses any more. They stay. */
  readonly idle: { readonly servers: readonly string[]; readonly secrets: readonly string[] }
  /** Records of the journal that cannot be read. */
  readonly unreadable: readonly string[]
}

interface ReleaseParts {
  readonly files: FileSystem
  readonly journal: Journal
  /** Writes nothing. */
  readonly dryRun?: boolean
}

/**
 * Puts entries of hosts back as they were, byte for byte. What else was edited meanwhile stays; an entry
 * of ours that was edited itself, or is gone, is reported and left, and its record kept. Each file is
 * written in one step; a machine that stops leaves it as it was or put back.
 */
export function release(choice: ReleaseChoice, { files, journal, dryRun }: ReleaseParts): Released {
  const { records, unreadable } = journal.list()
  const chosen = records.filter(
    ({ host, file }) =>
      (choice.host === undefined || choice.host === host) &&
      (choice.file === undefined || choice.file === file),
  )
  const done = [...Map.groupBy(chosen, ({ file }) => file)].map(([file, of]) =>
    releaseFile({ files, journal, dryRun: dryRun === true }, file, of, choice.server),
  )
  const items = done.flatMap((one) => one.items)
  return {
    items,
    files: done.flatMap(({ change }) => change ?? []),
    idle: idleOf(records, new Set(done.flatMap((one) => one.over))),
    unreadable,
  }
}

interface FileDone {
  readonly items: readonly ReleasedItem[]
  readonly change?: ReleasedFile
  /** Entries that are over: put back, or never changed. */
  readonly over: readonly JournalEntry[]
}

function releaseFile(
  { files, journal, dryRun }: Required<ReleaseParts>,
  file: string,
  records: readonly JournalRecord[],
  server: string | undefined,
): FileDone {
  try {
    const read = readText(files, file)
    const { text, items, over } = putAllBack(read.text, records, server)
    const format = records[0]?.format ?? 'json'
    const isChanged = text !== read.text
    if (!dryRun) {
      const isPrivate = records.some((one) => one.isPrivate)
      if (isChanged && !replaceText(files, file, { read, text, isPrivate }))
        throw new Error('put back, but the disk did not confirm it; run it again')
      for (const record of records) settle(journal, record, over)
    }
    return {
      items,
      over,
      ...(isChanged && { change: { file, format, before: read.text, after: text } }),
    }
  } catch (error) {
    return { items: failed(records, server, error), over: [] }
  }
}

/** Newest record first: an older one saw the file as the newer one found it. */
function putAllBack(before: string, records: readonly JournalRecord[], server: string | undefined) {
  const items: ReleasedItem[] = []
  const over: JournalEntry[] = []
  let text = before
  const chosen = records.flatMap((record) =>
    record.entries.toReversed().map((entry) => ({ ...record, entry })),
  )
  for (const { host, file, format, entry } of chosen) {
    if (server !== undefined && entry.server !== server) continue
    const back = putBack(text, format, entry)
    if (back.state === 'restored') text = back.text
    if (back.state === 'restored' || back.state === 'was_original') over.push(entry)
    const message = 'message' in back ? { message: back.message } : {}
    const { server: name, gateway } = entry
    items.push({ host, file, server: name, gateway, state: back.state, ...message })
  }
  return { text, items, over }
}

function failed(
  records: readonly JournalRecord[],
  chosen: string | undefined,
  error: unknown,
): readonly ReleasedItem[] {
  const message = error instanceof Error ? error.message : 'it failed'
  return records.flatMap(({ host, file, entries }) =>
    entries
      .filter(({ server }) => chosen === undefined || chosen === server)
      .map(({ server, gateway }) => ({ host, file, server, gateway, state: 'failed', message })),
  )
}

/** Only after the file is durable: until then the record is all there is of the original. */
function settle(journal: Journal, record: JournalRecord, over: readonly JournalEntry[]): void {
  const rest = record.entries.filter((entry) => !over.includes(entry))
  if (rest.length === record.entries.length) return
  if (rest.length === 0) journal.remove(record.id)
  else journal.write({ ...record, entries: rest })
}

function idleOf(
  records: readonly JournalRecord[],
  over: ReadonlySet<JournalEntry>,
): Released['idle'] {
  const rest = records.flatMap(({ entries }) => entries).filter((entry) => !over.has(entry))
  const servers = new Set(rest.map(({ gateway }) => gateway))
  const secrets = new Set(rest.flatMap((entry) => entry.secrets))
  const gone = [...over]
  return {
    servers: distinct(gone.map(({ gateway }) => gateway)).filter((name) => !servers.has(name)),
    secrets: distinct(gone.flatMap((entry) => entry.secrets)).filter((name) => !secrets.has(name)),
  }
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)].sort()
}
