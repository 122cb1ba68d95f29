import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openStore } from '../store/store.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { startPostgres } from '../store/testing/postgres.ts'
import { type OpenRecorder, openRecorder, openRecords } from './audit.ts'
import { readKeptHead } from './kept-head.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'
import { type FreshAudit, freshAudit } from './testing/fresh-audit.ts'

const unavailable = { code: 'audit_unavailable', message: 'the call cannot be recorded' }

async function recordCalls(recorder: OpenRecorder, name: string, count: number): Promise<void> {
  const calls = Array.from({ length: count }, async (_, n) => {
    await recorder.record(intentOf(`${name}-${n}`))
    await recorder.record(outcomeOf(`${name}-${n}`))
  })
  await Promise.all(calls)
}

/** Opens another recorder on the same database, as another process would. */
async function another(audit: FreshAudit, headFile: string) {
  const store = await openStore(audit.options)
  const excerpt = { maxBytes: 0, redact: [] }
  const open = openRecorder({
    store,
    headFile: join(audit.directory, headFile),
    clock: Date.now,
    randomId: () => `from-${headFile}`,
    excerpt,
    input: excerpt,
    onHeadError: () => {},
  })
  const recorder = await open.catch(async (error: unknown) => {
    await store.close()
    throw error
  })
  return {
    recorder,
    close: async () => {
      await recorder.close()
      await store.close()
    },
  }
}

for (const engine of ENGINES) {
  describe(`recorder on ${engine}`, () => {
    let audit: FreshAudit
    beforeEach(async () => {
      audit = await freshAudit(engine)
    })
    afterEach(() => audit.remove())

    const good = async (): Promise<number> => {
      const { fault, head } = await audit.records.verify()
      expect(fault).toBeUndefined()
      return head.seq
    }
    const callsInStore = async () => {
      const rows = await audit.store.db.selectFrom('record').select('call').execute()
      return rows.map(({ call }) => call)
    }

    test('a record is in the database when its promise resolves', async () => {
      const other = await openStore(audit.options)
      await audit.recorder.record(intentOf('c1'))
      const seen = await other.db.selectFrom('record').select('call').execute()
      expect(seen).toEqual([{ call: 'c1' }])
      await other.close()
    })

    test('records of many calls at once form one chain', async () => {
      await recordCalls(audit.recorder, 'call', 500)
      expect(await good()).toBe(1_000)
    })

    test('outcomes that nobody waited for are there after close', async () => {
      for (let n = 0; n < 50; n += 1) void audit.recorder.record(outcomeOf(`c${n}`))
      await audit.recorder.close()
      expect(await callsInStore()).toHaveLength(50)
      expect(await readKeptHead(audit.headFile)).toEqual((await audit.records.verify()).head)
      await expect(audit.recorder.record(intentOf('late'))).rejects.toMatchObject(unavailable)
    })

    test('several writers keep one chain without gap or fork', async () => {
      const others = await Promise.all(['b', 'c'].map((name) => another(audit, `${name}.head`)))
      const recorders = [audit.recorder, ...others.map(({ recorder }) => recorder)]
      for (let round = 0; round < 5; round += 1)
        await Promise.all(recorders.map((one, n) => recordCalls(one, `w${n}r${round}`, 40)))
      await Promise.all(others.map(({ close }) => close()))
      expect(await good()).toBe(3 * 5 * 40 * 2)
    })

    test('what a caller chose to send cannot make a batch unwritable', async () => {
      const awful = '\0\ud800"\\'.repeat(2_000)
      const named = { server: awful, target: awful, client: awful, arguments: { [awful]: awful } }
      await Promise.all([
        audit.recorder.record(intentOf('bad', named)),
        audit.recorder.record(intentOf('good')),
        audit.recorder.record(
          outcomeOf('worse', { ...named, outcome: 'failed', result: { [awful]: [awful] } }),
        ),
      ])
      expect(await good()).toBe(3)
    })

    test('a closed database rejects every waiting record', async () => {
      const other = await another(audit, 'other.head')
      await other.recorder.record(intentOf('before'))
      await other.close()
      const store = await openStore(audit.options)
      const closing = await openRecorder({
        store,
        headFile: join(audit.directory, 'closing.head'),
        clock: Date.now,
        randomId: () => 'e',
        excerpt: { maxBytes: 0, redact: [] },
        input: { maxBytes: 16_384, redact: [] },
        onHeadError: () => {},
      })
      await store.close()
      const waiting = ['a', 'b', 'c'].map((call) => closing.record(intentOf(call)))
      for (const one of waiting) await expect(one).rejects.toMatchObject(unavailable)
      await closing.close()
      expect(await callsInStore()).toEqual(['before'])
      expect(await good()).toBe(1)
    })

    test('refuses to grow over a cut tail, running or starting', async () => {
      await recordCalls(audit.recorder, 'call', 3)
      await audit.recorder.flush()
      const { db } = audit.store
      const { hash } = await db
        .selectFrom('record')
        .select('hash')
        .where('seq', '=', 4)
        .executeTakeFirstOrThrow()
      await db.deleteFrom('record').where('seq', '>', 4).execute()
      await db.updateTable('record_head').set({ seq: 4, hash }).execute()
      await expect(audit.recorder.record(intentOf('over'))).rejects.toMatchObject({
        code: 'audit_unavailable',
        message: 'the records end before their last known head',
      })
      await expect(another(audit, 'records.head')).rejects.toMatchObject({
        code: 'audit_unavailable',
        message: expect.stringContaining('do not contain their kept head'),
      })
      expect((await audit.records.verify()).fault).toMatchObject({ kind: 'truncated', seq: 5 })
    })

    test('refuses to start on a head file that cannot be read', async () => {
      await writeFile(join(audit.directory, 'torn.head'), '{"seq":')
      await expect(another(audit, 'torn.head')).rejects.toMatchObject({
        code: 'audit_unavailable',
        message: 'the kept head of the records cannot be read',
      })
    })

    test('a head without its records is never followed', async () => {
      await recordCalls(audit.recorder, 'call', 2)
      await audit.store.db.updateTable('record_head').set({ seq: 2 }).execute()
      await expect(audit.recorder.record(intentOf('fork'))).rejects.toMatchObject({
        code: 'audit_unavailable',
      })
      expect(await callsInStore()).not.toContain('fork')
    })
  })
}

test('sqlite: a full disk rejects, and recording goes on when there is room', async () => {
  const audit = await freshAudit('sqlite')
  const { db } = audit.store
  await recordCalls(audit.recorder, 'before', 10)
  const { rows } = await sql<{ page_count: number }>`pragma page_count`.execute(db)
  await sql.raw(`pragma max_page_count = ${(rows[0]?.page_count ?? 0) + 3}`).execute(db)
  const results = await Promise.allSettled(
    Array.from({ length: 300 }, (_, n) => audit.recorder.record(intentOf(`full-${n}`))),
  )
  const refused = results.filter((result) => result.status === 'rejected')
  expect(refused.length).toBeGreaterThan(0)
  for (const { reason } of refused) {
    expect(reason).toMatchObject(unavailable)
    expect(reason.detail).toMatch(/full/)
  }
  await sql.raw('pragma max_page_count = 1000000').execute(db)
  await recordCalls(audit.recorder, 'after', 10)
  const { fault, head } = await audit.records.verify()
  expect(fault).toBeUndefined()
  expect(head.seq).toBe(40 + 300 - refused.length)
  await audit.remove()
})

test('postgres: a crashed server rejects, and recording goes on after its restart', async () => {
  const postgres = await startPostgres()
  try {
    const store = await openStore({ kind: 'postgres', url: postgres.url, poolSize: 4 })
    const audit = await freshAudit('sqlite')
    const headFile = join(audit.directory, 'postgres.head')
    const excerpt = { maxBytes: 0, redact: [] }
    const recorder = await openRecorder({
      store,
      headFile,
      clock: Date.now,
      randomId: () => 'e',
      excerpt,
      input: excerpt,
      onHeadError: () => {},
    })
    const acknowledged: string[] = []
    const write = async (name: string, count: number) => {
      const writes = Array.from({ length: count }, async (_, n) => {
        await recorder.record(intentOf(`${name}-${n}`))
        acknowledged.push(`${name}-${n}`)
      })
      return (await Promise.allSettled(writes)).filter(({ status }) => status === 'rejected')
    }
    expect(await write('before', 100)).toEqual([])
    const during = write('during', 1_000)
    await postgres.crash()
    await during
    const [refused] = await write('down', 1)
    expect(refused).toMatchObject({ reason: unavailable })
    await postgres.restart()
    while ((await write('again', 1)).length > 0) await new Promise(setImmediate)
    expect(await write('after', 100)).toEqual([])

    const records = openRecords(store, headFile)
    expect((await records.verify()).fault).toBeUndefined()
    const rows = await store.db.selectFrom('record').select('call').execute()
    const recorded = new Set(rows.map(({ call }) => call))
    expect(acknowledged.filter((call) => !recorded.has(call))).toEqual([])
    await recorder.close()
    await store.close()
    await audit.remove()
  } finally {
    await postgres.stop()
  }
})
