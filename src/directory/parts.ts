import type { SecurityEvent, Witness } from '../kernel/event.ts'
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

/**
 * Has an event witnessed, then does it. What fails after that is witnessed as refused, so that the
 * evidence never says more than happened.
 */
export async function witnessed<T>(
  witness: Witness,
  event: Omit<SecurityEvent, 'outcome'>,
  act: () => Promise<T>,
): Promise<T> {
  await witness({ ...event, outcome: 'done' })
  try {
    return await act()
  } catch (error) {
    // The error that ended it says more than a second one about the evidence.
    await witness({ ...event, outcome: 'refused' }).catch(() => {})
    throw error
  }
}
