import { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../store/testing/fresh-store.ts'
import type { CallQuery, WalkQuery } from './audit.ts'
import { selectCalls } from './history.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'
import { type FreshAudit, freshAudit } from './testing/fresh-audit.ts'

const START = 1_780_000_000_000

async function collect<T>(walk: AsyncIterable<T>): Promise<readonly T[]> {
  const all: T[] = []
  for await (const one of walk) all.push(one)
  return all
}

for (const engine of ENGINES) {
  describe(`history on ${engine}`, () => {
    let audit: FreshAudit
    beforeEach(async () => {
      audit = await freshAudit(engine)
      const { recorder, clock } = audit
      // One call a second: c0 answered, c1 denied, c2 in flight, c3 failed by another server.
      await recorder.record(intentOf('c0'))
      await recorder.record(outcomeOf('c0'))
      clock.now = START + 1_000
      await recorder.record(
        outcomeOf('c1', { outcome: 'denied', target: 'write_file', result: undefined }),
      )
      clock.now = START + 2_000
      await recorder.record(intentOf('c2'))
      clock.now = START + 3_000
      await recorder.witness({ event: 'login.succeeded', outcome: 'done', subject: 'user:owner' })
      const build = {
        server: 'mail',
        subject: 'agent:build',
        authorization: { ...intentOf('c3').authorization, client: 'ci', grant: '' },
      }
      await recorder.record(intentOf('c3', build))
      clock.now = START + 4_000
      await recorder.record(outcomeOf('c3', { ...build, outcome: 'failed' }))
    })
    afterEach(() => audit.remove())

    const list = async (query: CallQuery) =>
      (await audit.records.calls(query)).calls.map(({ call }) => call)

    test('lists calls newest first, each with its intent and its outcome', async () => {
      const { calls, next } = await audit.records.calls({})
      expect(next).toBeUndefined()
      expect(calls.map(({ call }) => call)).toEqual(['c3', 'c2', 'c1', 'c0'])
      expect(calls.map(({ intent }) => intent?.seq)).toEqual([6, 4, undefined, 1])
      expect(calls.map(({ outcome }) => outcome?.outcome)).toEqual([
        'failed',
        undefined,
        'denied',
        'answered',
      ])
      expect(calls[3]?.outcome?.body).toMatchObject({ duration: 3 })
      expect(calls[3]?.outcome?.subject).toBe('user:owner')
    })

    test.each<readonly [CallQuery, readonly string[]]>([
      [{ server: 'mail' }, ['c3']],
      [{ server: 'files' }, ['c2', 'c1', 'c0']],
      [{ server: 'none' }, []],
      [{ target: 'write_file' }, ['c1']],
      [{ outcome: 'denied' }, ['c1']],
      [{ subject: 'agent:build' }, ['c3']],
      [{ subject: 'build' }, []],
      [{ subject: 'user:owner', outcome: 'answered' }, ['c0']],
      [{ client: 'ci' }, ['c3']],
      [{ grant: 'g-1', server: 'files' }, ['c2', 'c1', 'c0']],
      [{ grant: 'g-2' }, []],
      [{ outcome: 'failed', server: 'mail' }, ['c3']],
      [{ outcome: 'failed', server: 'files' }, []],
      [{ since: START + 2_000 }, ['c3', 'c2']],
      [{ before: START + 2_000 }, ['c1', 'c0']],
      [{ since: START + 1_000, before: START + 3_000 }, ['c2', 'c1']],
      [{ limit: 2 }, ['c3', 'c2']],
      [{ limit: -5 }, ['c3']],
    ])('filters by %o', async (query, calls) => {
      expect(await list(query)).toEqual(calls)
    })

    test('pages meet without a gap or an overlap, also within one millisecond', async () => {
      for (let n = 0; n < 25; n += 1) await audit.recorder.record(intentOf(`same-${n}`))
      const whole = await list({ limit: 100 })
      const paged: string[] = []
      let cursor: string | undefined
      do {
        const page = await audit.records.calls({ limit: 4, ...(cursor && { cursor }) })
        paged.push(...page.calls.map(({ call }) => call))
        cursor = page.next
      } while (cursor !== undefined)
      expect(paged).toEqual(whole)
      expect(whole).toHaveLength(29)
    })

    test.each(['', 'x', '1', '1.2.3', "1.1'; drop table record"])(
      'refuses the cursor `%s`',
      async (cursor) => {
        await expect(audit.records.calls({ cursor })).rejects.toMatchObject({
          code: 'params_invalid',
          message: 'the cursor is not one of ours',
        })
      },
    )

    const walked = async (query: WalkQuery): Promise<readonly string[]> =>
      (await collect(audit.records.walk(query))).map(({ call }) => call)

    test.each<readonly [WalkQuery, readonly string[]]>([
      [{}, ['c0', 'c1', 'c2', 'c3']],
      [{ last: 2 }, ['c2', 'c3']],
      [{ last: 4 }, ['c0', 'c1', 'c2', 'c3']],
      [{ last: 9 }, ['c0', 'c1', 'c2', 'c3']],
      [{ last: 1, server: 'files' }, ['c2']],
      [{ since: START + 1_000, before: START + 3_000 }, ['c1', 'c2']],
    ])('walks through %j, oldest first: %j', async (query, calls) => {
      expect(await walked(query)).toEqual(calls)
    })

    test('walks over many pages without a gap or an overlap, with both records of each call', async () => {
      const { recorder, clock } = audit
      const names = Array.from({ length: 1_203 }, (_, index) => `n${index}`)
      for (const [index, call] of names.entries()) {
        clock.now = START + 5_000 + Math.floor(index / 7)
        recorder.record(intentOf(call)).catch(() => undefined)
        recorder.record(outcomeOf(call)).catch(() => undefined)
      }
      await recorder.flush()
      const calls = await collect(audit.records.walk({ last: 1_203 }))
      expect(calls.map(({ call }) => call)).toEqual(names)
      expect(calls.every(({ intent, outcome }) => intent && outcome)).toBe(true)
    })

    test('shows one call, or none', async () => {
      expect(await audit.records.call('c0')).toMatchObject({
        call: 'c0',
        intent: { seq: 1, kind: 'intent' },
        outcome: { seq: 2, outcome: 'answered' },
      })
      expect(await audit.records.call('none')).toBeUndefined()
    })

    test('follows the chain', async () => {
      expect((await audit.records.tail(0, 4)).map(({ seq }) => seq)).toEqual([1, 2, 3, 4])
      expect((await audit.records.tail(4, 10)).map(({ kind }) => kind)).toEqual([
        'event',
        'intent',
        'outcome',
      ])
      expect(await audit.records.tail(7, 10)).toEqual([])
    })

    test('shows a record whose body was broken', async () => {
      await audit.store.db.updateTable('record').set({ body: '{' }).where('seq', '=', 1).execute()
      expect((await audit.records.call('c0'))?.intent).toMatchObject({ seq: 1, body: undefined })
    })
  })
}

test('lists read by index, in the order of the list', async () => {
  const audit = await freshAudit('sqlite')
  const indexes: readonly (readonly [CallQuery, string])[] = [
    [{}, 'record_at'],
    [{ cursor: '5.5' }, 'record_at'],
    [{ since: 1, before: 2 }, 'record_at'],
    [{ server: 'files' }, 'record_server'],
    [{ target: 'read_file', cursor: '5.5' }, 'record_target'],
    [{ outcome: 'denied' }, 'record_outcome'],
    [{ subject: 'user:owner' }, 'record_subject'],
    [{ client: 'editor', since: 1 }, 'record_client'],
    [{ grant: 'g-1', cursor: '5.5' }, 'record_grant'],
  ]
  for (const [query, index] of indexes) {
    const { sql: text, parameters } = selectCalls(audit.store.db, query).compile()
    const { rows } = await audit.store.db.executeQuery<{ readonly detail: string }>(
      CompiledQuery.raw(`explain query plan ${text}`, [...parameters]),
    )
    const plan = rows.map(({ detail }) => detail).join('; ')
    expect(plan).toMatch(new RegExp(`r USING (COVERING )?INDEX ${index}\\b`))
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN (r|i)(;|$)/)
  }
  await audit.remove()
})
