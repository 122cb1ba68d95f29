import type { Clock } from '../../kernel/ports.ts'

/** Milliseconds for which a keeper is not asked again which key is its current one. */
const FRESH = 60_000

/** The current key of a keeper that has to be asked for it. */
export interface CurrentKey {
  id(): Promise<string>
  /** It was named in another answer. */
  seen(id: string): void
  /** It is another one now. */
  drop(): void
}

export function currentKey(clock: Clock, ask: () => Promise<string>): CurrentKey {
  let known: { readonly id: string; readonly at: number } | undefined
  const seen = (id: string): void => {
    known = { id, at: clock() }
  }
  return {
    seen,
    drop() {
      known = undefined
    },
    async id() {
      if (known !== undefined && clock() - known.at < FRESH) return known.id
      const id = await ask()
      seen(id)
      return id
    },
  }
}
