import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type CallNews,
  extended,
  held,
  loaded,
  NO_FEED,
  newsOf,
  released,
  shownOf,
  told,
} from './feed.ts'
import { type FeedCall, filtersOf, fits } from './filters.ts'

const CALL: FeedCall = {
  id: 'call-00000001',
  at: '2026-11-01T10:00:00.000Z',
  server: 'db',
  target: 'query',
  action: 'call',
  subject: 'user:ann',
  actors: [],
  client: 'editor',
  claims: 'Editor 1',
  grant: 'g-1',
  verdict: 'permit',
  policies: ['reads'],
  outcome: null,
  seq: 1,
}

function call(seq: number, more: Partial<FeedCall> = {}): FeedCall {
  return { ...CALL, id: `call-${String(seq).padStart(8, '0')}`, seq, ...more }
}
const intent = (one: FeedCall) => ({ phase: 'intent', call: one }) as const
const outcome = (one: FeedCall, more: Partial<FeedCall> = {}): CallNews => ({
  phase: 'outcome',
  call: { ...one, verdict: null, policies: [], outcome: 'answered', duration: 7, ...more },
})
const seqs = (calls: readonly FeedCall[]) => calls.map(({ seq }) => seq)

describe('the feed', () => {
  const page = [call(5, { outcome: 'answered' }), call(3)]

  test('what came while the first page was on its way is on top of it, once', () => {
    const early = told(NO_FEED, [intent(call(5)), intent(call(9))], {})
    const feed = loaded(early, page, { cursor: 'c' })
    expect(seqs(feed.calls)).toEqual([9, 5, 3])
    expect(feed.older).toEqual({ cursor: 'c' })
    expect(feed.calls[1]?.outcome).toBe('answered')
  })

  test('the end of a call keeps who called, and why it was permitted', () => {
    const feed = told(loaded(NO_FEED, page, undefined), [outcome({ ...call(3), seq: 12 })], {})
    expect(feed.calls[1]).toMatchObject({
      seq: 3,
      verdict: 'permit',
      policies: ['reads'],
      outcome: 'answered',
      duration: 7,
    })
  })

  test('a call that fits by its end alone appears then, with its beginning', () => {
    const failed = { outcome: 'failed' } as const
    const one = told(NO_FEED, [intent(call(4))], failed)
    expect(one.calls).toEqual([])
    const two = told(one, [outcome({ ...call(4), seq: 6 }, { outcome: 'failed' })], failed)
    expect(two.calls).toMatchObject([{ seq: 4, verdict: 'permit', outcome: 'failed' }])
    expect(two.begun.size).toBe(0)
  })

  test('while it is held nothing moves, ends are told, and what waits is counted', () => {
    const feed = told(
      held(loaded(NO_FEED, page, undefined)),
      [intent(call(7)), outcome({ ...call(3), seq: 8 })],
      {},
    )
    expect(seqs(shownOf(feed))).toEqual([5, 3])
    expect(shownOf(feed)[1]?.outcome).toBe('answered')
    expect(feed.waiting).toBe(1)
    expect(seqs(shownOf(released(feed)))).toEqual([7, 5, 3])
  })

  test('more than it keeps while it is held is read again, not shown with a gap', () => {
    const crowd = Array.from({ length: 2_500 }, (_, index) => intent(call(index + 10)))
    const feed = told(held(loaded(NO_FEED, page, undefined)), crowd, {})
    expect(feed).toMatchObject({ behind: true, waiting: 2_500 })
    expect(seqs(shownOf(feed))).toEqual([5, 3])
  })

  test('what it no longer keeps can be gone back to, without a gap', () => {
    const crowd = Array.from({ length: 2_500 }, (_, index) =>
      intent(call(index + 10, { at: new Date(1_790_000_000_000 + index).toISOString() })),
    )
    const feed = told(loaded(NO_FEED, page, { cursor: 'c' }), crowd, {})
    expect(feed.calls).toHaveLength(1_000)
    const oldest = feed.calls.at(-1)
    expect(feed.older).toEqual({
      to: new Date(Date.parse(oldest?.at ?? '') + 1).toISOString(),
    })
    const again = extended(feed, [oldest ?? CALL, call(3)], undefined)
    expect(again.calls).toHaveLength(1_001)
  })

  test('however news come, each call is there once, newest first', () => {
    const news = fc.record({
      seq: fc.integer({ min: 1, max: 30 }),
      ends: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(fc.array(news), { maxLength: 8 }), fc.boolean(), (batches, stop) => {
        let feed = loaded(NO_FEED, page, undefined)
        if (stop) feed = held(feed)
        for (const batch of batches)
          feed = told(
            feed,
            batch.map(({ seq, ends }) => (ends ? outcome(call(seq)) : intent(call(seq)))),
            {},
          )
        const all = seqs(shownOf(released(feed)))
        expect(all).toEqual([...new Set(all)].sort((a, b) => b - a))
        expect(all).toEqual(
          [...new Set([5, 3, ...batches.flat().map(({ seq }) => seq)])].sort((a, b) => b - a),
        )
      }),
    )
  })

  test('what is no call is none', () => {
    for (const data of [undefined, 'x', {}, { id: 'x' }]) expect(newsOf(data)).toBeUndefined()
    expect(newsOf({ ...CALL, phase: 'intent' })).toEqual({ phase: 'intent', call: CALL })
  })
})

describe('filters', () => {
  const now = Date.parse('2026-11-01T12:00:00Z')

  test('stand in the address; what is unknown there counts for nothing', () => {
    const search = { server: 'db', effect: 'deny', since: '1h', q: 'qu', outcome: 'no', x: 'y' }
    expect(filtersOf(search, now)).toEqual({
      server: 'db',
      effect: 'deny',
      from: '2026-11-01T11:00:00.000Z',
      text: 'qu',
    })
    expect(filtersOf({ from: 'yesterday', to: '2026-11-01T11:00:00+01:00' }, now)).toEqual({
      to: '2026-11-01T10:00:00.000Z',
    })
  })

  test.each([
    [{ server: 'db', target: 'query', subject: 'user:ann', client: 'editor' }, true],
    [{ server: 'd' }, false],
    [{ effect: 'deny' }, false],
    [{ policy: 'reads', grant: 'g-1' }, true],
    [{ policy: 'other' }, false],
    [{ text: 'que' }, true],
    [{ text: 'ann' }, true],
    [{ text: 'call-000' }, true],
    [{ text: 'call-0' }, false],
    [{ text: 'uery' }, false],
    [{ from: '2026-11-01T10:00:00.000Z' }, true],
    [{ to: '2026-11-01T10:00:00.000Z' }, false],
  ] as const)('%j', (filters, expected) => {
    expect(fits(CALL, filters)).toBe(expected)
  })
})
