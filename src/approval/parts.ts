import type { Kysely, Transaction } from 'kysely'
import type { Principals } from '../kernel/accounts.ts'
import type { ApprovalNews, PasskeySignatures } from '../kernel/approval-desk.ts'
import type { SecurityEvent, Witness } from '../kernel/event.ts'
import type { Once } from '../kernel/once.ts'
import type { Clock, RandomId } from '../kernel/ports.ts'
import type { Seal } from '../kernel/seal.ts'
import { witnessed } from '../kernel/witnessed.ts'
import type { Schema } from '../store/schema.ts'
import type { Store } from '../store/store.ts'

/** How much may be asked of people, for one holder (principal and client). */
export interface FloodSettings {
  /** Requests that wait at the same time. */
  readonly pending: number
  /** New requests within `window`. */
  readonly requests: number
  /** Refusals of one tool within `window` after which it is refused for another `window`. */
  readonly declines: number
  /** Milliseconds. */
  readonly window: number
}

export interface ApprovalSettings {
  /** Milliseconds that a request waits for people. */
  readonly patience: number
  readonly flood: FloodSettings
  /** Milliseconds for which the call of a request is kept, and the request itself. */
  readonly retention: { readonly calls: number; readonly requests: number }
}

/** What everything here stands on. */
export interface Parts {
  readonly store: Store
  readonly clock: Clock
  readonly randomId: RandomId
  /** Never called inside a transaction: it may write to the same database. */
  readonly witness: Witness
  readonly seal: Seal
  readonly principals: Pick<Principals, 'user' | 'agent'>
  readonly signatures: PasskeySignatures
  readonly once: Once
  readonly settings: ApprovalSettings
  /** Tells whoever wants to know, after it has happened. Never throws. */
  readonly tell: (news: ApprovalNews) => void
  /** Wakes who waits for a request in this process. */
  readonly wake: (id: string) => void
  /** One piece of work at a time for each key, in this process. */
  readonly inTurn: <T>(key: string, work: () => Promise<T>) => Promise<T>
}

export type Db = Kysely<Schema> | Transaction<Schema>

/**
 * Has an event witnessed, then tries it. What finds that somebody was faster (`undefined`) is witnessed as
 * refused, as what fails is: the evidence never says more than happened.
 */
export function witnessedTry<T>(
  witness: Witness,
  event: Omit<SecurityEvent, 'outcome'>,
  attempt: () => Promise<T>,
): Promise<T> {
  return witnessed(witness, event, async () => {
    const result = await attempt()
    if (result === undefined) await witness({ ...event, outcome: 'refused' })
    return result
  })
}
