import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanName, nameProblem } from './client-name.ts'

describe('the name of a client', () => {
  test.each([
    ['a direction', 'Cl\u202eedua', 'client_name holds characters that are not shown'],
    ['an isolate', 'a\u2066b', 'client_name holds characters that are not shown'],
    ['a zero-width space', 'Cla\u200bude', 'client_name holds characters that are not shown'],
    ['a zero-width joiner', 'a\u200db', 'client_name holds characters that are not shown'],
    ['a byte order mark', '\ufeffClaude', 'client_name holds characters that are not shown'],
    ['a filler', 'a\u3164', 'client_name holds characters that are not shown'],
    ['a tag', 'a\u{e0041}', 'client_name holds characters that are not shown'],
    ['a line feed', 'a\nb', 'client_name holds characters that are not shown'],
    ['NUL', 'a\0b', 'client_name holds characters that are not shown'],
    ['a line separator', 'a\u2028b', 'client_name holds characters that are not shown'],
    ['a lone surrogate', 'a\ud800', 'client_name holds characters that are not shown'],
    ['piled marks', `a${'\u0301'.repeat(4)}`, 'client_name holds characters that are not shown'],
    ['65 characters', 'a'.repeat(65), 'client_name must have 64 characters at most'],
    ['a lot', 'a'.repeat(100_000), 'client_name must have 64 characters at most'],
    ['nothing', '', 'client_name must hold a letter or a digit'],
    ['spaces', '   ', 'client_name must hold a letter or a digit'],
    ['signs', '✓✓', 'client_name must hold a letter or a digit'],
    ['no text', 5, 'client_name must be a string'],
  ])('cannot hold %s', (_, name, why) => {
    expect(nameProblem(name)).toBe(why)
  })

  test.each(['Claude', 'a'.repeat(64), 'Visual Studio Code', '編集者', 'Éditeur', '😀 1'])(
    'can be %s',
    (name) => {
      expect(nameProblem(name)).toBeUndefined()
      expect(cleanName(name)).toBe(name)
    },
  )

  test('that was cleaned shows nothing that is not there', () => {
    const unit = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.constantFrom('\u202e', '\u200b', '\n', ' ', 'a', '\u0301', '\ud800', '\u{e0041}'),
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 200 }), (units) => {
        const clean = cleanName(units.join(''))
        expect([...clean].length).toBeLessThanOrEqual(64)
        expect(cleanName(clean)).toBe(clean)
        if (/[\p{L}\p{N}]/u.test(clean)) expect(nameProblem(clean)).toBeUndefined()
      }),
    )
  })

  test.each([undefined, null, 5, {}])('%j is no name', (value) => expect(cleanName(value)).toBe(''))
})
