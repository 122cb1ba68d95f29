/** A clause of a policy, and where it stands in its text. */
export interface PlacedClause {
  readonly text: string
  readonly outcome: 'true' | 'false' | 'fault'
  readonly decides: boolean
  readonly reached: boolean
  readonly at?: { readonly start: number; readonly end: number } | undefined
}

/** A piece of a text: plain, or a clause. */
export interface Segment<C> {
  readonly start: number
  readonly text: string
  readonly clause: C | undefined
}

/** Takes the text of a policy apart at its clauses. Joined together the pieces are the text, whole. */
export function segmentsOf<C extends PlacedClause>(
  text: string,
  clauses: readonly C[],
): readonly Segment<C>[] {
  const segments: Segment<C>[] = []
  let at = 0
  const plainTo = (end: number): void => {
    if (end > at) segments.push({ start: at, text: text.slice(at, end), clause: undefined })
    at = Math.max(at, end)
  }
  const placed = clauses
    .flatMap((clause) => (clause.at === undefined ? [] : [{ clause, ...clause.at }]))
    .sort((left, right) => left.start - right.start)
  for (const { clause, start, end } of placed) {
    // One within another, or outside of the text, has no place of its own.
    if (start < at || end <= start || end > text.length) continue
    plainTo(start)
    segments.push({ start, text: text.slice(start, end), clause })
    at = end
  }
  plainTo(text.length)
  return segments
}
