/** What the server saw of calls to `test_wait`: `unknown`, `started` or `cancelled`, by mark. */
export interface Observed {
  started(mark: string): void
  cancelled(mark: string): void
  state(mark: string): string
}

/** Remembers for the life of the process: the modern era has a new server for each request. */
export function createObserved(): Observed {
  const states = new Map<string, string>()
  return {
    started: (mark) => void states.set(mark, 'started'),
    cancelled: (mark) => void states.set(mark, 'cancelled'),
    state: (mark) => states.get(mark) ?? 'unknown',
  }
}
