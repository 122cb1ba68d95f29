import { CompiledQuery, Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Decision } from '../kernel/access.ts'
import { marksOf } from '../store/record-marks.ts'
import type { Schema } from '../store/schema.ts'
import { sqliteDialect } from '../store/sqlite-dialect.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { type SearchQuery, searchCalls } from './search.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'
import { type FreshAudit, freshAudit } from './testing/fresh-audit.ts'

const START = 1_780_000_000_000
const CALLS = 240

/** The n-th of some values, so that every combination of them comes about. */
function nth<T>(values: readonly [T, ...T[]], n: number): T {
  return values[n % values.length] ?? values[0]
}

const LIFT = {
  by: 'approval',
  approvers: ['group:leads'],
  quorum: 1,
  each: false,
  assurance: 'session',
  pattern: 0,
  maxAge: 1_000,
} as const
const DENIAL = { effect: 'deny', determining: [{ policy: 'no-writes' }], errors: [] } as const
const DECISIONS: readonly [Decision, ...Decision[]] = [
  { effect: 'permit', determining: [{ policy: 'reads' }] },
  DENIAL,
  { effect: 'permit', determining: [{ policy: 'reads' }], observed: DENIAL },
  { ...DENIAL, determining: [{ policy: 'ask-first' }], lift: LIFT },
  { effect: 'permit', determining: [{ policy: 'reads' }, { policy: 'all' }] },
]
const VERDICTS = ['permit', 'deny', 'observed', 'ask', 'permit'] as const

interface Made {
  readonly call: string
  readonly at: number
  readonly server: string
  readonly target: string
  readonly subject: string
  readonly client: string
  readonly grant: string
  readonly outcome: string
  readonly verdict: string
  readonly policies: readonly string[]
}

function made(n: number): Made {
  const decision = nth(DECISIONS, n)
  const observed = decision.effect === 'permit' ? (decision.observed?.determining ?? []) : []
  return {
    call: `m${String(n).padStart(7, '0')}-x`,
    at: START + Math.floor(n / 3),
    server: nth(['files', 'mail', 'files-2'], n),
    target: nth(['read_file', 'write_file', 'send', 'read_mail'], Math.floor(n / 2)),
    subject: nth(['user:ann', 'user:bob', 'agent:build'], Math.floor(n / 5)),
    client: nth(['editor', 'ci'], Math.floor(n / 7)),
    grant: nth(['g-1', 'g-2'], Math.floor(n / 11)),
    outcome: decision.effect === 'deny' ? 'denied' : nth(['answered', 'failed'], n),
    verdict: nth(VERDICTS, n),
    policies: [...decision.determining, ...observed].map(({ policy }) => policy),
  }
}

const ALL = Array.from({ length: CALLS }, (_, n) => made(n))

async function fill({ recorder, clock }: FreshAudit): Promise<void> {
  for (const [n, one] of ALL.entries()) {
    clock.now = one.at
    const { call, server, target, subject, client, grant } = one
    const authorization = { ...intentOf('').authorization, client, grant }
    const common = { server, target, subject, authorization, decision: nth(DECISIONS, n) }
    if (one.outcome !== 'denied') recorder.record(intentOf(call, common)).catch(() => {})
    const outcome = one.outcome as 'answered'
    await recorder.record(outcomeOf(call, { ...common, outcome, result: undefined }))
  }
  await recorder.witness({ event: 'login.succeeded', outcome: 'done', subject: 'user:ann' })
}

function expected(query: SearchQuery): readonly string[] {
  const { text, policy, since = 0, before = Number.MAX_SAFE_INTEGER, ...rest } = query
  return ALL.filter(
    (one) =>
      Object.entries(rest).every(([name, wanted]) => one[name as keyof Made] === wanted) &&
      (policy === undefined || one.policies.includes(policy)) &&
      one.at >= since &&
      one.at < before &&
      (text === undefined ||
        [one.call, one.server, one.target, one.client, one.subject, one.subject.split(':')[1]].some(
          (name) => name?.startsWith(text),
        )),
  )
    .map(({ call }) => call)
    .toReversed()
}

const QUERIES: readonly SearchQuery[] = [
  {},
  { server: 'files' },
  { server: 'nowhere' },
  { target: 'send' },
  { subject: 'user:ann' },
  { client: 'ci' },
  { grant: 'g-2' },
  { outcome: 'answered' },
  { outcome: 'denied' },
  { outcome: 'failed', verdict: 'observed' },
  { verdict: 'permit' },
  { verdict: 'deny' },
  { verdict: 'ask', server: 'mail' },
  { policy: 'ask-first' },
  { policy: 'no-writes' },
  { policy: 'all', subject: 'agent:build', outcome: 'failed' },
  { policy: 'nothing' },
  { verdict: 'permit', policy: 'no-writes' },
  { since: START + 20, before: START + 40, client: 'editor' },
  { text: 'read' },
  { text: 'files' },
  { text: 'ann' },
  { text: 'user:b' },
  { text: 'm0000017' },
  { text: 'm' },
  { text: 'build', verdict: 'deny' },
  { text: "x' or '1'='1" },
  { text: '%' },
]

for (const engine of ENGINES) {
  describe(`search on ${engine}`, () => {
    let audit: FreshAudit
    beforeAll(async () => {
      audit = await freshAudit(engine)
      await fill(audit)
    })
    afterAll(() => audit.remove())

    /** All pages, and whether any of them ended because enough was looked at. */
    async function pages(query: SearchQuery, rounds: readonly number[]) {
      const calls: string[] = []
      let cursor: string | undefined
      let [count, cut] = [0, false]
      do {
        const page = await searchCalls(
          audit.store.db,
          { ...query, limit: 7, ...(cursor && { cursor }) },
          rounds,
        )
        calls.push(...page.calls.map(({ call }) => call))
        cut ||= page.next !== undefined && page.calls.length < 7
        expect(page.calls.length).toBeLessThanOrEqual(7)
        cursor = page.next
        count += 1
      } while (cursor !== undefined && count < 500)
      return { calls, cut }
    }

    // `m` alone is too short for the id of a call.
    test.each(QUERIES)('finds %o', async (query) => {
      const wanted = expected(query.text === 'm' ? { server: 'mail' } : query)
      expect((await pages(query, [500, 4_000])).calls).toEqual(wanted)
      // With little looked at in each request, the pages together are the same.
      expect((await pages(query, [2, 9])).calls).toEqual(wanted)
    })

    test('a page ends after so many records, and says how far it looked', async () => {
      const query = { verdict: 'ask', server: 'mail', outcome: 'failed' } as const
      const page = await searchCalls(audit.store.db, query, [10])
      expect(page.calls).toEqual([])
      expect(page.searchedTo).toBeGreaterThan(START)
      expect((await pages(query, [10])).cut).toBe(true)
    })

    test('a text that stands for nothing is looked for nowhere', async () => {
      const page = await searchCalls(audit.store.db, { text: 'zzz' })
      expect(page).toEqual({ calls: [], next: undefined, searchedTo: undefined })
    })

    test.each(['x', "1.1'; drop table record"])('refuses the cursor `%s`', async (cursor) => {
      await expect(searchCalls(audit.store.db, { cursor })).rejects.toMatchObject({
        code: 'params_invalid',
      })
    })

    test('marks stand beside every record of a call that was decided, and no other', async () => {
      const rows = await audit.store.db
        .selectFrom('record as r')
        .leftJoin('record_mark as m', (join) =>
          join.onRef('m.seq', '=', 'r.seq').onRef('m.at', '=', 'r.at'),
        )
        .select(['r.seq', 'r.kind', 'r.body', 'm.mark'])
        .execute()
      const bySeq = Map.groupBy(rows, ({ seq }) => seq)
      expect(bySeq.size).toBeGreaterThan(CALLS)
      for (const one of bySeq.values()) {
        const { body = '', kind } = one[0] ?? {}
        const wanted = kind === 'event' ? [] : marksOf(JSON.parse(body).decision)
        expect(one.flatMap(({ mark }) => mark ?? []).sort()).toEqual([...wanted].sort())
      }
    })
  })
}

test('every lead is read by an index, and leads to what is checked', async () => {
  const audit = await freshAudit('sqlite')
  const executed: CompiledQuery[] = []
  const options = audit.options as Extract<typeof audit.options, { kind: 'sqlite' }>
  const dialect = sqliteDialect(options)
  const db = new Kysely<Schema>({ dialect, log: ({ query }) => void executed.push(query) })
  const explain = async (text: string, parameters: readonly unknown[]) => {
    const { rows } = await audit.store.db.executeQuery<{ readonly detail: string }>(
      CompiledQuery.raw(`explain query plan ${text}`, [...parameters]),
    )
    return rows.map(({ detail }) => detail).join('; ')
  }
  const seen: SearchQuery[] = [
    { server: 'files' },
    { target: 'send' },
    { outcome: 'failed' },
    { subject: 'user:ann' },
    { client: 'ci' },
    { grant: 'g-1' },
    { verdict: 'deny' },
    { policy: 'reads' },
    {},
    { since: 5, before: 9 },
    { server: 'files', target: 'send', verdict: 'deny', policy: 'reads', grant: 'g-1' },
    { text: 'files', subject: 'user:ann' },
  ]
  for (const query of seen) await searchCalls(db, query)
  await db.destroy()
  const plans: string[] = []
  for (const { sql: text, parameters } of executed) plans.push(await explain(text, parameters))
  expect(plans.length).toBeGreaterThanOrEqual(2 * seen.length)
  for (const plan of plans) {
    expect(plan).not.toMatch(/SCAN (record|record_mark|r)(;|$)/)
    expect(plan).not.toMatch(/SEARCH r USING INDEX|AUTOMATIC/)
    expect(plan).not.toMatch(/USING INDEX record_(server|target|outcome|at)/)
  }
  await audit.remove()
})

test('the marks of records from before are made when the database is brought up', async () => {
  for (const engine of ENGINES) {
    const audit = await freshAudit(engine)
    await fill(audit)
    const { db } = audit.store
    const before = await db.selectFrom('record_mark').selectAll().orderBy('seq').execute()
    await db.updateTable('record').set({ body: '{' }).where('seq', '=', 1).execute()
    await sql`drop table record_mark`.execute(db)
    const { MIGRATIONS } = await import('../store/migrations.ts')
    const made = MIGRATIONS.find(({ name }) => name === 'record-marks')
    await db.transaction().execute(async (trx) => made?.up(trx, engine))
    const after = await db.selectFrom('record_mark').selectAll().orderBy('seq').execute()
    const sorted = (rows: typeof before) =>
      rows
        .filter(({ seq }) => seq !== 1)
        .map(({ mark, at, seq }) => `${seq} ${at} ${mark}`)
        .sort()
    expect(sorted(after)).toEqual(sorted(before))
    expect(after.some(({ seq }) => seq === 1)).toBe(false)
    await audit.remove()
  }
})
