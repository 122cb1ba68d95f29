import type { IdentifierFact } from '../../kernel/facts.ts'
import type { Check } from './misfit.ts'

export interface IdentifierRule {
  readonly types: readonly string[]
}

/** Every identifier is of an allowed type. */
export function identifierCheck({ types }: IdentifierRule): Check<IdentifierFact> {
  return (identifiers) => {
    return identifiers.flatMap(({ at, type }) =>
      types.includes(type) ? [] : [{ at, why: 'is an identifier that the guard does not allow' }],
    )
  }
}
