/** Why a value does not fit: where it stands (a JSON Pointer; empty for the call), and public words that do not quote it. */
export interface Misfit {
  readonly at: string
  readonly why: string
}

/** What does not fit among the facts of one kind. Made once for a guard, with all that can be prepared. */
export type Check<Fact> = (facts: readonly Fact[]) => readonly Misfit[]
