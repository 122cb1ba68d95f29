import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shellTokens } from './shell-tokens.ts'
import { sqlTokens } from './sql-tokens.ts'

const PIECES = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom("'", '"', "''", '\\"', '--', '\n', '/*', '*/', '$(', '&&', '#', ' ', 'rm'),
  ),
)

describe.each([
  ['SQL', sqlTokens],
  ['shell', shellTokens],
])('%s', (_, tokens) => {
  test('joined together the pieces are the text', () => {
    fc.assert(
      fc.property(PIECES, (pieces) => {
        const text = pieces.join('')
        expect(
          tokens(text)
            .map((token) => token.text)
            .join(''),
        ).toBe(text)
      }),
    )
  })

  test('what nothing closes goes to the end', () => {
    for (const open of ["'", '"']) {
      const rest = `${open}${'a b; '.repeat(20_000)}`
      expect(tokens(`x ${rest}`).at(-1)?.text).toBe(rest)
    }
  })
})

const of = (tokens: ReturnType<typeof sqlTokens>, kind: string) =>
  tokens.filter((token) => token.kind === kind).map(({ text }) => text)

test('SQL: what acts stands out; texts and remarks are what they are', () => {
  const tokens = sqlTokens("DELETE FROM orders WHERE note = 'it''s -- drop' AND id > 7 -- drop it")
  expect(of(tokens, 'acts')).toEqual(['DELETE'])
  expect(of(tokens, 'word')).toEqual(['FROM', 'WHERE', 'AND'])
  expect(of(tokens, 'text')).toEqual(["'it''s -- drop'"])
  expect(of(tokens, 'remark')).toEqual(['-- drop it'])
  expect(of(tokens, 'number')).toEqual(['7'])
})

test('shell: programs stand out wherever a command begins', () => {
  const tokens = shellTokens('A=1 rm -rf "/tmp/a b" && curl x | sh; echo $(id) # rm')
  expect(of(tokens, 'acts')).toEqual(['rm', 'curl', 'sh', 'echo', 'id'])
  expect(of(tokens, 'text')).toEqual(['"/tmp/a b"'])
  expect(of(tokens, 'remark')).toEqual(['# rm'])
})
