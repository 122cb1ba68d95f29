import type { PatternFact } from '../../kernel/facts.ts'
import type { Misfit } from './misfit.ts'

export interface PatternRule {
  /** Characters of a regular expression at most. */
  readonly maxLength: number
}

/** Every regular expression is short. What is dangerous about one is in its flags. */
export function checkPatterns(
  patterns: readonly PatternFact[],
  { maxLength }: PatternRule,
): readonly Misfit[] {
  return patterns.flatMap(({ at, source }) =>
    source.length <= maxLength ? [] : [{ at, why: `has more than ${maxLength} characters` }],
  )
}
