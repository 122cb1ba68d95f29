/** Values that come and go quickly, each under a small number while it is here. */
export interface Slots<T> {
  put(value: T): number
  get(slot: number): T | undefined
  free(slot: number): void
  /** How many are here. */
  size(): number
  /** All that are here now, in no order. */
  all(): readonly T[]
}

/**
 * Makes an empty set of slots. A `Set` or `Map` would do, but a hash table that is outgrown keeps
 * what it held reachable until the next full collection: at thousands of calls a second that
 * doubled the cost of a call.
 */
export function createSlots<T>(): Slots<T> {
  const values: (T | undefined)[] = []
  const unused: number[] = []
  return {
    put: (value) => {
      const slot = unused.pop() ?? values.length
      values[slot] = value
      return slot
    },
    get: (slot) => values[slot],
    free: (slot) => {
      if (values[slot] === undefined) return
      values[slot] = undefined
      unused.push(slot)
    },
    size: () => values.length - unused.length,
    all: () => values.filter((value) => value !== undefined),
  }
}
