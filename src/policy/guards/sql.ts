import type { SqlDialect, SqlFact } from '../../kernel/facts.ts'
import { textGlob } from './glob.ts'
import type { Check } from './misfit.ts'

export interface SqlRule {
  /** Undefined: whichever it was read by. */
  readonly dialect: SqlDialect | undefined
  /** Undefined: any, as far as `classes` goes. */
  readonly statements: readonly string[] | undefined
  readonly classes: readonly string[]
  /** `schema.table` or `table`, as the statement must name them; `*` stands for any text. */
  readonly tables: readonly string[] | undefined
  /** Names of columns, in whatever table. */
  readonly columnsDeny: readonly string[]
  readonly functions: readonly string[] | undefined
  readonly limitMax: number | undefined
  /** Whether one text may hold several statements. */
  readonly multiple: boolean
}

/** What the statements do that somebody who names them means to allow. Others need `classes`. */
const CLASSES_OF: ReadonlyMap<string, readonly string[]> = new Map([
  ['insert', ['write']],
  ['update', ['write']],
  ['merge', ['write']],
  ['replace', ['write', 'delete']],
  ['delete', ['delete']],
  ['truncate', ['delete']],
])

/** The classes that follow from allowed statements: reading always, and what each of them does. */
export function classesOf(statements: readonly string[] = []): readonly string[] {
  return [...new Set(['read', ...statements.flatMap((one) => CLASSES_OF.get(one) ?? [])])]
}

/** Every text does no more than the rule says, with the statements, tables and functions that it names. */
export function sqlCheck(rule: SqlRule): Check<SqlFact> {
  const tables = rule.tables?.map(textGlob)
  return (all) =>
    all.flatMap((sql) =>
      [...checkShape(sql, rule), ...checkNames(sql, rule, tables)].map((why) => ({
        at: sql.at,
        why,
      })),
    )
}

function checkShape(sql: SqlFact, rule: SqlRule): readonly string[] {
  const { dialect, statements, classes, limitMax } = rule
  return [
    ...(dialect === undefined || sql.dialects.includes(dialect)
      ? []
      : [`was not read as ${dialect}`]),
    ...(sql.count === 1 || (rule.multiple && sql.count > 1)
      ? []
      : ['is not exactly one statement']),
    ...(only(sql.statements, statements) ? [] : ['has a statement that the guard does not allow']),
    ...(only(sql.classes, classes) ? [] : ['does more than the guard allows']),
    ...(limitMax === undefined || (sql.limit !== undefined && sql.limit <= limitMax)
      ? []
      : [`is not limited to ${limitMax} rows: add \`LIMIT ${limitMax}\``]),
  ]
}

function checkNames(
  sql: SqlFact,
  { functions, columnsDeny }: SqlRule,
  tables: readonly ((name: string) => boolean)[] | undefined,
): readonly string[] {
  return [
    ...(tables === undefined || sql.tables.every((table) => tables.some((fits) => fits(table)))
      ? []
      : ['names a table that the guard does not allow']),
    ...(only(sql.functions, functions) ? [] : ['calls a function that the guard does not allow']),
    ...(columnsDeny.length === 0 || sql.columns.every((column) => isOpen(column, sql, columnsDeny))
      ? []
      : ['reads a column that the guard denies, or all columns of a table']),
  ]
}

/**
 * Neither a denied column nor what stands for all columns of a table: `*`, or the name of a table
 * where a column is expected (a whole row, PostgreSQL 18 §8.16.5). Case does not count.
 */
function isOpen(column: string, { tables }: SqlFact, denied: readonly string[]): boolean {
  const name = lastPart(column)
  if (name === '*' || tables.some((table) => lastPart(table) === name)) return false
  return !denied.some((one) => one.toLowerCase() === name)
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1).toLowerCase()
}

function only(found: readonly string[], allowed: readonly string[] | undefined): boolean {
  return allowed === undefined || found.every((one) => allowed.includes(one))
}
