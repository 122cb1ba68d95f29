import { type CreateTableBuilder, sql, type Transaction } from 'kysely'
import type { Engine } from './migrations.ts'
import type { Schema } from './schema.ts'

type Column = 'text' | 'long' | 'integer'

/** Tables by name: columns, where a `?` after the type says that it can be null, and the primary key. */
export type Tables = Readonly<
  Record<
    string,
    {
      readonly columns: Readonly<Record<string, Column | `${Column}?`>>
      readonly key: readonly string[]
    }
  >
>

/** A table, and the columns that it is looked up by. */
export type Index = readonly [table: string, ...columns: string[]]

/** Makes tables with their indexes, the same on both engines. */
export async function makeTables(
  db: Transaction<Schema>,
  engine: Engine,
  tables: Tables,
  indexes: readonly Index[],
): Promise<void> {
  for (const [name, { columns, key }] of Object.entries(tables)) {
    let table: CreateTableBuilder<string, string> = db.schema.createTable(name)
    for (const [column, type] of Object.entries(columns)) {
      const optional = type.endsWith('?')
      table = table.addColumn(column, sqlType(type, engine), (made) =>
        optional ? made : made.notNull(),
      )
    }
    await table
      .addPrimaryKeyConstraint(`${name}_key`, [...key])
      .modifyEnd(ending(engine))
      .execute()
  }
  for (const [table, ...columns] of indexes)
    await db.schema
      .createIndex([table, ...columns].join('_'))
      .on(table)
      .columns(columns)
      .execute()
}

/** Whole numbers of JavaScript are 53 bits wide. */
export function sqlType(type: string, engine: Engine): 'text' | 'integer' | 'bigint' {
  if (type.startsWith('text')) return 'text'
  return type.startsWith('long') && engine === 'postgres' ? 'bigint' : 'integer'
}

/** Holds SQLite to the types of columns. */
export function ending(engine: Engine) {
  return engine === 'sqlite' ? sql`strict` : sql``
}
