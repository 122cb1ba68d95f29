import fc from 'fast-check'
import { loadModule, scanSync } from 'libpg-query'
import { tokenize, tokenName } from 'sqlite3-parser'
import { beforeAll, describe, expect, test } from 'vitest'
import type { SqlDialect } from '../../kernel/facts.ts'
import { lex } from './lex.ts'

beforeAll(loadModule)

const PIECES = [
  '@',
  ':',
  '$a(',
  '&',
  "x'",
  '_',
  '::',
  "'",
  "''",
  '"',
  '\\',
  '`',
  '[',
  ']',
  '$$',
  '$a$',
  '$1',
  '--',
  '/*',
  '*/',
  '#',
  '\n',
  '\r',
  ' ',
  'e',
  'E',
  "e'",
  "U&'",
  'ab',
  '1',
  ';',
  '(',
  ')',
  ',',
  '-',
  '/',
  '*',
  '!',
  '.',
]
const texts = fc.array(fc.constantFrom(...PIECES), { maxLength: 14 }).map((parts) => parts.join(''))

type Bounds = readonly (readonly [start: number, end: number])[]

/** Strings, quoted names and comments: where each begins and ends. */
const spans = (text: string, dialect: SqlDialect): Bounds =>
  lex(text, dialect).spans.map(({ start, end }) => [start, end])

/**
 * What touches is one, but for white space: a doubled quote may be seen as an end and a beginning, and so
 * may a string that goes on after a comment.
 */
const merged = (text: string, bounds: Bounds): Bounds => {
  const all: (readonly [number, number])[] = []
  for (const [start, end] of bounds) {
    const last = all.at(-1)
    if (last && text.slice(last[1], start).trim() === '') all[all.length - 1] = [last[0], end]
    else all.push([start, end])
  }
  return all
}

/** How much of a token is a prefix of its string: that is code to us. */
const prefix = (token: string): number => /^[a-zA-Z]&?(?=['"])/.exec(token)?.[0].length ?? 0

const COMMENT = /^(?:--|\/\*)/

describe('spans are those of', () => {
  test("PostgreSQL's own scanner", () => {
    let compared = 0
    fc.assert(
      fc.property(texts, (text) => {
        let tokens: readonly { start: number; end: number; text: string }[]
        try {
          tokens = scanSync(text === '' ? ' ' : text).tokens
        } catch {
          return
        }
        compared += 1
        const theirs = tokens
          .filter(({ text: token }) =>
            /^(?:[a-zA-Z]&?(?=['"]))?(?:['"]|\$\$|\$a\$|--|\/\*)/.test(token),
          )
          .map(({ start, end, text: token }) => [start + prefix(token), end] as const)
        expect(merged(text, spans(text, 'postgresql'))).toEqual(merged(text, theirs))
      }),
      { numRuns: 5000 },
    )
    expect(compared).toBeGreaterThan(500)
  })

  test("SQLite's tokenizer", () => {
    let compared = 0
    fc.assert(
      fc.property(texts, (text) => {
        const theirs: (readonly [number, number])[] = []
        for (const { type, span } of tokenize(text)) {
          const written = text.slice(span.offset, span.offset + span.length)
          if (tokenName(type) === 'ILLEGAL') return
          if (/^(?:[xX]')|^['"`[]/.test(written))
            theirs.push([span.offset + prefix(written), span.offset + span.length])
        }
        compared += 1
        // It leaves comments out.
        const ours = spans(text, 'sqlite').filter(([start]) => !COMMENT.test(text.slice(start)))
        expect(merged(text, ours)).toEqual(merged(text, theirs))
      }),
      { numRuns: 5000 },
    )
    expect(compared).toBeGreaterThan(500)
  })
})

describe('MySQL', () => {
  test.each([
    ["'a\\'b' c", [[0, 6]]],
    ["'a''b' c", [[0, 6]]],
    ['"a\\"b" c', [[0, 6]]],
    ['`a\\` b', [[0, 4]]],
    ['a # b\nc', [[2, 5]]],
    ['a -- b\nc', [[2, 6]]],
    ['a --b\nc', []],
    ['a --', [[2, 4]]],
    ['/* /* */ a */', [[0, 8]]],
    [
      '/*! a */ b',
      [
        [0, 3],
        [6, 8],
      ],
    ],
    [
      "/*!50000 '*/' */ b",
      [
        [0, 8],
        [9, 13],
        [14, 16],
      ],
    ],
    ['$$ a $$', []],
  ])('%s', (text, expected) => {
    expect(spans(text, 'mysql')).toEqual(expected)
  })

  test('a comment that is not executed ends where comments end', () => {
    const skipped = lex("/*!99999 ' */ b", 'mysql', () => false)
    expect(skipped.spans).toEqual([{ kind: 'comment', start: 0, end: 13 }])
    expect(lex('/*!99999 /* */ */ b', 'mysql', () => false).spans).toHaveLength(1)
  })
})

describe('depth', () => {
  test('grows with chains and brackets, not with lists', () => {
    for (const dialect of ['postgresql', 'mysql', 'sqlite'] as const) {
      const depth = (text: string) => lex(text, dialect).depth
      expect(depth(`select ${'1,'.repeat(5_000)}1`)).toBeLessThan(10)
      expect(depth(`insert into t values ${"(1, 'a'),".repeat(5_000)}(1)`)).toBeLessThan(20)
      expect(depth('select 1;'.repeat(5_000))).toBeLessThan(10)
      expect(depth(`select ${'1+'.repeat(500)}1`)).toBeGreaterThan(1_000)
      expect(depth(`select ${'('.repeat(500)}1`)).toBeGreaterThan(500)
      expect(depth('select 1, 1 union '.repeat(500))).toBeGreaterThan(1_000)
      expect(depth(`select ',' ${"+ ','".repeat(500)}`)).toBeGreaterThan(1_000)
    }
  })
})
