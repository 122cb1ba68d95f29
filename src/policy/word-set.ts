import { fault } from './language/fault.ts'
import { setOf, type Value } from './language/value.ts'

/** @throws {Fault} for text that is not Unicode: Cedar has no string for it. */
export function wordSet(texts: readonly string[]): Value {
  if (!texts.every((text) => text.isWellFormed())) fault('a fact holds what a policy cannot read')
  return setOf(texts)
}
