import fc from 'fast-check'
import { sql } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { type ChainedRecord, chainAfter, type Head } from './chain.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'
import { type FreshAudit, freshAudit } from './testing/fresh-audit.ts'
import { verifyRecords } from './verify.ts'

/** Calls in the chain under test: two records each, and one open intent at the end. */
const CALLS = 6
const LAST = 2 * CALLS + 1

async function fill(audit: FreshAudit): Promise<void> {
  for (let call = 1; call <= CALLS; call += 1) {
    await audit.recorder.record(intentOf(`call-${call}`))
    audit.clock.now += 7
    await audit.recorder.record(outcomeOf(`call-${call}`))
  }
  await audit.recorder.record(intentOf('open'))
  await audit.recorder.flush()
}

const allRows = (audit: FreshAudit): Promise<ChainedRecord[]> =>
  audit.store.db.selectFrom('record').selectAll().orderBy('seq').execute()

/** Replaces all records, as somebody with the database open could. */
async function replace(audit: FreshAudit, rows: readonly ChainedRecord[]): Promise<void> {
  await audit.store.db.deleteFrom('record').execute()
  if (rows.length > 0)
    await audit.store.db
      .insertInto('record')
      .values([...rows])
      .execute()
}

const setHead = (audit: FreshAudit, head: Head) =>
  audit.store.db.updateTable('record_head').set(head).execute()

const faultOf = async (audit: FreshAudit) => {
  const { fault } = await audit.records.verify()
  return fault && { kind: fault.kind, seq: fault.seq }
}

for (const engine of ENGINES) {
  describe(`verify on ${engine}`, () => {
    let audit: FreshAudit
    let rows: readonly ChainedRecord[]
    beforeEach(async () => {
      audit = await freshAudit(engine)
      await fill(audit)
      rows = await allRows(audit)
    })
    afterEach(() => audit.remove())

    const at = (seq: number) => rows[seq - 1] as ChainedRecord
    const keepHeadOnly = (seq: number) => setHead(audit, { seq, hash: at(seq).hash })

    test('finds nothing wrong, and the call that is open', async () => {
      const head = { seq: LAST, hash: at(LAST).hash }
      expect(await audit.records.verify()).toEqual({
        head,
        fault: undefined,
        kept: head,
        open: { count: 1, calls: ['open'] },
      })
    })

    test('finds nothing wrong in no records', async () => {
      const empty = await freshAudit(engine)
      expect((await empty.records.verify()).fault).toBeUndefined()
      await empty.remove()
    })

    const flips: readonly (readonly [string, Partial<ChainedRecord>])[] = [
      ['at', { at: 1 }],
      ['kind', { kind: 'another' }],
      ['call', { call: 'another' }],
      ['server', { server: 'another' }],
      ['target', { target: 'another' }],
      ['outcome', { outcome: 'failed' }],
      ['body', { body: '{}' }],
      ['hash', { hash: 'f'.repeat(64) }],
    ]
    test.each(flips)('finds a flipped %s', async (_, change) => {
      for (const seq of [1, 4, LAST]) {
        await audit.store.db.updateTable('record').set(change).where('seq', '=', seq).execute()
        expect(await faultOf(audit)).toEqual({ kind: 'flipped', seq })
        await replace(audit, rows)
      }
    })

    test('finds a changed character in the middle of a body', async () => {
      const body = at(5).body.replace('localhost', 'localhoss')
      await audit.store.db.updateTable('record').set({ body }).where('seq', '=', 5).execute()
      expect(await faultOf(audit)).toEqual({ kind: 'flipped', seq: 5 })
    })

    test.each([1, 2, 6, LAST - 1])('finds that record %i is missing', async (seq) => {
      await audit.store.db.deleteFrom('record').where('seq', '=', seq).execute()
      expect(await faultOf(audit)).toEqual({ kind: 'missing', seq })
    })

    test('finds a record deleted and the rest moved up', async () => {
      const closed = rows.filter(({ seq }) => seq !== 4)
      await replace(
        audit,
        closed.map((row, index) => ({ ...row, seq: index + 1 })),
      )
      await setHead(audit, { seq: LAST - 1, hash: at(LAST).hash })
      expect(await faultOf(audit)).toEqual({ kind: 'flipped', seq: 4 })
    })

    test('finds two records swapped, with their hashes or without', async () => {
      const swapped = rows.map((row) =>
        row.seq === 3 ? { ...at(9), seq: 3 } : row.seq === 9 ? { ...at(3), seq: 9 } : row,
      )
      await replace(audit, swapped)
      expect(await faultOf(audit)).toEqual({ kind: 'reordered', seq: 3 })
      await replace(
        audit,
        swapped.map((row) => ({ ...row, hash: at(row.seq).hash })),
      )
      expect(await faultOf(audit)).toEqual({ kind: 'reordered', seq: 3 })
    })

    test('finds a record put in between', async () => {
      const moved = rows.map((row) => (row.seq < 5 ? row : { ...row, seq: row.seq + 1 }))
      await replace(audit, [...moved, { ...at(5), call: 'forged' }])
      await setHead(audit, { seq: LAST + 1, hash: at(LAST).hash })
      expect(await faultOf(audit)).toEqual({ kind: 'reordered', seq: 5 })
    })

    test('finds records where the chain has no place', async () => {
      await replace(audit, [...rows, { ...at(1), seq: 0 }])
      expect(await faultOf(audit)).toEqual({ kind: 'inserted', seq: 0 })
      const forged = chainAfter(at(LAST), [{ ...at(1), call: 'forged' }])
      await replace(audit, [...rows, ...forged])
      expect(await faultOf(audit)).toEqual({ kind: 'inserted', seq: LAST + 1 })
    })

    test.each([1, 3, LAST])('finds the last %i records cut off', async (count) => {
      const end = LAST - count
      await audit.store.db.deleteFrom('record').where('seq', '>', end).execute()
      expect(await faultOf(audit)).toEqual({ kind: 'truncated', seq: end + 1 })
      await setHead(audit, { seq: end, hash: rows[end - 1]?.hash ?? '0'.repeat(64) })
      expect(await faultOf(audit)).toEqual({ kind: 'truncated', seq: end + 1 })
      const { fault } = await verifyRecords(audit.store.db, undefined)
      expect(fault, 'only the kept head can tell').toBeUndefined()
    })

    test('finds the chain rewritten from a record on', async () => {
      const forged = chainAfter({ seq: 3, hash: at(3).hash }, [
        { ...at(4), target: 'forged' },
        ...rows.slice(4),
      ])
      await replace(audit, [...rows.slice(0, 3), ...forged])
      expect(await faultOf(audit)).toEqual({ kind: 'head_mismatch', seq: LAST })
      await setHead(audit, { seq: LAST, hash: (forged.at(-1) as ChainedRecord).hash })
      expect(await faultOf(audit)).toEqual({ kind: 'head_mismatch', seq: LAST })
    })

    test('finds a head moved back, moved on, or gone', async () => {
      await keepHeadOnly(LAST - 2)
      expect(await faultOf(audit)).toEqual({ kind: 'inserted', seq: LAST - 1 })
      await setHead(audit, { seq: LAST, hash: 'f'.repeat(64) })
      expect(await faultOf(audit)).toEqual({ kind: 'head_mismatch', seq: LAST })
      await audit.store.db.deleteFrom('record_head').execute()
      expect(await faultOf(audit)).toEqual({ kind: 'head_mismatch', seq: LAST })
    })

    test.each(['answered', 'asked', 'tool_error'] as const)(
      'finds a call that %s without an intent before it',
      async (outcome) => {
        for (const late of [[], [intentOf('undecided')]]) {
          const fresh = await freshAudit(engine)
          await fresh.recorder.record(outcomeOf('denied', { outcome: 'denied' }))
          await fresh.recorder.record(outcomeOf('undecided', { outcome }))
          for (const intent of late) await fresh.recorder.record(intent)
          await fresh.recorder.flush()
          expect(await faultOf(fresh)).toEqual({ kind: 'intent_missing', seq: 2 })
          await fresh.remove()
        }
      },
    )

    test('says when no head was kept', async () => {
      expect(await verifyRecords(audit.store.db, undefined)).toMatchObject({
        fault: undefined,
        kept: undefined,
      })
    })

    test('names the first hundred open calls and counts all', async () => {
      await Promise.all(
        Array.from({ length: 1_200 }, (_, n) => audit.recorder.record(intentOf(`more-${n}`))),
      )
      const { fault, open } = await audit.records.verify()
      expect(fault).toBeUndefined()
      expect(open.count).toBe(1_201)
      expect(open.calls).toHaveLength(100)
    })

    test('stays right while others record', async () => {
      let busy = true
      const writing = (async () => {
        for (let n = 0; busy; n += 1) {
          await audit.recorder.record(intentOf(`busy-${n}`))
          await audit.recorder.record(outcomeOf(`busy-${n}`))
        }
      })()
      for (let round = 0; round < 10; round += 1)
        expect((await audit.records.verify()).fault).toBeUndefined()
      busy = false
      await writing
    })
  })
}

test('finds two records at one place when the key was dropped', async () => {
  const audit = await freshAudit('postgres')
  const many = Array.from({ length: 700 }, (_, n) => audit.recorder.record(intentOf(`call-${n}`)))
  await Promise.all(many)
  await audit.recorder.flush()
  const rows = await allRows(audit)
  await sql`alter table record drop constraint record_pkey`.execute(audit.store.db)
  // 500 ends a page: a second one must not hide behind the boundary.
  for (const seq of [1, 250, 500, 501, 700]) {
    const twice = [...rows, { ...(rows[seq - 1] as ChainedRecord), call: 'forged' }]
    await replace(audit, twice)
    const { fault } = await audit.records.verify()
    expect(['duplicate', 'flipped']).toContain(fault?.kind)
    expect(fault?.seq).toBe(seq)
  }
  await audit.remove()
})

type Tamper = (rows: readonly ChainedRecord[]) => readonly ChainedRecord[]
const place = fc.nat({ max: LAST - 1 })
const column = fc.constantFrom('at', 'call', 'server', 'target', 'kind', 'body', 'hash', 'seq')
const tamper: fc.Arbitrary<Tamper> = fc.oneof(
  fc.tuple(place, column).map(
    ([index, name]): Tamper =>
      (rows) =>
        rows.map((row, i) =>
          i === index
            ? {
                ...row,
                [name]: typeof row[name] === 'number' ? row[name] + 1_000 : `${row[name]} `,
              }
            : row,
        ),
  ),
  place.map(
    (index): Tamper =>
      (rows) =>
        rows.filter((_, i) => i !== index),
  ),
  place.map(
    (index): Tamper =>
      (rows) =>
        rows.slice(0, index),
  ),
  fc.tuple(place, place).map(
    ([a, b]): Tamper =>
      (rows) =>
        rows.map((row, i) => ({ ...(rows[i === a ? b : i === b ? a : i] ?? row), seq: row.seq })),
  ),
  fc.tuple(place, place).map(
    ([from, to]): Tamper =>
      (rows) => {
        const row = rows[from] as ChainedRecord
        const rest = rows.toSpliced(to, 0, row)
        return rest.map((one, i) => ({ ...one, seq: i + 1 }))
      },
  ),
  place.map(
    (index): Tamper =>
      (rows) => [
        ...rows.slice(0, index),
        ...chainAfter(
          rows[index - 1] ?? { seq: 0, hash: '0'.repeat(64) },
          rows.slice(index).map((row) => ({ ...row, target: 'forged' })),
        ),
      ],
  ),
)

test('any tampering at random is found', async () => {
  const audit = await freshAudit('sqlite')
  await fill(audit)
  const rows = await allRows(audit)
  const head = { seq: LAST, hash: rows.at(-1)?.hash ?? '' }
  await fc.assert(
    fc.asyncProperty(fc.array(tamper, { minLength: 1, maxLength: 3 }), async (tampers) => {
      const bad = tampers.reduce<readonly ChainedRecord[]>(
        (sofar, one) => one(sofar.length === LAST ? sofar : rows),
        rows,
      )
      await replace(audit, [...new Map(bad.map((row) => [row.seq, row])).values()])
      const { fault } = await verifyRecords(audit.store.db, head)
      const stored = await allRows(audit)
      const changed = rows.findIndex((row, i) => JSON.stringify(row) !== JSON.stringify(stored[i]))
      if (changed === -1 && stored.length === LAST) expect(fault).toBeUndefined()
      else expect(fault).toBeDefined()
    }),
    { numRuns: 300 },
  )
  await audit.remove()
})
