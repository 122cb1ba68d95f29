import { randomBytes } from 'node:crypto'
import { Client } from 'pg'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import type { SqlFact } from '../../kernel/facts.ts'
import { sqlAnalyser } from './sql.ts'
import { type Asked, askSqlite } from './testing/authorizer.ts'
import { SQLITE_ATTACKS, SQLITE_BENIGN } from './testing/corpus-others.ts'
import { POSTGRESQL_ATTACKS, POSTGRESQL_BENIGN } from './testing/corpus-postgresql.ts'
import { factOf } from './testing/place.ts'
import { SCHEMA } from './testing/schema.ts'

beforeAll(async () => {
  await sqlAnalyser.load?.()
})

/** What a fact does not own up to, of what SQLite says it was asked to do. */
function hidden(fact: SqlFact, asked: Asked): readonly string[] {
  const tables = fact.tables.map(lastOf)
  // A change of the schema is one of tables that keep it, and is told as such.
  const own = (table: string) =>
    table.startsWith('sqlite_') && !fact.classes.every((each) => each === 'read')
  const named = (table: string) =>
    tables.includes(table) || fact.functions.includes(table) || own(table)
  return [
    ...asked.reads.filter(({ table }) => !named(table)).map(({ table }) => `reads ${table}`),
    ...asked.changes.filter((table) => !named(table)).map((table) => `changes ${table}`),
    ...(asked.changes.length > 0 && !own('sqlite_') ? ['changes at all'] : []),
    ...asked.reads
      .filter(({ table, column }) => !own(table) && !namesColumn(fact, column))
      .map(({ table, column }) => `reads ${table}.${column}`),
    ...asked.functions
      // Changes of the schema are made with functions of its own.
      .filter(() => !fact.classes.includes('schema'))
      .filter((name) => !OPERATORS.has(name) && !fact.functions.includes(name))
      .map((name) => `calls ${name}`),
  ]
}

/** Operators that SQLite asks about as functions. */
const OPERATORS = new Set(['like', 'glob', '->', '->>', 'match', 'regexp'])

function namesColumn({ columns, classes }: SqlFact, column: string): boolean {
  // `count(*)` reads no column; statements on the schema read all of them to check it.
  if (column === '' || classes.includes('schema')) return true
  return columns.map(lastOf).some((name) => name === '*' || name === column)
}

function lastOf(name: string): string {
  return name.split('.').at(-1) ?? ''
}

describe('SQLite', () => {
  test.each([...SQLITE_ATTACKS, ...SQLITE_BENIGN])('is asked for no more than: %s', (sql) => {
    expect(hidden(factOf(sql, 'sqlite'), askSqlite(sql))).toEqual([])
  })

  test('runs most of them', () => {
    const ran = [...SQLITE_ATTACKS, ...SQLITE_BENIGN].filter(([sql]) => askSqlite(sql).ran)
    expect(ran.length).toBeGreaterThan(30)
  })

  test('what is asked is seen', () => {
    const fact = factOf('select 1', 'sqlite')
    expect(hidden(fact, askSqlite('delete from orders where lower(ssn) = 1'))).toEqual([
      'reads orders',
      'changes orders',
      'changes at all',
      'reads orders.ssn',
      'calls lower',
    ])
  })
})

describe('PostgreSQL', () => {
  const name = `sql_${randomBytes(6).toString('hex')}`
  let owner: Client
  let limited: Client

  beforeAll(async () => {
    owner = new Client(inject('postgres'))
    await owner.connect()
    await owner.query(`create schema ${name}; create role ${name} login;
      grant usage on schema ${name} to ${name}; set search_path = ${name};
      ${SCHEMA} create sequence s;
      grant all on all tables in schema ${name} to ${name};
      grant all on all sequences in schema ${name} to ${name}`)
    const url = inject('postgres').replace('postgres@', `${name}@`)
    limited = new Client(`${url}&options=-csearch_path%3D${name}%20-cstatement_timeout%3D1000`)
    await limited.connect()
  })
  afterAll(async () => {
    await limited.end()
    await owner.query(`drop schema ${name} cascade; drop role ${name}`)
    await owner.end()
  })

  /** Scans and changes of each table so far, as PostgreSQL counts them in the transaction. */
  const counters = async () => {
    const { rows } = await limited.query<{ table: string; scans: number; changes: number }>(
      `select relname as table, (seq_scan + coalesce(idx_scan, 0))::int as scans,
        (n_tup_ins + n_tup_upd + n_tup_del)::int as changes
        from pg_stat_xact_user_tables where schemaname = $1`,
      [name],
    )
    return new Map(rows.map(({ table, scans, changes }) => [table, { scans, changes }]))
  }

  /** Runs a statement and takes it back; undefined if PostgreSQL does not run it. */
  const touched = async (sql: string) => {
    await limited.query('begin')
    try {
      const before = await counters()
      await limited.query(sql)
      const after = await counters()
      return [...after].map(([table, now]) => {
        const then = before.get(table) ?? { scans: 0, changes: 0 }
        return { table, scans: now.scans - then.scans, changes: now.changes - then.changes }
      })
    } catch {
      return undefined
    } finally {
      await limited.query('rollback')
    }
  }

  // A COPY to the client needs a client that speaks it; what commits cannot be taken back.
  const corpus = [...POSTGRESQL_ATTACKS, ...POSTGRESQL_BENIGN].filter(
    ([sql]) => !/stdout|commit/.test(sql),
  )
  let ran = 0

  test.each(corpus)('touches no more than: %s', async (sql) => {
    const fact = factOf(sql, 'postgresql')
    const found = await touched(sql)
    if (found === undefined) return
    ran += 1
    const dynamic = fact.flags.includes('dynamic')
    const scanned = found.filter(({ scans, changes }) => scans > 0 || changes > 0)
    if (!dynamic)
      expect(fact.tables.map(lastOf)).toEqual(
        expect.arrayContaining(scanned.map(({ table }) => table)),
      )
    if (found.some(({ changes }) => changes > 0))
      expect(fact.classes.filter((each) => each !== 'read')).not.toEqual([])
  })

  test('runs most of them', () => {
    expect(ran).toBeGreaterThan(80)
  })

  test('counts what is touched', async () => {
    expect(await touched('delete from orders')).toContainEqual({
      table: 'orders',
      scans: 1,
      changes: 2,
    })
  })
})
