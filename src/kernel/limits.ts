import type { AccessRequest } from './access.ts'
import type { Brand } from './brand.ts'

/** Whose use is counted together: one counter for each combination of these. */
export type LimitKey = 'subject' | 'agent' | 'client' | 'server' | 'tool'

/** What a limit counts. */
export type LimitUnit =
  /** Calls that are permitted. */
  | 'calls'
  /** Bytes of results. */
  | 'bytes'
  /** Rows of results: items of the longest list in a structured result. */
  | 'rows'
  /** The sum of the amounts in the arguments, in minor units of one currency. */
  | 'amount'
  /** Calls that are running. */
  | 'concurrent'

/** A limit, as the operator wrote it beside the policies. */
export interface LimitDefinition {
  readonly name: string
  readonly unit: LimitUnit
  /** How much may be used in `every`, or at once for `concurrent`. */
  readonly most: number
  /** Length of the window in milliseconds; absent for `concurrent`. */
  readonly every?: number
  /**
   * `bucket`: refills evenly, so that `most` is the burst. `window`: starts anew every `every`
   * milliseconds since the epoch, as budgets per day do. Absent for `concurrent`.
   */
  readonly kind?: 'bucket' | 'window'
  readonly per: readonly LimitKey[]
  /** The currency of an `amount`; another one, or none, cannot be counted and is refused. */
  readonly currency?: string
  /** Where it applies by itself; absent: only where a permit names it. */
  readonly applies?: LimitScope
}

/** Every member narrows. */
export interface LimitScope {
  readonly servers?: readonly string[]
  /** `server:tool`. */
  readonly tools?: readonly string[]
  readonly effects?: readonly string[]
}

/** Room that was taken for a call. Settled or released exactly once; again does nothing. */
export type Reservation = Brand<object, 'Reservation'>

/** A limit without room for a call. */
export interface Exceeded {
  readonly limit: string
  /** Public words: what is used up. */
  readonly reason: string
  /** Milliseconds until there may be room; undefined if waiting does not help. */
  readonly retryAfter: number | undefined
}

/** What a call turned out to use, for limits that only the result can tell. */
export interface Used {
  readonly bytes: number
  readonly rows: number
}

/** Counts use against limits. Parallel callers never get more than a limit has. */
export interface Limits {
  /** What is left of the limits that apply to a request by themselves. Takes nothing. */
  left(request: Omit<AccessRequest, 'rate'>): Promise<AccessRequest['rate']>
  /**
   * Takes room for a call in all limits that apply and all that are `named`, or in none of them.
   *
   * @throws {GatewayError} `limits_unavailable` when it cannot be counted; the call is denied then.
   */
  reserve(request: AccessRequest, named: readonly string[]): Promise<Reservation | Exceeded>
  /** The call has ended: what it used counts, if anything asks; what runs at once is free again. Never throws. */
  settle(reservation: Reservation, used: () => Used): void
  /** The call never left: nothing of it counts. Never throws. */
  release(reservation: Reservation): void
}
