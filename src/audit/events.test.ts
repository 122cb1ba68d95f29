import { CompiledQuery } from 'kysely'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { SecurityEvent } from '../kernel/event.ts'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { type EventQuery, selectEvents } from './events.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'
import { type FreshAudit, freshAudit } from './testing/fresh-audit.ts'

const START = 1_780_000_000_000

const EVENTS: readonly SecurityEvent[] = [
  { event: 'login.failed', outcome: 'refused', detail: { login: 'ann' } },
  { event: 'login.succeeded', outcome: 'done', subject: 'user:ann' },
  { event: 'grant.issued', outcome: 'done', subject: 'user:ann', client: 'editor', target: 'g-1' },
  { event: 'token.refused', outcome: 'refused', subject: 'agent:build', client: 'ci' },
]

for (const engine of ENGINES) {
  describe(`events on ${engine}`, () => {
    let audit: FreshAudit
    beforeEach(async () => {
      audit = await freshAudit(engine)
      for (const [index, event] of EVENTS.entries()) {
        audit.clock.now = START + index * 1_000
        await audit.recorder.witness(event)
        await audit.recorder.record(intentOf(`c${index}`))
      }
    })
    afterEach(() => audit.remove())

    const list = async (query: EventQuery) =>
      (await audit.records.events(query)).events.map(({ call }) => call)

    test('an event is in the chain when its witness resolves, and a call is none', async () => {
      expect(await list({})).toEqual(['event-4', 'event-3', 'event-2', 'event-1'])
      expect((await audit.records.calls({})).calls.map(({ call }) => call)).toEqual([
        'c3',
        'c2',
        'c1',
        'c0',
      ])
      const { head, fault } = await audit.records.verify()
      expect({ seq: head.seq, fault }).toEqual({ seq: 8, fault: undefined })
    })

    test.each<readonly [EventQuery, readonly string[]]>([
      [{ event: 'login.failed' }, ['event-1']],
      [{ subject: 'user:ann' }, ['event-3', 'event-2']],
      [{ subject: 'ann' }, []],
      [{ client: 'ci' }, ['event-4']],
      [{ outcome: 'refused' }, ['event-4', 'event-1']],
      [{ outcome: 'refused', subject: 'agent:build' }, ['event-4']],
      [{ since: START + 1_000, before: START + 3_000 }, ['event-3', 'event-2']],
      [{ limit: 1 }, ['event-4']],
    ])('filters by %j', async (query, events) => {
      expect(await list(query)).toEqual(events)
    })

    test('pages meet without a gap or an overlap, also within one millisecond', async () => {
      for (let n = 0; n < 10; n += 1) await audit.recorder.witness(EVENTS[1] as SecurityEvent)
      const paged: string[] = []
      let cursor: string | undefined
      do {
        const page = await audit.records.events({ limit: 3, ...(cursor && { cursor }) })
        paged.push(...page.events.map(({ call }) => call))
        cursor = page.next
      } while (cursor !== undefined)
      expect(paged).toEqual(await list({ limit: 100 }))
      expect(paged).toHaveLength(14)
    })

    test('shows one event, and takes no call for one, nor an event for a call', async () => {
      expect(await audit.records.event('event-3')).toMatchObject({
        target: 'grant.issued',
        subject: 'user:ann',
        client: 'editor',
        outcome: 'done',
        body: { target: 'g-1' },
      })
      expect(await audit.records.event('c0')).toBeUndefined()
      expect(await audit.records.call('event-3')).toBeUndefined()
      expect((await audit.records.calls({ target: 'grant.issued' })).calls).toEqual([])
    })

    test('an event that does not get its record rejects', async () => {
      await audit.recorder.close()
      await expect(audit.recorder.witness(EVENTS[0] as SecurityEvent)).rejects.toMatchObject({
        code: 'audit_unavailable',
        message: 'the event cannot be recorded',
      })
    })

    test.each(['subject', 'client', 'grant', 'target', 'outcome'] as const)(
      'a changed %s is found, also when it is taken away',
      async (column) => {
        await audit.recorder.record(outcomeOf('c0'))
        const change = (value: string | null) =>
          audit.store.db
            .updateTable('record')
            .set({ [column]: value })
            .where('call', '=', 'c0')
            .where('kind', '=', 'outcome')
            .execute()
        for (const value of column === 'target' ? ['x'] : ['x', null]) {
          await change(value)
          expect((await audit.records.verify()).fault).toMatchObject({ kind: 'flipped', seq: 9 })
        }
      },
    )
  })
}

test('events are read by index, in the order of the list', async () => {
  const audit = await freshAudit('sqlite')
  const indexes: readonly (readonly [EventQuery, string])[] = [
    [{}, 'record_event'],
    [{ cursor: '5.5', since: 3 }, 'record_event'],
    [{ event: 'login.failed' }, 'record_target'],
    [{ outcome: 'refused' }, 'record_outcome'],
    [{ subject: 'user:ann', cursor: '5.5' }, 'record_event_subject'],
    [{ client: 'ci' }, 'record_event_client'],
  ]
  for (const [query, index] of indexes) {
    const { sql: text, parameters } = selectEvents(audit.store.db, query).compile()
    const { rows } = await audit.store.db.executeQuery<{ readonly detail: string }>(
      CompiledQuery.raw(`explain query plan ${text}`, [...parameters]),
    )
    const plan = rows.map(({ detail }) => detail).join('; ')
    expect(plan).toMatch(new RegExp(`r USING INDEX ${index}\\b`))
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN r(;|$)/)
  }
  await audit.remove()
})
