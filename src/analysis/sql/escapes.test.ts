import { beforeAll, describe, expect, test } from 'vitest'
import type { SqlDialect } from '../../kernel/facts.ts'
import { sqlAnalyser } from './sql.ts'
import {
  MYSQL_ATTACKS,
  MYSQL_BENIGN,
  MYSQL_REFUSED,
  SQLITE_ATTACKS,
  SQLITE_BENIGN,
} from './testing/corpus-others.ts'
import { type Case, POSTGRESQL_ATTACKS, POSTGRESQL_BENIGN } from './testing/corpus-postgresql.ts'
import { misses } from './testing/holds.ts'
import { declared, factOf } from './testing/place.ts'

beforeAll(async () => {
  await sqlAnalyser.load?.()
})

const CORPORA: readonly (readonly [SqlDialect, readonly Case[], readonly Case[]])[] = [
  ['postgresql', POSTGRESQL_ATTACKS, POSTGRESQL_BENIGN],
  ['mysql', MYSQL_ATTACKS, MYSQL_BENIGN],
  ['sqlite', SQLITE_ATTACKS, SQLITE_BENIGN],
]

describe.each(CORPORA)('%s', (dialect, attacks, benign) => {
  test.each(attacks)('says what it does: %s', (sql, holds) => {
    expect(misses(factOf(sql, dialect), holds)).toEqual([])
  })

  test.each(attacks)('says it without the dialect, or refuses: %s', (sql, holds) => {
    const facts = declared(sql)
    if (typeof facts === 'string') return
    const [fact] = facts
    // Other dialects may add to it.
    const least = holds.replaceAll('=', ':').replace(/ ?L:\d+/, '')
    if (fact?.dialects.includes(dialect)) expect(misses(fact, least)).toEqual([])
  })

  test.each(benign)('only reads: %s', (sql, holds) => {
    const fact = factOf(sql, dialect)
    expect(fact.classes).toEqual(['read'])
    expect(misses(fact, holds)).toEqual([])
  })
})

test.each(MYSQL_REFUSED)('mysql refuses %s', (sql) => {
  expect(declared(sql, 'mysql')).toBeTypeOf('string')
})
