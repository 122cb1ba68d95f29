import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { sqlAnalyser } from './sql.ts'
import { askSqlite } from './testing/authorizer.ts'
import { compose } from './testing/compose.ts'
import { factOf } from './testing/place.ts'

beforeAll(async () => {
  await sqlAnalyser.load?.()
})

const choices = fc.array(fc.nat({ max: 59 }), { maxLength: 120 })

test.each(['postgresql', 'mysql', 'sqlite', undefined] as const)(
  'composed queries are read as they were composed: %s',
  (dialect) => {
    fc.assert(
      fc.property(choices, (each) => {
        const made = compose(each)
        const fact = factOf(made.sql, dialect)
        expect(fact.classes).toEqual(['read'])
        expect(fact.tables).toEqual([...made.tables].sort())
        expect(fact.functions).toEqual([...made.functions].sort())
        expect(fact.flags).toEqual([])
        expect(new Set(fact.columns.map((name) => name.split('.').at(-1)))).toEqual(made.columns)
      }),
      { numRuns: 300 },
    )
  },
)

test('SQLite reads nothing of composed queries that the facts lack', () => {
  let ran = 0
  fc.assert(
    fc.property(choices, (each) => {
      const { sql } = compose(each)
      const fact = factOf(sql, 'sqlite')
      const asked = askSqlite(sql)
      if (asked.ran) ran += 1
      for (const { table, column } of asked.reads) {
        expect(fact.tables).toContain(table)
        if (column !== '') expect(fact.columns).toContain(`${table}.${column}`)
      }
    }),
    { numRuns: 300 },
  )
  expect(ran).toBeGreaterThan(200)
})

test.each(['postgresql', 'mysql', 'sqlite', undefined] as const)(
  'a change beside a composed query is seen: %s',
  (dialect) => {
    fc.assert(
      fc.property(choices, fc.boolean(), (each, first) => {
        const { sql } = compose(each)
        const text = first ? `delete from hidden; ${sql}` : `${sql}; delete from hidden`
        const fact = factOf(text, dialect)
        expect(fact.classes).toEqual(['delete', 'read'])
        expect(fact.tables).toContain('hidden')
        expect(fact.count).toBe(2)
      }),
      { numRuns: 50 },
    )
  },
)
