import { beforeAll, describe, expect, test, vi } from 'vitest'
import { parseMysql } from './parse-mysql.ts'
import { parsePostgresql } from './parse-postgresql.ts'
import { parseSqlite } from './parse-sqlite.ts'
import { loadGrammars } from './read.ts'

beforeAll(loadGrammars)

/** Far more than any of them bears, without the bounds that stand before them. */
const chain = `select ${'1+'.repeat(40_000)}1`
const brackets = `select ${'('.repeat(100_000)}1${')'.repeat(100_000)}`
const mebibyte = `select '${'x'.repeat(1 << 20)}'`

describe.each([
  ['postgresql', parsePostgresql],
  ['mysql', parseMysql],
  ['sqlite', parseSqlite],
] as const)('the parser of %s', (name, parse) => {
  test('reads a mebibyte', () => {
    expect(parse(mebibyte).kind).toBe('read')
    expect(parse('select 1').kind).toBe('read')
  })

  test('reads the same after many errors', () => {
    const first = JSON.stringify(parse('select a from t where b = 1'))
    for (let times = 0; times < 300; times += 1) {
      expect(parse(`select a fro${times} t 'x`).kind).toBe('foreign')
      expect(parse(`select ${times} from (`).kind).toBe('foreign')
    }
    expect(JSON.stringify(parse('select a from t where b = 1'))).toBe(first)
  })

  test('refuses what breaks it, and reads on', async () => {
    expect(parse(brackets).kind).toBe('refused')
    expect(parse('select 1').kind).toBe('read')
    expect(parse(chain).kind).toBe('refused')
    // A spare has taken over.
    expect(parse('select 1').kind).toBe('read')
    expect(parse(chain).kind).toBe('refused')
    // What failed is not used again, and there is none until one is made: that takes a turn.
    if (name !== 'sqlite') expect(parse('select 1').kind).toBe('refused')
    await vi.waitFor(() => expect(parse('select 1').kind).toBe('read'), 10_000)
    expect(parse('select a from').kind).toBe('foreign')
  })
})
