import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type FreshStore, freshStore } from '../store/testing/fresh-store.ts'
import { type OpenRecorder, openRecorder, openRecords } from './audit.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'

let fresh: FreshStore
let recorder: OpenRecorder
const headFile = (): string => join(fresh.directory, 'records.head')

beforeEach(async () => {
  fresh = await freshStore('sqlite')
  const { options, store } = fresh
  if (options.kind !== 'sqlite') throw new Error('a SQLite store was asked for')
  recorder = await openRecorder({
    store,
    headFile: headFile(),
    thread: options,
    clock: Date.now,
    randomId: () => randomUUID(),
    excerpt: { maxBytes: 0, redact: [] },
    input: { maxBytes: 16_384, redact: [] },
    onHeadError: () => undefined,
  })
})
afterEach(async () => {
  await recorder.close()
  await fresh.remove()
})

test('a thread keeps the same chain: whole, in order, there when the promise resolves', async () => {
  await Promise.all(
    Array.from({ length: 200 }, async (_, n) => {
      await recorder.record(intentOf(`c-${n}`))
      const found = await openRecords(fresh.store, headFile()).call(`c-${n}`)
      expect(found).toBeDefined()
      await recorder.record(outcomeOf(`c-${n}`))
    }),
  )
  await recorder.flush()
  const { head, fault } = await openRecords(fresh.store, headFile()).verify()
  expect({ seq: head.seq, fault }).toEqual({ seq: 400, fault: undefined })
})

test('what the thread cannot write rejects, and recording goes on when it can', async () => {
  await recorder.record(intentOf('before'))
  await sql`begin immediate`.execute(fresh.store.db)
  await expect(recorder.record(intentOf('meanwhile'))).rejects.toMatchObject({
    code: 'audit_unavailable',
  })
  await sql`commit`.execute(fresh.store.db)
  await recorder.record(intentOf('after'))
  const { head, fault } = await openRecords(fresh.store, headFile()).verify()
  expect({ seq: head.seq, fault }).toEqual({ seq: 2, fault: undefined })
})

test('a thread refuses to grow over a cut tail', async () => {
  for (const name of ['a', 'b', 'c']) await recorder.record(intentOf(name))
  await sql`delete from record where seq = 3`.execute(fresh.store.db)
  await sql`update record_head set seq = 2, hash = (select hash from record where seq = 2)`.execute(
    fresh.store.db,
  )
  await expect(recorder.record(intentOf('d'))).rejects.toMatchObject({ code: 'audit_unavailable' })
})
