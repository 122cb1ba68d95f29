import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ChainCheck, Evidence } from '../../admin/admin.ts'
import type { Records } from '../../audit/audit.ts'
import type { Witness } from '../../kernel/event.ts'
import type { Clock, RandomId } from '../../kernel/ports.ts'
import { randomIds } from '../random-id.ts'

interface EvidenceParts {
  readonly records: Records
  readonly witness: Witness
  /** Told when the records turn out not to hold together. */
  readonly onBroken?: () => void
  readonly clock?: Clock
  readonly randomId?: RandomId
}

/** The records, as the administration asks for them. */
export function evidenceOf({
  records,
  witness,
  onBroken,
  clock = Date.now,
  randomId = randomIds(),
}: EvidenceParts): Evidence {
  const { search, call, events, event, tail, places } = records
  let checked: ChainCheck | undefined
  const run = async (id: string): Promise<void> => {
    const note = (change: Partial<ChainCheck>): void => {
      if (checked?.id === id) checked = { ...checked, ...change }
    }
    try {
      const { head } = await records.heads()
      note({ of: head.seq })
      const { fault, open } = await records.verify(async (done) => {
        note({ done })
        // SQLite answers in this thread, where calls are waiting.
        await nextTurn()
      })
      note({
        state: fault === undefined ? 'good' : 'bad',
        ...(fault ? { fault } : {}),
        open: open.count,
      })
      if (fault !== undefined) onBroken?.()
    } catch {
      note({ state: 'failed' })
    }
    note({ ended: clock() })
  }
  return {
    ...{ search, call, events, event, places, witness },
    after: tail,
    async status() {
      const { head, kept } = await records.heads()
      const [[first], [last]] = await Promise.all([
        tail(0, 1),
        head.seq === 0 ? [] : tail(head.seq - 1, 1),
      ])
      return {
        ...head,
        ...(first === undefined ? {} : { first: first.at }),
        ...(last === undefined ? {} : { last: last.at }),
        kept,
      }
    },
    check() {
      if (checked?.state === 'running') return checked
      checked = { id: randomId(), state: 'running', started: clock(), done: 0, of: 0 }
      void run(checked.id)
      return checked
    },
    checked: () => checked,
  }
}
