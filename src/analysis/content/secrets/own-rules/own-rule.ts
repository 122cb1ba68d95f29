/** Nothing longer is read as a file of rules. */
export const MOST_CHARACTERS = 262_144
export const MOST_RULES = 500
/** Of one expression. */
export const LONGEST_REGEX = 1000
/** Instructions of one compiled expression: each character of a text costs at most so many steps. */
export const LARGEST_PROGRAM = 3000

/** A rule of an operator, as it was written; names as in the files of common scanners. */
export interface OwnRule {
  readonly id: string
  readonly description: string
  readonly regex: string
  readonly keywords: readonly string[]
  readonly entropy: number
  /** The group that is the secret; 0 is all that matches. */
  readonly secretGroup: number
  readonly allow: { readonly regexes: readonly string[]; readonly stopwords: readonly string[] }
}

/** What is wrong in a file of rules, and where. */
export interface RuleProblem {
  readonly message: string
  /** From 1. */
  readonly line: number
  readonly column: number
}
