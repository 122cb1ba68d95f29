import { join } from 'node:path'
import type { Engine } from '../../store/migrations.ts'
import { type FreshStore, freshStore } from '../../store/testing/fresh-store.ts'
import {
  type ExcerptOptions,
  type OpenRecorder,
  openRecorder,
  openRecords,
  type Records,
} from '../audit.ts'

/** A recorder and a reader on an empty database of a test's own. */
export interface FreshAudit extends FreshStore {
  readonly recorder: OpenRecorder
  readonly records: Records
  readonly headFile: string
  /** The clock: set it at will. */
  readonly clock: { now: number }
}

/** Opens both; `remove` closes all. Failures to keep the head fail the test that looks. */
export async function freshAudit(
  engine: Engine,
  excerpt: ExcerptOptions = { maxBytes: 0, redact: [] },
): Promise<FreshAudit> {
  const fresh = await freshStore(engine)
  const headFile = join(fresh.directory, 'records.head')
  let events = 0
  const clock = { now: 1_780_000_000_000 }
  const recorder = await openRecorder({
    store: fresh.store,
    headFile,
    clock: () => clock.now,
    randomId: () => {
      events += 1
      return `event-${events}`
    },
    excerpt,
    input: excerpt,
    onHeadError: () => {},
  })
  return {
    ...fresh,
    headFile,
    clock,
    recorder,
    records: openRecords(fresh.store, headFile),
    remove: async () => {
      await recorder.close()
      await fresh.remove()
    },
  }
}
