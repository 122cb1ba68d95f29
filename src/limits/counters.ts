/** How a counter counts. Amounts of use are whole numbers; `every` is in milliseconds. */
export type Rule =
  /** Refills evenly: `most` in `every`, and at most `most` at once. */
  | { readonly kind: 'bucket'; readonly most: number; readonly every: number }
  /** Starts anew whenever the time since the epoch is a multiple of `every`. */
  | { readonly kind: 'window'; readonly most: number; readonly every: number }
  /** Counts what runs. */
  | { readonly kind: 'running'; readonly most: number }

/** What a call wants of one counter. */
export interface Draw {
  /** Names the counter; no two draws of a call name the same. */
  readonly key: string
  readonly rule: Rule
  /** Taken at once; at most `room`. */
  readonly take: number
  /** Without this much left, the call waits. */
  readonly room: number
  /** Whether the count must be on disk before the call passes. */
  readonly durable: boolean
}

/** What was taken, for its end. */
export interface Taken {
  readonly draws: readonly Draw[]
  /** When, by the clock that the counters go by. */
  readonly at: Moment
  /** The start of the window in which each draw was counted; the time itself where there is none. */
  readonly starts: readonly number[]
}

/** A draw without room. */
export interface Shortage {
  readonly key: string
  /** Milliseconds until there may be room; undefined if waiting does not help. */
  readonly wait: number | undefined
}

/** Two times in milliseconds, which differ once the clock was set back. */
export interface Moment {
  /** Since the epoch. Windows go by it. */
  readonly wall: number
  /** Never runs backwards. Buckets go by it. */
  readonly run: number
}

/** Shared counts. One `take` is atomic: nobody sees a part of it. */
export interface Counters {
  /** How much each counter has left; never negative, and takes nothing. */
  left(draws: readonly Draw[]): Promise<readonly number[]>
  /**
   * Takes from all counters, or from none: then it names those that lack room.
   *
   * @throws GatewayError `limits_unavailable` when it cannot be counted.
   */
  take(draws: readonly Draw[]): Promise<Taken | readonly Shortage[]>
  /** What was taken has ended, and each draw has used `spent` more than it took. Never throws. */
  end(taken: Taken, spent: readonly number[]): void
  /** What was taken was not used. Never throws. */
  giveBack(taken: Taken): void
  /** Keeps what must outlive the process. Nothing may be taken afterwards. */
  close(): Promise<void>
}

export function isShort(answer: Taken | readonly Shortage[]): answer is readonly Shortage[] {
  return Array.isArray(answer)
}
