import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import type { LiveNews } from '../../admin/admin.ts'
import { intentOf, outcomeOf } from '../../audit/testing/entries.ts'
import { type FreshAudit, freshAudit } from '../../audit/testing/fresh-audit.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { liveHub } from './live-hub.ts'
import { liveRecords } from './live-records.ts'

for (const engine of ENGINES) {
  describe(`live records on ${engine}`, () => {
    let audit: FreshAudit
    let looks = 0
    beforeEach(async () => {
      looks = 0
      audit = await freshAudit(engine)
    })
    afterEach(() => audit.remove())

    function follow() {
      const { heads, tail } = audit.records
      const counted = async () => {
        looks += 1
        return heads()
      }
      return liveRecords(liveHub(), { heads: counted, tail }, 5)
    }

    const summary = (news: readonly LiveNews[]) =>
      news.map(({ kind, id, data }) => [kind, id, (data as { phase?: string }).phase])

    test('all who listen hear of each record once, from when they came', async () => {
      await audit.recorder.record(intentOf('before'))
      const live = follow()
      const [one, two]: [LiveNews[], LiveNews[]] = [[], []]
      const leave = live.subscribe((news) => one.push(news))
      await vi.waitFor(() => expect(looks).toBeGreaterThan(0))
      await vi.waitFor(() => expect(looks).toBeGreaterThan(1))
      await audit.recorder.record(intentOf('c1'))
      await vi.waitFor(() => expect(one).toHaveLength(1))
      live.subscribe((news) => two.push(news))
      await audit.recorder.record(outcomeOf('c1'))
      await audit.recorder.witness({
        event: 'login.failed',
        outcome: 'refused',
        subject: 'user:ann',
      })
      await vi.waitFor(() => expect(two).toHaveLength(2))
      expect(summary(one)).toEqual([
        ['call', 'c1', 'intent'],
        ['call', 'c1', 'outcome'],
        ['event', 'event-1', undefined],
      ])
      expect(two).toEqual(one.slice(1))
      leave()
      await audit.recorder.record(intentOf('c2'))
      await vi.waitFor(() => expect(two).toHaveLength(3))
      expect(one).toHaveLength(3)
      live.close()
    })

    test('nobody looks while nobody listens', async () => {
      const live = follow()
      const leave = live.subscribe(() => {})
      await vi.waitFor(() => expect(looks).toBeGreaterThan(1))
      leave()
      // What was under way may end.
      await audit.records.heads()
      const then = looks
      await new Promise((resolve) => setTimeout(resolve, 60))
      expect(looks).toBe(then)
      live.close()
    })
  })
}

test('a store that is away for a moment is looked at again', async () => {
  const audit = await freshAudit('sqlite')
  let broken = true
  const live = liveRecords(
    liveHub(),
    {
      heads: () => (broken ? Promise.reject(new Error('away')) : audit.records.heads()),
      tail: audit.records.tail,
    },
    5,
  )
  const news: LiveNews[] = []
  live.subscribe((one) => news.push(one))
  await new Promise((resolve) => setTimeout(resolve, 20))
  broken = false
  await vi.waitFor(async () => {
    await audit.recorder.record(intentOf(`c${news.length}`))
    expect(news.length).toBeGreaterThan(0)
  })
  live.close()
  await audit.remove()
})

test('news of the hub reach the same listeners', () => {
  const hub = liveHub()
  const live = liveRecords(hub, {
    heads: () => new Promise(() => {}),
    tail: async () => [],
  })
  const news: LiveNews[] = []
  live.subscribe((one) => news.push(one))
  hub.publish({ kind: 'server', id: 'files', data: {} })
  expect(news).toHaveLength(1)
  live.close()
})
