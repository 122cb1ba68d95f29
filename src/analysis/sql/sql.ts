import type { SqlDialect, SqlFact } from '../../kernel/facts.ts'
import type { Json } from '../../kernel/json.ts'
import type { Analyser, Place, Reading } from '../analyser.ts'
import { isProse, mayBeSql } from './prose.ts'
import { DIALECTS, type DialectReading, loadGrammars, MOST_LENGTH, readDialect } from './read.ts'

/** More texts in one value than this are not read. */
const MOST_TEXTS = 64

/**
 * Reads SQL with the grammars of PostgreSQL, MySQL and SQLite. With a dialect in the hint, by that one
 * alone; without, by all three, and what those say that accept the text is joined, so that facts hold
 * whichever of them runs it.
 */
export const sqlAnalyser: Analyser<'sql'> = {
  kind: 'sql',
  load: loadGrammars,
  declared,
  found,
}

type Read = Extract<DialectReading, { readonly kind: 'read' }>

function declared(value: Json, place: Place): Reading<SqlFact> {
  const texts = typeof value === 'string' ? [value] : value
  if (!Array.isArray(texts)) return { unparsable: 'is neither a text nor a list of texts' }
  // Each is short enough on its own; together they are one text.
  const length = texts.reduce((sum, text) => sum + (typeof text === 'string' ? text.length : 0), 0)
  if (length > MOST_LENGTH || texts.length > MOST_TEXTS) return { unparsable: 'is too long' }
  const facts: SqlFact[] = []
  for (const text of texts) {
    if (typeof text !== 'string') return { unparsable: 'is neither a text nor a list of texts' }
    const read = readText(text, place)
    if ('unparsable' in read) return read
    facts.push(factOf(read.reads, place, 'declared', read.ambiguous))
  }
  return { facts }
}

function found(text: string, place: Place): readonly SqlFact[] {
  if (text.length > MOST_LENGTH || !mayBeSql(text)) return []
  const read = readText(text, { ...place, hint: undefined }, true)
  if (
    'unparsable' in read ||
    isProse(
      text,
      read.reads.map(({ found: gathered }) => gathered),
    )
  )
    return []
  return [factOf(read.reads, place, 'found', read.ambiguous)]
}

interface ReadText {
  readonly reads: readonly Read[]
  readonly ambiguous: boolean
}

/** Reads a text in the dialect of the hint, or in all of them. */
function readText(
  text: string,
  place: Place,
  tolerant = false,
): ReadText | { readonly unparsable: string } {
  const dialect = place.hint?.dialect
  const readings = (dialect === undefined ? DIALECTS : [dialect]).map((each) =>
    readDialect(text, each),
  )
  const refused = readings.find((reading) => reading.kind === 'refused')
  if (refused !== undefined && !tolerant) return { unparsable: `${refused.why}` }
  const reads = readings.filter((reading) => reading.kind === 'read')
  if (reads.length === 0) return { unparsable: 'is not SQL that can be read' }
  if (reads.every(({ count }) => count === 0)) return { unparsable: 'has no statement' }
  const ambiguous = readings.some((reading) => reading.kind !== 'read' && mayDiffer(reading, reads))
  if (ambiguous && !tolerant) return { unparsable: 'says different things in different dialects' }
  return { reads, ambiguous }
}

/**
 * Whether a dialect whose grammar does not accept the text may still run another one than the others
 * read: where it sees other strings, names or comments. What it cannot even complete, it does not run.
 */
function mayDiffer(reading: DialectReading, reads: readonly Read[]): boolean {
  if (reading.kind === 'refused') return true
  if (reading.lexed.broken) return false
  const bounds = outline(reading)
  return reads.every((read) => outline(read) !== bounds)
}

function outline(reading: Exclude<DialectReading, { readonly kind: 'refused' }>): string {
  return reading.lexed.spans
    .map(({ kind, start, end }) => `${kind === 'comment' ? '-' : '+'}${start}:${end}`)
    .join(' ')
}

function factOf(
  reads: readonly Read[],
  place: Place,
  origin: 'declared' | 'found',
  ambiguous: boolean,
): SqlFact {
  const columns = reads.map(({ found: gathered }) => gathered.resolved())
  const flags = joined(reads.map(({ found: gathered }) => gathered.flags))
  const count = Math.max(...reads.map((read) => read.count))
  const limit = limitOf(reads)
  return {
    at: place.at,
    origin,
    flags: [
      ...new Set([
        ...flags,
        ...(count > 1 ? ['multiple'] : []),
        ...(ambiguous ? ['ambiguous'] : []),
      ]),
    ].sort(),
    dialects: reads.map(({ dialect }): SqlDialect => dialect),
    count,
    statements: joined(reads.map(({ found: gathered }) => gathered.statements)),
    classes: joined(reads.map(({ found: gathered }) => gathered.classes)),
    tables: joined(reads.map(({ found: gathered }) => gathered.tables)),
    columns: joined(columns),
    functions: joined(reads.map(({ found: gathered }) => gathered.functions)),
    ...(limit === undefined ? {} : { limit }),
  }
}

function joined(sets: readonly ReadonlySet<string>[]): readonly string[] {
  return [...new Set(sets.flatMap((set) => [...set]))].sort()
}

/** The most rows of all outermost statements in all readings; undefined if one has no limit. */
function limitOf(reads: readonly Read[]): number | undefined {
  let most = 0
  for (const limit of reads.flatMap(({ found: gathered }) => gathered.limits)) {
    if (limit === undefined) return undefined
    most = Math.max(most, limit)
  }
  return most
}
