import type { PatternFact } from '../../kernel/facts.ts'
import type { Check } from './misfit.ts'

export interface PatternRule {
  /** Characters of a regular expression at most. */
  readonly maxLength: number
}

/** Every regular expression is short. What is dangerous about one is in its flags. */
export function patternCheck({ maxLength }: PatternRule): Check<PatternFact> {
  return (patterns) => {
    return patterns.flatMap(({ at, source }) =>
      source.length <= maxLength ? [] : [{ at, why: `has more than ${maxLength} characters` }],
    )
  }
}
