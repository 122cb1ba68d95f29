import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanName, nameProblem } from './client-name.ts'

describe('the name of a client', () => {
  test.each([
    ['a direction', 'Cl\u202eedua', 'client_name holds characters that are not shown'],
    ['a zero-width space', 'Cla\u200bude', 'client_name holds characters that are not shown'],
    ['a line feed', 'a\nb', 'client_name holds characters that are not shown'],
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

  test('that was cleaned can be one, if there is a letter in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (name) => {
        const clean = cleanName(name)
        if (/[\p{L}\p{N}]/u.test(clean)) expect(nameProblem(clean)).toBeUndefined()
      }),
    )
  })

  test.each([undefined, null, 5, {}])('%j is no name', (value) => expect(cleanName(value)).toBe(''))
})
