import type { PathFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Place, Reading } from '../analyser.ts'
import { findPaths } from './find-paths.ts'
import { readPath } from './read-path.ts'

/** Paths in one list at most. */
const MAX_ITEMS = 1_000

/**
 * Reads paths: what would the server open? A value with several readings gives a fact for each, the
 * literal one first, so that a rule has to hold for all. What nobody but the server can know, such as
 * where its `$HOME` is, is unparsable.
 *
 * Not seen are hard links and mounts: by all that the system tells, those are where they seem to be.
 */
export const pathAnalyser: Analyser<'path'> = {
  kind: 'path',
  declared(value, place) {
    if (!Array.isArray(value)) return readDeclared(value, place)
    if (value.length > MAX_ITEMS) return { unparsable: `more than ${MAX_ITEMS} paths` }
    const facts: PathFact[] = []
    for (const [index, item] of value.entries()) {
      const reading = readDeclared(item, { ...place, at: `${place.at}/${index}` })
      if ('unparsable' in reading) return reading
      facts.push(...reading.facts)
    }
    return { facts }
  },
  found(text, place) {
    return findPaths(text).flatMap((path) => foundFacts(path, place))
  },
}

function readDeclared(value: Json, place: Place): Reading<PathFact> {
  if (typeof value !== 'string') return { unparsable: 'is not a text' }
  const { facts, unclear } = readPath(value, place, 'declared')
  return unclear === undefined ? { facts } : { unparsable: unclear }
}

/** A path that nobody can follow still stands there: a fact without a real path, that says so. */
function foundFacts(path: string, place: Place): readonly PathFact[] {
  const { facts, unclear } = readPath(path, place, 'found')
  const [literal] = facts
  if (unclear === undefined || !literal) return facts
  const { real: _, exists: __, ...known } = literal
  const flags = new Set(facts.flatMap((fact) => fact.flags)).add('unclear')
  flags.delete('alternate')
  return [{ ...known, flags: [...flags].sort() }]
}
