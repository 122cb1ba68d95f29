import { diffLines } from 'diff'
import type { DiffLine } from './edits.ts'

/** More lines than that differ only where there is nothing to compare. */
const MOST_EDITS = 1_000

/** What a text becomes, in runs of lines, whole. */
export function comparedLines(from: string, to: string): readonly DiffLine[] {
  const changes = diffLines(from, to, { maxEditLength: MOST_EDITS })
  if (changes === undefined)
    return [
      { kind: 'removed', text: from },
      { kind: 'added', text: to },
    ]
  return changes.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    text: value,
  }))
}
