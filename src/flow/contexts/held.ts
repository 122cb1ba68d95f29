import type { Memory } from '../memory/memory.ts'
import { type Appended, entriesAfter, type KeptEntry } from './entries.ts'
import type { Parts } from './parts.ts'

/** Values that wait to be kept with the next answer. Losing one only makes it count as named by others. */
const MOST_WAITING = 1_000

/** A context as this process has it in memory. */
export interface Held {
  readonly id: string
  readonly memory: Memory
  /** Bytes of the entries that are kept, as far as this process knows. */
  readonly kept: number
  /** Takes in what other processes learned. Rejects as the database does. */
  catchUp(to: number): Promise<void>
  /** Takes in what this process has just appended; what others put in between is left to `catchUp`. */
  appended(appended: Appended): void
  /** The subject brought these along: they are kept together with the next answer. */
  bring(values: readonly string[]): void
  /** What waits, which waits no more. */
  waiting(): readonly string[]
  /** So many bytes are kept in truth. */
  count(kept: number): void
}

/** Holds a context of which nothing was taken in so far. */
export function hold(parts: Parts, id: string): Held {
  const memory = parts.memory()
  let seq = 0
  let kept = 0
  let brought: string[] = []
  let last: Promise<void> = Promise.resolve()

  const take = (entry: KeptEntry): void => {
    if (entry.seq <= seq) return
    apply(memory, entry)
    seq = entry.seq
    kept += entry.size
  }
  const load = async (to: number): Promise<void> => {
    if (to <= seq) return
    for await (const page of entriesAfter(parts, id, seq, to)) for (const one of page) take(one)
  }
  return {
    id,
    memory,
    get kept() {
      return kept
    },
    catchUp(to) {
      if (to <= seq) return Promise.resolve()
      // One at a time: the second finds done what the first did.
      const next = last.then(() => load(to))
      last = next.catch(() => {})
      return next
    },
    appended({ entries }) {
      for (const entry of entries) if (entry.seq === seq + 1) take(entry)
    },
    bring(values) {
      memory.bring(values)
      brought = [...brought, ...values].slice(-MOST_WAITING)
    },
    waiting() {
      const now = [...new Set(brought)]
      brought = []
      return now
    },
    count(bytes) {
      kept = bytes
    },
  }
}

function apply(memory: Memory, entry: KeptEntry): void {
  switch (entry.kind) {
    case 'taken':
      memory.take(entry.taken)
      break
    case 'brought':
      memory.bring(entry.values)
      break
    case 'confirmed':
      for (const value of entry.values) memory.confirm(value)
      break
    default:
      // Also what a newer version keeps and this one does not know.
      memory.forget()
  }
}
