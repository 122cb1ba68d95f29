import type { ApprovalAnswer, LiftableCall } from '../kernel/approval.ts'
import type { Clock } from '../kernel/ports.ts'
import type { Store } from '../store/store.ts'
import { answerOf, NOT_THIS_CALL } from './answers.ts'
import { voidRow } from './ask.ts'
import { digestOf, keysOf } from './binding.ts'
import { expire } from './end.ts'
import type { Parts } from './parts.ts'
import { eventOf, findRow, isOpen, type Row, stateAt } from './rows.ts'

/** Milliseconds between two looks at the database, while somebody waits. */
const EVERY = 400
/** Who waits at the same time at most, and requests that one statement asks for. */
const MOST = 10_000
const CHUNK = 500
/** Milliseconds that anybody waits at most. */
const PATIENCE = 10 * 60_000

/** Tells those who wait in this process that a request is decided, wherever that was. */
export interface Watch {
  readonly wake: (id: string) => void
  /** Resolves when there may be news, when the signal aborts, or after `patience` milliseconds. */
  readonly news: (id: string, patience: number, signal: AbortSignal) => Promise<void>
  readonly close: () => void
}

/** One look for all who wait, and none while nobody does. */
export function openWatch({ db }: Store, clock: Clock): Watch {
  const waiting = new Map<string, Set<() => void>>()
  let count = 0
  let timer: NodeJS.Timeout | undefined
  let closed = false

  const wake = (id: string): void => {
    for (const resolve of waiting.get(id) ?? []) resolve()
  }
  const look = async (): Promise<void> => {
    const ids = [...waiting.keys()]
    for (let start = 0; start < ids.length; start += CHUNK) {
      const rows = await db
        .selectFrom('approval')
        .select(['id', 'state', 'expires'])
        .where('id', 'in', ids.slice(start, start + CHUNK))
        .execute()
      const now = clock()
      for (const { id, state, expires } of rows) if (state !== 'pending' || expires <= now) wake(id)
    }
  }
  const schedule = (): void => {
    if (closed || timer !== undefined || waiting.size === 0) return
    timer = setTimeout(() => {
      // A look that fails is followed by another; whoever has waited long enough asks the database again.
      void look()
        .catch(() => {})
        .finally(() => {
          timer = undefined
          schedule()
        })
    }, EVERY)
    timer.unref()
  }
  const add = (id: string, resolve: () => void): void => {
    const others = waiting.get(id)
    if (others === undefined) waiting.set(id, new Set([resolve]))
    else others.add(resolve)
    count++
    schedule()
  }
  const remove = (id: string, resolve: () => void): void => {
    const others = waiting.get(id)
    if (others?.delete(resolve)) count--
    if (others?.size === 0) waiting.delete(id)
  }

  return {
    wake,
    async news(id, patience, signal) {
      if (closed || signal.aborted || patience <= 0 || count >= MOST) return
      const { promise, resolve } = Promise.withResolvers<void>()
      const end = setTimeout(resolve, Math.min(patience, PATIENCE))
      const aborted = () => resolve()
      signal.addEventListener('abort', aborted, { once: true })
      add(id, resolve)
      try {
        await promise
      } finally {
        remove(id, resolve)
        clearTimeout(end)
        signal.removeEventListener('abort', aborted)
      }
    },
    close: () => {
      closed = true
      clearTimeout(timer)
      for (const id of [...waiting.keys()]) wake(id)
    },
  }
}

/** See `Approvals.wait`. */
export async function wait(
  parts: Parts & { readonly watch: Watch },
  call: LiftableCall,
  id: string,
  { patience, signal }: { readonly patience: number; readonly signal: AbortSignal },
): Promise<ApprovalAnswer> {
  const row = await ownRow(parts, call, id)
  if (row === undefined) return NOT_THIS_CALL
  const first = await answerNow(parts, call, row)
  if (first.kind !== 'pending') return first
  // Who decides between the look above and the listening below is seen by the next look.
  await parts.watch.news(id, patience, signal)
  return await answerNow(parts, call, (await findRow(parts.store.db, id)) ?? row)
}

/** The request, if it is for this very call; a request of somebody else is refused on the record. */
export async function ownRow(
  parts: Parts,
  call: LiftableCall,
  id: string,
): Promise<Row | undefined> {
  const row = await findRow(parts.store.db, id)
  if (row === undefined) return undefined
  const { holder, callKey } = keysOf(call)
  if (row.holder === holder && row.call_key === callKey) return row
  const why = row.holder === holder ? 'another call' : 'not whom it is for'
  await parts.witness({
    ...eventOf(row, 'approval.refused', { detail: { why, call: call.call } }),
    outcome: 'refused',
  })
  return undefined
}

/** What it says now. Ends what is over, or bound to something that has changed. */
export async function answerNow(
  parts: Parts,
  call: LiftableCall,
  row: Row,
): Promise<ApprovalAnswer> {
  const now = parts.clock()
  if (isOpen(row, now) && digestOf(call, row.id, row.deadline) !== row.digest) {
    await voidRow(parts, row)
    return await answerOf(parts, call, { ...row, state: 'void' })
  }
  if (stateAt(row, now) !== row.state) await expire(parts, row)
  return await answerOf(parts, call, row)
}
