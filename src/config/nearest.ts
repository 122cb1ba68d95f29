const LONGEST = 64

/**
 * The candidate that a person most likely meant by `word`: fewest edits (insert, delete, replace,
 * swap neighbours), ignoring case, `-` and `_`. Undefined when nothing is close.
 */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  const plain = simplify(word)
  const allowed = Math.max(2, Math.floor(plain.length / 3))
  let best: { readonly candidate: string; readonly edits: number } | undefined
  for (const candidate of candidates) {
    const edits = distance(plain, simplify(candidate))
    if (edits <= allowed && edits < Math.min(candidate.length, best?.edits ?? Infinity))
      best = { candidate, edits }
  }
  return best?.candidate
}

function simplify(word: string): string {
  return word.slice(0, LONGEST).toLowerCase().replaceAll(/[-_]/g, '')
}

/** Optimal string alignment distance. */
function distance(left: string, right: string): number {
  let beforeLast: number[] = []
  let last = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      const replaced = at(last, column - 1) + (same ? 0 : 1)
      const swapped =
        left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
          ? at(beforeLast, column - 2) + 1
          : Infinity
      current.push(Math.min(at(last, column) + 1, at(current, column - 1) + 1, replaced, swapped))
    }
    beforeLast = last
    last = current
  }
  return at(last, right.length)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? Infinity
}
