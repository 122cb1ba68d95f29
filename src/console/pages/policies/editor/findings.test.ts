import { expect, test } from 'vitest'
import { type Finding, replacementFor, sorted, spanOf } from './findings.ts'

const TEXT = 'permit (\n  principal,\n  resource == Tool::"mail:sned"\n);'

function finding(message: string, place: Partial<Finding> = {}): Finding {
  return {
    ...{ origin: 'managed', file: 'a.cedar', severity: 'error', message },
    ...{ line: 3, column: 21, endColumn: 32 },
    ...place,
  } as Finding
}

test('lines and columns become offsets, and never leave the text', () => {
  const { from, to } = spanOf(TEXT, finding('x'))
  expect(TEXT.slice(from, to)).toBe('"mail:sned"'.slice(0, 11))
  expect(spanOf(TEXT, { line: 99, column: 99, endColumn: 120 })).toEqual({
    from: TEXT.length,
    to: TEXT.length,
  })
  expect(spanOf('', { line: 1, column: 1, endColumn: 4 })).toEqual({ from: 0, to: 0 })
})

test('what was meant stands in the place of what was written', () => {
  const one = finding('there is no tool `mail:sned` (did you mean `mail:send`?)')
  const found = replacementFor(TEXT, one)
  if (found === undefined) throw new Error('nothing to put there')
  expect(TEXT.slice(0, found.from) + found.insert + TEXT.slice(found.to)).toContain(
    'Tool::"mail:send"',
  )
})

test('of a path only its last step is another one', () => {
  const text = 'when { context.args.account.ibn == "x" };'
  const found = replacementFor(
    text,
    finding('for `bank:transfer`: there is no argument `account.ibn` (did you mean `iban`?)', {
      ...{ line: 1, column: 8, endColumn: 15 },
    }),
  )
  // The whole path is written there; the word that is meant replaces its last step alone.
  expect(found && text.slice(found.from, found.to)).toBe('ibn')
})

test('nothing is offered where the word does not stand, or nothing was said', () => {
  const meant = 'there is no tool `mail:sned` (did you mean `mail:send`?)'
  expect(replacementFor(TEXT, finding(meant, { line: 1, column: 1 }))).toBeUndefined()
  expect(replacementFor(TEXT, finding('there is no tool `mail:sned`'))).toBeUndefined()
  expect(replacementFor('mail:snedx', finding(meant, { line: 1, column: 1 }))).toBeUndefined()
})

test('errors stand first', () => {
  const list = [
    finding('c', { severity: 'info', line: 1 }),
    finding('b', { line: 9 }),
    finding('a', { line: 2 }),
  ]
  expect(sorted(list).map(({ message }) => message)).toEqual(['a', 'b', 'c'])
})
