import { beforeAll, describe, expect, test } from 'vitest'
import { sqlAnalyser } from './sql.ts'
import { declared, factOf as one } from './testing/place.ts'

beforeAll(async () => {
  await sqlAnalyser.load?.()
})

describe('a declared value', () => {
  test('is a text, or a list of texts', () => {
    expect(declared(['select 1', 'delete from t'])).toHaveLength(2)
    for (const value of [1, null, true, { sql: 'select 1' }, ['select 1', 2], [['select 1']]])
      expect(declared(value)).toBe('is neither a text nor a list of texts')
    expect(declared([])).toEqual([])
  })

  test.each(['', '   ', ';;', '-- nothing', '/* nothing */'])('%j has no statement', (text) => {
    expect(declared(text)).toBe('has no statement')
    expect(declared(text, 'postgresql')).toBe('has no statement')
  })

  test.each([
    'selekt 1',
    'select * form t',
    'drop table',
    "select 'a",
    'select 1 from (',
    'hello',
    'select 1; hello',
  ])('%j is not SQL', (text) => {
    expect(declared(text)).toBe('is not SQL that can be read')
  })

  test.each([
    ['NUL', 'select 1\0; drop table t', 'contains NUL'],
    ['half a surrogate', `select '\ud800'`, 'is no text'],
    ['a mebibyte', `select '${'x'.repeat(1 << 20)}'`, 'is too long'],
    ['a mebibyte of statements', 'select 1;'.repeat(120_000), 'is too long'],
    ['brackets', `select ${'('.repeat(30_000)}1${')'.repeat(30_000)}`, 'is nested too deeply'],
    ['signs', `select ${'- '.repeat(30_000)}1`, 'is nested too deeply'],
    ['a chain', `select ${'1+'.repeat(30_000)}1`, 'is nested too deeply'],
    ['unions', `select 1, 1 ${'union select 1, 1 '.repeat(3_000)}`, 'is nested too deeply'],
    ['queries', `${'select (('.repeat(7_000)}1`, 'is nested too deeply'],
  ])('with %s is refused, and the next one is read', (_name, text, why) => {
    for (const dialect of [undefined, 'postgresql', 'mysql', 'sqlite'] as const) {
      expect(declared(text, dialect)).toBe(why)
      expect(one('select a from t', dialect).tables).toEqual(['t'])
    }
  })

  test.each([
    // MySQL has no such string, and would run what is in it.
    'do $$ begin delete from t; end $$',
    // To PostgreSQL a quotient of a string; to MySQL a file that is written.
    "select 'a\\'' , 1 into outfile '/tmp/x' -- '",
  ])('that dialects see differently is refused without one: %s', (text) => {
    expect(declared(text)).toBe('says different things in different dialects')
    expect(declared(text, 'postgresql')).toHaveLength(1)
  })

  test.each([
    // Operators of PostgreSQL are comments to MySQL, which cannot complete what is left.
    "select a from t where (b #>> '{c}')::int = 1",
    "select a from t where b -> 'c' = '1'",
    'select "a" from "T" where b = \'it\'\'s\'',
  ])('that cannot be run differently is read: %s', (text) => {
    expect(one(text).dialects).toContain('postgresql')
  })

  test('may be a long list', () => {
    const text = `insert into t (a) values ${'(1),'.repeat(10_000)}(1)`
    for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const)
      expect(one(text, dialect).classes).toContain('write')
  })

  test('too many texts are refused', () => {
    expect(declared(Array<string>(65).fill('select 1'))).toBe('is too long')
    expect(declared([`select '${'x'.repeat(60_000)}'`, `select '${'x'.repeat(60_000)}'`])).toBe(
      'is too long',
    )
  })
})
