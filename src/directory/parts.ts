import type { Witness } from '../kernel/event.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Store } from '../store/store.ts'

/** What everything here stands on. */
export interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly randomId: RandomId
  /** Never called inside a transaction: it may write to the same database. */
  readonly witness: Witness
}
