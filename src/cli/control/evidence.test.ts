import { expect, test, vi } from 'vitest'
import { intentOf, outcomeOf } from '../../audit/testing/entries.ts'
import { freshAudit } from '../../audit/testing/fresh-audit.ts'
import { ENGINES } from '../../store/testing/fresh-store.ts'
import { evidenceOf } from './evidence.ts'

test.each(ENGINES)(
  'the chain is looked at once at a time, and what it found stays, on %s',
  async (engine) => {
    const audit = await freshAudit(engine)
    const evidence = evidenceOf({ records: audit.records, witness: audit.recorder.witness })
    expect(evidence.checked()).toBeUndefined()
    expect(await evidence.status()).toMatchObject({ seq: 0, hash: '0'.repeat(64) })
    await audit.recorder.record(intentOf('c1'))
    audit.clock.now += 5
    await audit.recorder.record(outcomeOf('c1'))
    await audit.recorder.record(intentOf('c2'))
    await audit.recorder.flush()
    expect(await evidence.status()).toMatchObject({
      seq: 3,
      first: audit.clock.now - 5,
      last: audit.clock.now,
      kept: { seq: 3 },
    })
    const { id } = evidence.check()
    expect(evidence.check().id).toBe(id)
    await vi.waitFor(() => expect(evidence.checked()?.state).toBe('good'))
    expect(evidence.checked()).toMatchObject({ id, done: 3, of: 3, open: 1 })
    await audit.store.db.updateTable('record').set({ target: 'x' }).where('seq', '=', 2).execute()
    expect(evidence.check().id).not.toBe(id)
    await vi.waitFor(() => expect(evidence.checked()?.state).toBe('bad'))
    expect(evidence.checked()).toMatchObject({ fault: { kind: 'flipped', seq: 2 } })
    await audit.store.db.schema.dropTable('record_head').execute()
    evidence.check()
    await vi.waitFor(() => expect(evidence.checked()?.state).toBe('failed'))
    await audit.remove()
  },
)
