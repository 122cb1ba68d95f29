import { FACT_MEMBERS, type FactKind, type FactOf, type Facts } from '../../kernel/facts.ts'

/** The facts of one kind. */
export function factsOf<Kind extends FactKind>(facts: Facts, kind: Kind): readonly FactOf[Kind][] {
  return facts[FACT_MEMBERS[kind]] as readonly FactOf[FactKind][] as readonly FactOf[Kind][]
}

/** A predicate on JSON Pointers (RFC 6901). */
export type InScope = (at: string) => boolean

/**
 * What lies at one of the pointers or beneath it. An index of a list may be left out of a pointer,
 * or be `*`: what is said of `/edits/file` holds for `/edits/0/file`.
 */
export function atOrBeneath(pointers: readonly string[] | undefined): InScope {
  if (pointers === undefined) return () => true
  const all = pointers.map(steps)
  return (at) => all.some((pointer) => matches(pointer, steps(at)) === 'all')
}

/** What lies at one of the pointers, beneath it or above it: something read as a whole holds it too. */
export function around(pointers: readonly string[] | undefined): InScope {
  if (pointers === undefined) return () => true
  const all = pointers.map(steps)
  return (at) => all.some((pointer) => matches(pointer, steps(at)) !== 'other')
}

function steps(pointer: string): readonly string[] {
  return pointer.split('/').slice(1)
}

/**
 * Whether all of a pointer was found along a place, or the place ended within it. Each step of the
 * place is looked at once: an index that the pointer does not name is skipped.
 */
function matches(pointer: readonly string[], place: readonly string[]): 'all' | 'above' | 'other' {
  let found = 0
  for (const step of place) {
    const wanted = pointer[found]
    if (wanted === undefined) return 'all'
    if (step === wanted || (wanted === '*' && /^\d+$/.test(step))) found += 1
    else if (!/^\d+$/.test(step)) return 'other'
  }
  return found === pointer.length ? 'all' : 'above'
}
