import type { Certainty } from '../../../kernel/finding.ts'

/**
 * What a check of a match says. `undefined`: it is not one after all; `proved`: a checksum or a parse holds;
 * `likely`: the shape fits, and nothing speaks against it.
 */
export type Verdict = Certainty | undefined

/** A token that carries its own mark: it is found wherever it stands. */
export interface TokenRule {
  /** Stable, kebab-case; the name that the field uses where there is one. */
  readonly id: string
  /** What it is, in a few words: `github personal access token`. */
  readonly title: string
  /** Literals, in any case, one of which every match has at the same distance from its beginning. */
  readonly keywords: readonly string[]
  /** Sticky, linear and bounded. Group 1, if there is one, is the secret; it ends where the match ends. */
  readonly regex: RegExp
  /** How many characters stand before the keyword: the most and the fewest. None by default. */
  readonly lead?: readonly [number, number]
  /** Shannon entropy per character that the secret has at least; 0 leaves out every look at randomness. */
  readonly entropy?: number
  /** What remains to be checked: a checksum, a structure, a length. */
  readonly valid?: (secret: string, match: RegExpExecArray) => Verdict
}

/** A token without a mark of its own: only the name that it is given to says whose it is. */
export interface NamedRule {
  readonly id: string
  readonly title: string
  /** Words, lower case and without separators, one of which the name holds. */
  readonly names: readonly string[]
  /** The whole value, anchored at both ends, linear and bounded. */
  readonly value: RegExp
  readonly entropy?: number
}

type More = Pick<TokenRule, 'lead' | 'entropy' | 'valid'>

/** One line of a table of tokens. */
export function token(
  id: string,
  title: string,
  keywords: string | readonly string[],
  regex: RegExp,
  more: More = {},
): TokenRule {
  return {
    id,
    title,
    keywords: typeof keywords === 'string' ? [keywords] : keywords,
    regex,
    ...more,
  }
}

/** One line of a table of named values. */
export function named(
  id: string,
  title: string,
  names: string | readonly string[],
  value: RegExp,
  entropy?: number,
): NamedRule {
  const all = typeof names === 'string' ? [names] : names
  return { id, title, names: all, value, ...(entropy === undefined ? {} : { entropy }) }
}
