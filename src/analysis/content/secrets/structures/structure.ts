import type { Certainty } from '../../../../kernel/finding.ts'
import { type Candidate, RANKS, type Sink } from '../hits.ts'

/** Something that is a secret by where it stands: in a URL, a header, a key file. */
export interface Structure {
  readonly id: string
  readonly literals: readonly string[]
  readonly probe: (text: string, at: number, end: number, sink: Sink) => void
}

export function found(
  type: string,
  start: number,
  end: number,
  certainty: Certainty,
  why: string,
): Candidate {
  return { type, start, end, certainty, why, rank: RANKS.structure }
}
