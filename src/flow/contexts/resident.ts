import type { Held } from './held.ts'

/** The contexts that a process has in memory, the last used last. */
export interface Resident {
  /** The context with this id, as it is held or anew. */
  of(id: string, make: () => Held): Held
  /** The context, if it is held. */
  peek(id: string): Held | undefined
  /** Counts what it takes now, and lets go of what has not been used for longest. */
  grown(held: Held): void
  drop(id: string): void
  all(): Iterable<Held>
}

/** What holding a context costs besides its memory. */
const BASE = 1_024

/** One that was let go is loaded again from its entries: nothing is lost but time. */
export function resident(most: number): Resident {
  const held = new Map<string, { readonly one: Held; readonly size: number }>()
  let total = 0

  const drop = (id: string): void => {
    total -= held.get(id)?.size ?? 0
    held.delete(id)
  }
  const put = (one: Held): void => {
    drop(one.id)
    const size = one.memory.size + BASE
    held.set(one.id, { one, size })
    total += size
  }
  return {
    of(id, make) {
      const one = held.get(id)?.one ?? make()
      put(one)
      return one
    },
    peek: (id) => held.get(id)?.one,
    grown(one) {
      // One that was let go meanwhile is not taken up again.
      if (held.get(one.id)?.one === one) put(one)
      for (const id of held.keys()) {
        if (total <= most || id === one.id) break
        drop(id)
      }
    },
    drop,
    all: () => [...held.values()].map(({ one }) => one),
  }
}
