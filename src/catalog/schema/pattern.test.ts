import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern } from './pattern.ts'
import { evaluate } from './run.ts'

/** Whether it matches, if that can be said within the budget of one evaluation. */
function outcome(expression: string, text: string): boolean | 'gave up' {
  const { test } = compilePattern(expression)
  let result = false
  const violations = evaluate((value, run) => {
    result = test(String(value), run)
    return true
  }, text)
  return violations.length > 0 ? 'gave up' : result
}

const atom = fc.constantFrom(
  'a',
  'b',
  '-',
  ' ',
  '.',
  '\\d',
  '\\w',
  '\\W',
  '\\s',
  '[ab]',
  '[^a]',
  '[a-c1]',
  '[\\]^-]',
  '\\.',
  '\\n',
  '\\u0061',
  '\\x62',
  '\\p{L}',
  '\\P{Lu}',
  '😀',
  '[😀a]',
  '\\u{1F600}',
  '\\ud83d\\ude00',
  '^',
  '$',
  '\\b',
  '\\B',
)
const quantifier = fc.constantFrom(
  '',
  '',
  '',
  '*',
  '+',
  '?',
  '*?',
  '+?',
  '{2}',
  '{0,2}',
  '{1,}',
  '{0}',
)
const { expression } = fc.letrec<{ expression: string; sequence: string; part: string }>((tie) => ({
  expression: fc
    .array(tie('sequence'), { minLength: 1, maxLength: 3 })
    .map((list) => list.join('|')),
  sequence: fc.array(tie('part'), { maxLength: 4 }).map((list) => list.join('')),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .tuple(atom, quantifier)
      .map(([one, sign]) => (/^(?:\^|\$|\\[bB])$/.test(one) ? one : one + sign)),
    fc
      .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('expression'), quantifier)
      .map(([open, inner, sign]) => `${open}${inner})${sign}`),
  ),
}))
const text = fc
  .array(fc.constantFrom('a', 'b', 'c', 'A', '1', '-', ' ', '\n', '.', 'é', '😀', '\ud83d', '_'), {
    maxLength: 8,
  })
  .map((list) => list.join(''))

test('agrees with the engine of the language', () => {
  // Short ones: on long ones the engine of the language takes minutes for a text of ten characters.
  const wellFormed = expression.filter((source) => {
    try {
      return source.length <= 24 && new RegExp(source, 'u') instanceof RegExp
    } catch {
      return false
    }
  })
  fc.assert(
    fc.property(wellFormed, text, (source, subject) => {
      // V8 looks for `\\B` between the halves of a surrogate pair too, where ECMA-262 does not.
      fc.pre(!(source.includes('\\B') && /[\u{10000}-\u{10ffff}]/u.test(subject)))
      expect(outcome(source, subject)).toBe(new RegExp(source, 'u').test(subject))
    }),
    { numRuns: 2_000 },
  )
})

test.each([
  ['^[\\w-.]+$', 'a-b.c', true],
  ['^\\-?\\d+$', '-12', true],
  ['a{,2}', 'a{,2}', true],
  ['a{,2}', 'aa', false],
  ['x]}', 'x]}', true],
])('reads %s without the flag that makes it malformed', (source, subject, expected) => {
  expect(outcome(source, subject)).toBe(expected)
})

test.each([
  '(?=a)b',
  '(?!a)b',
  '(?<=a)b',
  '(?<!a)b',
  '(a)\\1',
  '(?<n>a)\\k<n>',
  '(?i:a)',
  '\\Aabc\\Z',
  '(?P<n>a)',
  '(',
  '[',
  'a**',
  '\\',
  'x'.repeat(4_097),
  '(a{1,1000}){1,1000}',
  '(?:a?){99999}',
  `${'('.repeat(101)}${')'.repeat(101)}`,
])('refuses %s', (source) => {
  expect(() => compilePattern(source)).toThrow(
    expect.objectContaining({ code: 'definition_unsupported' }),
  )
})

describe('work is bounded', () => {
  test.each([
    '(a+)+$',
    '^(a|a)*$',
    '^(a|aa)+$',
    '(.*a){12}$',
    '^(([a-z])+.)+[A-Z]([a-z])+$',
    '(a+a+)+y',
    '^(?:a{1,64})+$',
    '((a*)*)*b',
  ])('%s', (source) => {
    expect(outcome(source, `${'a'.repeat(2_000)}!`)).toBe(false)
  })

  test('a text that is too long for a pattern is given up, not waited for', () => {
    expect(outcome('(?:a?){2000}b', 'a'.repeat(1_000_000))).toBe('gave up')
  })

  test('repetitions of nothing cost nothing', () => {
    expect(outcome('(?:(?:){99999}){99999}', '')).toBe(true)
  })
})
