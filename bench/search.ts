import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type RawBuilder, sql } from 'kysely'
import { Client } from 'pg'
import { openRecords, type SearchQuery } from '../src/audit/audit.ts'
import { openStore, type Store, type StoreOptions } from '../src/store/store.ts'
import { startPostgres } from '../src/store/testing/postgres.ts'

/** What is looked for: each filter alone, frequent and rare, and what is frequent together never. */
const QUERIES: Readonly<Record<string, SearchQuery>> = {
  'newest calls': {},
  'a server': { server: 'server-0' },
  'a rare tool': { target: 'tool-rare' },
  'a subject': { subject: 'user:u3' },
  'a client': { client: 'client-2' },
  'a grant': { grant: 'grant-17' },
  'an outcome': { outcome: 'failed' },
  'a verdict': { verdict: 'deny' },
  'a policy': { policy: 'policy-7' },
  'a time': { since: 1_780_000_400_000, before: 1_780_000_400_100 },
  'a text': { text: 'tool-1' },
  'an id': { text: '780000400000-' },
  'frequent and rare': { server: 'server-0', subject: 'user:u3', target: 'tool-rare' },
  'frequent, together rare': { server: 'server-0', target: 'tool-15', verdict: 'permit' },
  'frequent, together never': { server: 'server-1', target: 'tool-14', verdict: 'permit' },
}

/** Milliseconds that each search takes among so many records: the worst page of three. */
export async function searchTimes(engine: 'sqlite' | 'postgres', count: number) {
  const directory = await mkdtemp(join(tmpdir(), 'bailiwick-search-'))
  const postgres = engine === 'postgres' ? await startPostgres() : undefined
  const options: StoreOptions =
    postgres === undefined
      ? { kind: 'sqlite', path: join(directory, 'bailiwick.db'), durability: 'process' }
      : { kind: 'postgres', url: postgres.url, poolSize: 4 }
  const store = await openStore(options)
  try {
    await fill(store, count)
    await tidy(store, postgres?.url)
    return await measure(store)
  } finally {
    await store.close()
    await postgres?.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

/** Rows of one statement: the time of each is bounded. */
const CHUNK = 4_000

/** Every other record is the outcome of the one before; bodies of a kibibyte. */
async function fill(store: Store, count: number): Promise<void> {
  for (let done = 0; done < count; done += CHUNK)
    await fillPart(store, done + 1, Math.min(count, done + CHUNK))
}

/** As a database is that has run for a while. */
async function tidy({ db }: Store, postgres: string | undefined): Promise<void> {
  if (postgres === undefined) return void (await sql`analyze`.execute(db))
  // Longer than a statement of the product may take.
  const client = new Client(postgres)
  await client.connect()
  await client.query('vacuum (analyze) record, record_mark')
  await client.end()
}

async function fillPart({ db, engine }: Store, first: number, last: number): Promise<void> {
  const series =
    engine === 'sqlite'
      ? sql`(with recursive s (n) as (select ${sql.lit(first)} union all select n + 1 from s where n < ${sql.lit(last)}) select n from s)`
      : sql`(select generate_series(${first}::bigint, ${last}::bigint) as n)`
  const call = sql`(n + 1) / 2`
  const text = (value: RawBuilder<unknown>) => sql`cast(${value} as text)`
  const tool = sql`case when ${call} % 50000 = 7 then 'tool-rare' else 'tool-' || ${text(sql`${call} % 16`)} end`
  const body = `{"filler":"${'x'.repeat(1_000)}"}`
  await sql`
    insert into record (seq, at, kind, call, server, target, outcome, subject, client, "grant", body, hash)
    select n, 1780000000000 + ${call}, case when n % 2 = 1 then 'intent' else 'outcome' end,
      ${text(sql`780000000000 + ${call}`)} || '-call', 'server-' || ${text(sql`${call} % 4`)}, ${tool},
      case when n % 2 = 1 then null when ${call} % 100 = 0 then 'failed' else 'answered' end,
      'user:u' || ${text(sql`${call} % 10`)}, 'client-' || ${text(sql`${call} % 5`)},
      'grant-' || ${text(sql`${call} % 1000`)}, ${sql.lit(body)}, 'hash'
    from ${series} as s`.execute(db)
  await sql`
    insert into record_mark (mark, at, seq)
    select case when ${call} % 20 = 0 then 'verdict:deny' else 'verdict:permit' end, 1780000000000 + ${call}, n
    from ${series} as s`.execute(db)
  await sql`
    insert into record_mark (mark, at, seq)
    select 'policy:policy-' || ${text(sql`${call} % 30`)}, 1780000000000 + ${call}, n
    from ${series} as s`.execute(db)
}

async function measure(store: Store): Promise<Readonly<Record<string, number>>> {
  const records = openRecords(store, '')
  const times: Record<string, number> = {}
  for (const [name, query] of Object.entries(QUERIES)) {
    let cursor: string | undefined
    for (let page = 0; page < 3; page += 1) {
      const start = performance.now()
      const found = await records.search({ ...query, ...(cursor && { cursor }) })
      times[name] = Math.max(times[name] ?? 0, performance.now() - start)
      cursor = found.next
      if (cursor === undefined) break
    }
  }
  return times
}
