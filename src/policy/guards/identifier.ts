import type { IdentifierFact } from '../../kernel/facts.ts'
import type { Misfit } from './misfit.ts'

export interface IdentifierRule {
  readonly types: readonly string[]
}

/** Every identifier is of an allowed type. */
export function checkIdentifiers(
  identifiers: readonly IdentifierFact[],
  { types }: IdentifierRule,
): readonly Misfit[] {
  return identifiers.flatMap(({ at, type }) =>
    types.includes(type) ? [] : [{ at, why: 'is an identifier that the guard does not allow' }],
  )
}
