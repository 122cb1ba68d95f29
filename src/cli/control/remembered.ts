import type { Clock } from '../../kernel/ports.ts'

/** Makes something anew at most every so many milliseconds; who asks meanwhile gets the last of it. */
export function remembered<T>(
  make: () => Promise<T>,
  milliseconds: number,
  clock: Clock = Date.now,
): () => Promise<T> {
  let last: { readonly at: number; readonly made: Promise<T> } | undefined
  return () => {
    const now = clock()
    if (last !== undefined && now - last.at < milliseconds) return last.made
    const made = make()
    const mine = { at: now, made }
    last = mine
    // What failed is tried again by whoever asks next.
    made.catch(() => {
      if (last === mine) last = undefined
    })
    return made
  }
}
