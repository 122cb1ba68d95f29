import { type Kysely, sql } from 'kysely'
import type { Schema } from '../store/schema.ts'

/** A column, and exactly what stands in it. */
export type NamedColumn = readonly [
  column: 'call' | 'server' | 'target' | 'subject' | 'client' | 'grant' | 'outcome',
  value: string,
]

/** Names that a text can stand for in one column; ids of calls. */
const MOST_NAMES = 8
const MOST_CALLS = 20
/** Shorter beginnings of the id of a call could be those of any call of a day. */
const SHORTEST_ID = 8

/** What the user of the name means, too: `ann` is `user:ann`. */
const KINDS: Readonly<Partial<Record<NamedColumn[0], readonly string[]>>> = {
  subject: ['user:', 'agent:'],
}

/** Everything that a text is the beginning of. Each look takes one step in an index. */
export async function leadsNamed(
  db: Kysely<Schema>,
  text: string,
): Promise<readonly NamedColumn[]> {
  const columns = ['target', 'server', 'subject', 'client'] as const
  const found = await Promise.all(
    columns.flatMap((column) =>
      ['', ...(KINDS[column] ?? [])].map(async (kind) =>
        (await namesFrom(db, column, kind + text, MOST_NAMES)).map(
          (name): NamedColumn => [column, name],
        ),
      ),
    ),
  )
  const calls = text.length < SHORTEST_ID ? [] : await namesFrom(db, 'call', text, MOST_CALLS)
  return [...calls.map((call): NamedColumn => ['call', call]), ...found.flat()]
}

/** The names in a column that begin so, each found after the one before. */
async function namesFrom(
  db: Kysely<Schema>,
  column: 'call' | 'target' | 'server' | 'subject' | 'client',
  start: string,
  most: number,
): Promise<readonly string[]> {
  const names: string[] = []
  for (let after: string | undefined; names.length < most; ) {
    const name: string | undefined = await nextName(db, column, start, after)
    if (name === undefined || !name.startsWith(start)) break
    names.push(name)
    after = name
  }
  return names
}

async function nextName(
  db: Kysely<Schema>,
  column: 'call' | 'target' | 'server' | 'subject' | 'client',
  start: string,
  after: string | undefined,
): Promise<string | undefined> {
  const ref = sql.ref(column)
  const place = after === undefined ? sql`${ref} >= ${start}` : sql`${ref} > ${after}`
  const only = column === 'subject' || column === 'client' ? sql` and kind <> 'event'` : sql``
  const { rows } = await sql<{ readonly name: string }>`
    select ${ref} as name from record where ${place}${only} order by ${ref} limit 1`.execute(db)
  return rows[0]?.name
}
