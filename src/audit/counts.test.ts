import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { ENGINES } from '../store/testing/fresh-store.ts'
import { intentOf, outcomeOf } from './testing/entries.ts'
import { type FreshAudit, freshAudit } from './testing/fresh-audit.ts'

const START = 1_780_000_000_000
const LIFT = {
  by: 'approval',
  approvers: ['self'],
  quorum: 1,
  each: false,
  assurance: 'session',
  pattern: 0,
  maxAge: 1,
} as const

for (const engine of ENGINES) {
  describe(`counts on ${engine}`, () => {
    let audit: FreshAudit
    beforeEach(async () => {
      audit = await freshAudit(engine)
    })
    afterEach(() => audit.remove())

    test('calls are counted once, when they end, by how they end', async () => {
      const { recorder, clock, records } = audit
      const deny = { effect: 'deny', determining: [], errors: [] } as const
      await recorder.record(intentOf('c0'))
      clock.now = START + 1_500
      await recorder.record(outcomeOf('c0'))
      await recorder.record(outcomeOf('c1', { outcome: 'denied', decision: deny }))
      await recorder.record(
        outcomeOf('c2', { outcome: 'denied', decision: { ...deny, lift: LIFT } }),
      )
      clock.now = START + 2_999
      await recorder.record(intentOf('c3', { server: 'mail' }))
      await recorder.record(outcomeOf('c3', { outcome: 'tool_error', server: 'mail' }))
      await recorder.witness({ event: 'login.succeeded', outcome: 'done' })
      clock.now = START + 3_000
      await recorder.record(outcomeOf('c4', { outcome: 'cancelled' }))

      const range = { since: START, before: START + 3_000 }
      expect(await records.counts({ ...range, width: 1_000 })).toEqual([
        { at: START + 1_000, calls: 3, denied: 2, asked: 1, failed: 0 },
        { at: START + 2_000, calls: 1, denied: 0, asked: 0, failed: 1 },
      ])
      expect(await records.counts({ ...range, before: START + 9_000, width: 10_000 })).toEqual([
        { at: START, calls: 5, denied: 2, asked: 1, failed: 1 },
      ])
      expect(
        await records.counts({ since: START + 9_000, before: START + 9_001, width: 1 }),
      ).toEqual([])
      expect(await records.firstCall('mail')).toBe(START + 2_999)
      expect(await records.firstCall('none')).toBeUndefined()
    })
  })
}
