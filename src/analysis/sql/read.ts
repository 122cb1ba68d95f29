import type { SqlDialect } from '../../kernel/facts.ts'
import { Gather } from './gather.ts'
import { type Lexed, lex } from './lex.ts'
import { loadMysql, parseMysql } from './parse-mysql.ts'
import { loadPostgresql, parsePostgresql } from './parse-postgresql.ts'
import { loadSqlite, parseSqlite } from './parse-sqlite.ts'
import type { Parsed, Reading } from './trees.ts'
import { walkMysql } from './walk-mysql.ts'
import { walkPostgresql } from './walk-postgresql.ts'
import { walkSqlite } from './walk-sqlite.ts'

interface Grammar {
  readonly load: () => Promise<void>
  readonly parse: (text: string) => Parsed
  readonly walk: (reading: Reading, gather: Gather) => void
}

const GRAMMARS: Readonly<Record<SqlDialect, Grammar>> = {
  postgresql: { load: loadPostgresql, parse: parsePostgresql, walk: walkPostgresql },
  mysql: { load: loadMysql, parse: parseMysql, walk: walkMysql },
  sqlite: { load: loadSqlite, parse: parseSqlite, walk: walkSqlite },
}

export const DIALECTS: readonly SqlDialect[] = ['mysql', 'postgresql', 'sqlite']

/** Longer texts are not read: parsers block everybody else. In characters. */
export const MOST_LENGTH = 65_536
/** Deeper texts are not read: parsers recurse. In tokens, see `lex`. */
const MOST_DEPTH = 1_000

/** Loads all grammars. */
export async function loadGrammars(): Promise<void> {
  await Promise.all(DIALECTS.map((dialect) => GRAMMARS[dialect].load()))
}

/** What a text is in one dialect. */
export type DialectReading =
  | {
      readonly kind: 'read'
      readonly dialect: SqlDialect
      readonly lexed: Lexed
      /** Statements at the top level; the most of all readings. */
      readonly count: number
      readonly found: Gather
    }
  | { readonly kind: 'foreign'; readonly dialect: SqlDialect; readonly lexed: Lexed }
  | { readonly kind: 'refused'; readonly why: string }

/** Reads a text in a dialect. Needs the grammars loaded. */
export function readDialect(text: string, dialect: SqlDialect): DialectReading {
  const parsed = parseDialect(text, dialect)
  if (parsed.kind === 'refused') return parsed
  if (parsed.kind === 'foreign') return { kind: 'foreign', dialect, lexed: parsed.lexed }
  const found = new Gather(dialect)
  for (const reading of parsed.readings) GRAMMARS[dialect].walk(reading, found)
  if (parsed.lexed.spans.some(({ kind }) => kind === 'comment')) found.flag('comment')
  const count = Math.max(...parsed.readings.map((reading) => reading.length))
  return { kind: 'read', dialect, lexed: parsed.lexed, count, found }
}

/** Parses a text, within bounds. Needs the grammars loaded. */
export function parseDialect(
  text: string,
  dialect: SqlDialect,
  longest = MOST_LENGTH,
): Parsed & { readonly lexed: Lexed } {
  const nothing: Lexed = { spans: [], depth: 0, closed: false, broken: true }
  if (text.length > longest) return { kind: 'refused', why: 'is too long', lexed: nothing }
  // Parsers in C would read up to it only.
  if (text.includes('\0')) return { kind: 'refused', why: 'contains NUL', lexed: nothing }
  if (!text.isWellFormed()) return { kind: 'refused', why: 'is no text', lexed: nothing }
  const lexed = lex(text, dialect)
  if (lexed.depth > MOST_DEPTH) return { kind: 'refused', why: 'is nested too deeply', lexed }
  return { ...GRAMMARS[dialect].parse(text), lexed }
}
