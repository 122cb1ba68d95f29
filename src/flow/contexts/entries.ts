import { sql, type Transaction } from 'kysely'
import type { DataClass } from '../../kernel/access.ts'
import type { Schema } from '../../store/schema.ts'
import type { Taken } from '../memory/taken.ts'
import { classesOf } from './labels.ts'
import type { Db, Parts } from './parts.ts'

/**
 * What a context took in, in the order of its numbers. `lost`: something that cannot be kept, or could not
 * be read again.
 */
export type Entry =
  | { readonly kind: 'taken'; readonly taken: Taken }
  | { readonly kind: 'brought' | 'confirmed'; readonly values: readonly string[] }
  | { readonly kind: 'lost' }

/** An entry, and the call that it is from. */
export interface CallEntry {
  readonly call: string
  readonly entry: Entry
}

/** An entry with its number, and the bytes that it takes in the database. */
export type KeptEntry = Entry & { readonly seq: number; readonly size: number }

/** What a read of a context joins to its labels. */
export interface Joined {
  readonly untrusted: boolean
  readonly classes: readonly DataClass[]
  readonly answers: number
}

export interface Appended {
  /** The number of the last entry. */
  readonly seq: number
  readonly entries: readonly KeptEntry[]
}

/** Entries that one statement reads: a large context does not stop everything else meanwhile. */
const PAGE = 100

/**
 * Appends entries and joins labels. The row of the context is held from the first statement on, so numbers
 * become visible in their order, and labels only ever grow.
 *
 * @returns undefined when the context is not open any more, and then nothing is kept
 */
export async function append(
  parts: Parts,
  trx: Transaction<Schema>,
  context: string,
  entries: readonly CallEntry[],
  joined: Joined = { untrusted: false, classes: [], answers: 0 },
): Promise<Appended | undefined> {
  const now = parts.now()
  const row = await trx
    .updateTable('flow_context')
    .set({
      seq: sql`seq + ${sql.lit(entries.length)}`,
      answers: sql`answers + ${sql.lit(joined.answers)}`,
      used: sql`case when used < ${now} then ${now} else used end`,
    })
    .where('id', '=', context)
    .where('ended', 'is', null)
    .returning(['seq', 'untrusted', 'classes'])
    .executeTakeFirst()
  if (row === undefined) return undefined
  await joinLabels(trx, context, row, joined, now)
  const first = row.seq - entries.length + 1
  const kept = entries.map(({ call, entry }, index) => ({
    call,
    ...sealed(parts, context, first + index, entry),
  }))
  if (kept.length > 0)
    await trx
      .insertInto('flow_entry')
      .values(
        kept.map(({ call, kind, seq, size, body }) => ({
          context,
          seq,
          kind,
          call,
          body,
          size,
          at: now,
        })),
      )
      .execute()
  return {
    seq: row.seq,
    entries: kept.map(({ seq, size, kind }, index) => {
      const entry = entries[index]?.entry
      return entry === undefined || kind === 'lost'
        ? { kind: 'lost', seq, size }
        : { ...entry, seq, size }
    }),
  }
}

async function joinLabels(
  trx: Transaction<Schema>,
  context: string,
  row: { readonly untrusted: number | null; readonly classes: string },
  joined: Joined,
  now: number,
): Promise<void> {
  const known = classesOf(row)
  const classes = [...new Set([...known, ...joined.classes])].sort()
  const untrusted = row.untrusted ?? (joined.untrusted ? now : null)
  if (classes.length === known.length && untrusted === row.untrusted) return
  await trx
    .updateTable('flow_context')
    .set({ classes: JSON.stringify(classes), untrusted })
    .where('id', '=', context)
    .execute()
}

function sealed({ seal, bounds }: Parts, context: string, seq: number, entry: Entry) {
  const { kind, ...rest } = entry
  const body = kind === 'lost' ? '' : seal.seal(JSON.stringify(rest), [context, seq, kind])
  // One answer must not push out everything that was read before it.
  if (body.length > bounds.kept / 4) return { kind: 'lost', seq, body: '', size: 0 } as const
  return { kind, seq, body, size: body.length }
}

/**
 * The entries after a number, in pages, in their order. One that cannot be opened is `lost`; one that is
 * missing is too.
 */
export async function* entriesAfter(
  { db, seal }: Pick<Parts, 'db' | 'seal'>,
  context: string,
  after: number,
  to: number,
): AsyncIterable<readonly KeptEntry[]> {
  let last = after
  while (last < to) {
    const rows = await db
      .selectFrom('flow_entry')
      .select(['seq', 'kind', 'body', 'size'])
      .where('context', '=', context)
      .where('seq', '>', last)
      .where('seq', '<=', to)
      .orderBy('seq')
      .limit(PAGE)
      .execute()
    const page: KeptEntry[] = []
    for (const { seq, kind, body, size } of rows) {
      if (seq !== last + 1) page.push({ kind: 'lost', seq: seq - 1, size: 0 })
      page.push({ ...opened(seal, context, seq, kind, body), seq, size })
      last = seq
    }
    if (rows.length < PAGE && last < to) {
      page.push({ kind: 'lost', seq: to, size: 0 })
      last = to
    }
    yield page
  }
}

function opened(
  seal: Parts['seal'],
  context: string,
  seq: number,
  kind: string,
  body: string,
): Entry {
  const text = kind === 'lost' ? undefined : seal.tryOpen(body, [context, seq, kind])
  // What was opened was written here: its form is as it was sealed.
  return text === undefined ? { kind: 'lost' } : ({ kind, ...JSON.parse(text) } as Entry)
}

/**
 * Drops the oldest entries until a quarter of the bound is free, where there are too many.
 *
 * @param first done before: a process that ends between the two has dropped nothing in silence
 * @returns the bytes that are left
 */
export async function dropOldest(
  db: Db,
  context: string,
  most: number,
  first: () => Promise<void>,
): Promise<number> {
  const rows = await db
    .selectFrom('flow_entry')
    .select(['seq', 'size'])
    .where('context', '=', context)
    .orderBy('seq')
    .execute()
  let left = rows.reduce((sum, { size }) => sum + size, 0)
  if (left <= most) return left
  let upTo = 0
  for (const { seq, size } of rows) {
    if (left <= (most * 3) / 4) break
    left -= size
    upTo = seq
  }
  await first()
  await db
    .deleteFrom('flow_entry')
    .where('context', '=', context)
    .where('seq', '<=', upTo)
    .execute()
  return left
}
