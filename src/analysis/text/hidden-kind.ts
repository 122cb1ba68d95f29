import type { Certainty } from '../../kernel/finding.ts'

/**
 * What nobody sees, or sees otherwise than it stands. `tags`: the double of ASCII in plane 14.
 * `zero-width`: characters without advance. `bidi`: controls that turn text round (UAX #9). `variation`:
 * selectors on bases that take none. `filler`: letters that draw a gap. `ignorable`: the other
 * default-ignorable ones. `marks`: more combining marks than a letter carries. `ansi`: escape sequences.
 */
export type HiddenKind =
  | 'tags'
  | 'zero-width'
  | 'bidi'
  | 'variation'
  | 'soft-hyphen'
  | 'filler'
  | 'ignorable'
  | 'private-use'
  | 'unassigned'
  | 'surrogate'
  | 'separator'
  | 'marks'
  | 'ansi'
  | 'control'

/** What a character in a text is; `kind` is absent where it belongs there. */
export interface Judged {
  readonly kind?: HiddenKind
  readonly certainty: Certainty
  /** UTF-16 units that it takes. */
  readonly length: number
}
