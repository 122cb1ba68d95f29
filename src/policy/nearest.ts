/** ` (did you mean `x`?)` for the candidate nearest to a mistyped name, or nothing when none is near. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  const limit = name.length < 4 ? 1 : Math.max(2, Math.floor(name.length / 3))
  const [best] = [...candidates]
    .map((candidate) => ({ candidate, distance: editDistance(name, candidate) }))
    .filter(({ distance }) => distance <= limit)
    .sort((a, b) => a.distance - b.distance)
  return best === undefined ? '' : ` (did you mean \`${best.candidate}\`?)`
}

/** Levenshtein distance without regard to case. */
function editDistance(from: string, to: string): number {
  const target = to.toLowerCase()
  let row = Array.from({ length: target.length + 1 }, (_, index) => index)
  for (const [index, letter] of [...from.toLowerCase()].entries()) {
    let diagonal = row[0] ?? 0
    const next = [index + 1]
    for (const [at, other] of [...target].entries()) {
      const above = row[at + 1] ?? 0
      const substitution = diagonal + (letter === other ? 0 : 1)
      next.push(Math.min(above + 1, (next[at] ?? 0) + 1, substitution))
      diagonal = above
    }
    row = next
  }
  return row.at(-1) ?? 0
}
