import type { SqlDialect } from '../../kernel/facts.ts'
import { ACTING, HARMLESS } from './functions.ts'

/** What a statement does. */
export type SqlClass = 'read' | 'write' | 'delete' | 'schema' | 'admin' | 'execute' | 'transaction'

/** What is unusual about a text. */
export type SqlFlag =
  /** Nothing but the server's dialect can tell what it says. */
  | 'ambiguous'
  /** EXPLAIN runs what it explains. */
  | 'analyze'
  /** Reads or names what the database says of itself. */
  | 'catalog'
  | 'comment'
  /** Runs statements that are not in the text, or are strings in it. */
  | 'dynamic'
  /** Reads or writes files of the database server. */
  | 'file'
  | 'locking'
  | 'multiple'
  | 'parameter'
  /** Runs a program of the database server. */
  | 'program'
  /** Calls a function that does more than compute. */
  | 'side-effect'
  | 'star'
  /** A condition that holds, or fails, for every row. */
  | 'tautology'
  /** Changes or deletes rows without a condition. */
  | 'unbounded'
  /** Calls a function that is not known to only compute. */
  | 'unknown-function'

/** More tables behind one alias than this are not paired with each column. */
const MOST_PAIRS = 16

/** Names of the tables that hold what a database says of itself, or the schemas of such tables. */
const CATALOG_SCHEMAS = new Set([
  'pg_catalog',
  'information_schema',
  'mysql',
  'performance_schema',
  'sys',
])
const CATALOG_TABLE = /^(?:pg_|sqlite_|pragma_)/i
const CATALOG_TABLES = new Set(['dbstat', 'bytecode', 'tables_used'])

/** Gathers what a walk finds. Sets only: order and number of sightings do not matter. */
export class Gather {
  readonly statements = new Set<string>()
  readonly classes = new Set<SqlClass>()
  readonly flags = new Set<SqlFlag>()
  readonly tables = new Set<string>()
  readonly functions = new Set<string>()
  /** The limit of each outermost statement; undefined is none. */
  readonly limits: (number | undefined)[] = []
  private readonly columns = new Map<string, readonly string[]>()
  private readonly aliases = new Map<string, Set<string>>()
  private readonly dialect: SqlDialect

  constructor(dialect: SqlDialect) {
    this.dialect = dialect
  }

  statement(kind: string, ...classes: readonly SqlClass[]): void {
    this.statements.add(kind)
    for (const each of classes) this.classes.add(each)
  }

  flag(flag: SqlFlag): void {
    this.flags.add(flag)
  }

  /** A table or view, as named, and the name it goes by. */
  table(name: readonly string[], alias?: string): void {
    const text = written(name)
    if (text === '') return
    this.tables.add(text)
    const last = name.at(-1) ?? ''
    const called = alias ?? last
    const known = this.aliases.get(called)
    if (known === undefined) this.aliases.set(called, new Set([text]))
    else known.add(text)
    const schemas = name.slice(0, -1).map((part) => part.toLowerCase())
    if (
      schemas.some((schema) => CATALOG_SCHEMAS.has(schema)) ||
      CATALOG_TABLE.test(last) ||
      CATALOG_TABLES.has(last)
    )
      this.flag('catalog')
  }

  /** A column, as named: `column`, `table.column`, `schema.table.*`. */
  column(name: readonly string[]): void {
    if (name.length === 0) return
    if (name.at(-1) === '*') this.flag('star')
    this.columns.set(written(name), name)
  }

  /** All columns of a table are set. */
  changes(table: readonly string[]): void {
    const name = [...table, '*']
    this.columns.set(written(name), name)
  }

  /** A function or procedure, as named. */
  call(name: readonly string[]): void {
    const parts = this.dialect === 'postgresql' && name[0] === 'pg_catalog' ? name.slice(1) : name
    this.functions.add(written(parts))
    const last = (name.at(-1) ?? '').toLowerCase()
    const acting = ACTING[this.dialect].get(last)
    if (acting !== undefined) {
      this.flag('side-effect')
      for (const each of acting.classes) this.classes.add(each)
      for (const each of acting.flags) this.flag(each)
      return
    }
    if (parts.length === 1 && HARMLESS[this.dialect].has(last)) return
    this.flag('unknown-function')
    this.classes.add('execute')
  }

  /** The columns with aliases replaced by the tables that they may stand for. */
  resolved(): ReadonlySet<string> {
    const found = new Set<string>()
    for (const [text, name] of this.columns) {
      const column = name.at(-1) ?? ''
      const tables = name.length === 2 ? this.aliases.get(name[0] ?? '') : undefined
      if (tables === undefined) found.add(text)
      else this.pair(tables, column, text, found)
      // A table named as a column is all of its row.
      const rows = name.length === 1 ? this.aliases.get(column) : undefined
      if (rows === undefined) continue
      this.flag('star')
      for (const table of rows) found.add(`${table}.*`)
    }
    return found
  }

  private pair(tables: ReadonlySet<string>, column: string, text: string, into: Set<string>): void {
    if (tables.size <= MOST_PAIRS) {
      for (const table of tables) into.add(`${table}.${part(column)}`)
      return
    }
    into.add(text)
    for (const table of tables) into.add(`${table}.*`)
  }
}

/** A name of parts; quoted where a part could be taken for more than one. */
function written(name: readonly string[]): string {
  return name.map(part).join('.')
}

function part(name: string): string {
  return /[."]/.test(name) ? `"${name.replaceAll('"', '""')}"` : name
}
