/** A statement, and what it reads and calls by construction. */
export interface Composed {
  readonly sql: string
  readonly tables: ReadonlySet<string>
  readonly functions: ReadonlySet<string>
  readonly columns: ReadonlySet<string>
}

const TABLES = ['customer', 'orders', 'secret'] as const
const COLUMNS = ['id', 'name', 'ssn'] as const
const FUNCTIONS = ['lower', 'upper', 'abs', 'length'] as const

/** Something that rows come from: how it is named there, and columns that it has for certain. */
interface Source {
  readonly alias: string
  readonly columns: readonly string[]
}

/** Composes a query out of a list of choices; the same list gives the same query. */
export function compose(choices: readonly number[]): Composed {
  const composer = new Composer(choices)
  const sql = composer.query(3, new Map())
  return {
    sql,
    tables: composer.tables,
    functions: composer.functions,
    columns: composer.columns,
  }
}

class Composer {
  readonly tables = new Set<string>()
  readonly functions = new Set<string>()
  readonly columns = new Set<string>()
  private readonly choices: readonly number[]
  private at = 0
  private aliases = 0

  constructor(choices: readonly number[]) {
    this.choices = choices
  }

  /** A query whose one column is called `id`. `names` are common table expressions in sight. */
  query(depth: number, names: ReadonlyMap<string, true>): string {
    if (depth === 0) return 'select 1 as id'
    const seen = new Map(names)
    const head = this.pick(3) === 0 ? this.named(depth, seen) : ''
    const body = this.select(depth, seen)
    const more = this.pick(4) === 0 ? ` union all ${this.select(depth - 1, seen)}` : ''
    return `${head}${body}${more}`
  }

  private named(depth: number, seen: Map<string, true>): string {
    // Half of them are called like a table, which then cannot be seen.
    const name = this.pick(2) === 0 ? this.one(TABLES) : `cte${this.pick(3)}`
    const query = this.query(depth - 1, seen)
    seen.set(name, true)
    return `with ${name} as (${query}) `
  }

  private select(depth: number, names: ReadonlyMap<string, true>): string {
    if (depth <= 0) return 'select 1 as id'
    const sources = [this.source(depth, names)]
    if (this.pick(3) === 0) sources.push(this.source(depth, names))
    const all = sources.map(({ source }) => source)
    const from = sources.map(({ text }) => text).join(this.one([', ', ' cross join ']))
    const value = this.value(depth, names, all)
    const where = this.pick(2) === 0 ? ` where ${this.condition(depth, names, all)}` : ''
    return `select ${value} as id from ${from}${where}`
  }

  private source(
    depth: number,
    names: ReadonlyMap<string, true>,
  ): { text: string; source: Source } {
    this.aliases += 1
    const alias = `a${this.aliases}`
    if (this.pick(4) === 0)
      return {
        text: `(${this.query(depth - 1, names)}) ${alias}`,
        source: { alias, columns: ['id'] },
      }
    const seen = [...names.keys()]
    const name = seen.length > 0 && this.pick(2) === 0 ? this.one(seen) : this.one(TABLES)
    if (names.has(name)) return { text: `${name} as ${alias}`, source: { alias, columns: ['id'] } }
    this.tables.add(name)
    return { text: `${name} ${alias}`, source: { alias, columns: COLUMNS } }
  }

  private value(depth: number, names: ReadonlyMap<string, true>, from: readonly Source[]): string {
    switch (this.pick(5)) {
      case 0:
        return `(${this.query(depth - 1, names)} limit 1)`
      case 1: {
        const name = this.one(FUNCTIONS)
        this.functions.add(name)
        return `${name}(${this.column(from)})`
      }
      case 2:
        return `case when ${this.condition(depth - 1, names, from)} then 'it''s -- ;' end`
      default:
        return this.column(from)
    }
  }

  private condition(
    depth: number,
    names: ReadonlyMap<string, true>,
    from: readonly Source[],
  ): string {
    switch (depth <= 0 ? 0 : this.pick(4)) {
      case 1:
        return `${this.column(from)} in (${this.query(depth - 1, names)})`
      case 2:
        return `exists (${this.query(depth - 1, names)})`
      case 3:
        return `(${this.condition(depth - 1, names, from)} or not ${this.condition(depth - 1, names, from)})`
      default:
        return `${this.column(from)} = 'x'`
    }
  }

  private column(from: readonly Source[]): string {
    const { alias, columns } = this.one(from)
    const column = this.one(columns)
    this.columns.add(column)
    return `${alias}.${column}`
  }

  private one<T>(items: readonly T[]): T {
    const item = items[this.pick(items.length)]
    if (item === undefined) throw new Error('nothing to choose from')
    return item
  }

  /** The next choice below `many`; the first one when there are none left. */
  private pick(many: number): number {
    const choice = this.choices[this.at] ?? many - 1
    this.at += 1
    return choice % many
  }
}
