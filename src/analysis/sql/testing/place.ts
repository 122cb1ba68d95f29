import type { SqlDialect, SqlFact } from '../../../kernel/facts.ts'
import type { Json } from '../../../kernel/json.ts'
import type { Place } from '../../analyser.ts'
import { sqlAnalyser } from '../sql.ts'

/** A place that is declared to hold SQL. */
export function sqlPlace(dialect?: SqlDialect): Place {
  return {
    at: '/query',
    hint: { kind: 'sql', dialect },
    parent: undefined,
    server: 'db',
    local: false,
    cwd: undefined,
    world: {
      files: { follow: () => ({ kind: 'blocked', why: 'no files' }) },
      resolver: { resolve: async () => [] },
    },
  }
}

/** The facts of a declared value, or why it has none. */
export function declared(value: Json, dialect?: SqlDialect): readonly SqlFact[] | string {
  const reading = sqlAnalyser.declared(value, sqlPlace(dialect))
  return 'unparsable' in reading ? reading.unparsable : reading.facts
}

/** The one fact of a declared text. */
export function factOf(text: string, dialect?: SqlDialect): SqlFact {
  const facts = declared(text, dialect)
  const fact = facts[0]
  if (typeof facts === 'string' || typeof fact !== 'object')
    throw new Error(`${text}: ${String(facts)}`)
  return fact
}
