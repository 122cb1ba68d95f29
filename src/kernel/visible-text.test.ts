import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cleanText, isVisible, spellOut } from './visible-text.ts'

const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\p{Zl}\p{Zp}]/u
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 3 }),
      fc.string({ unit: 'grapheme', maxLength: 3 }),
      fc.constantFrom(
        '\u202e',
        '\u200b',
        '\n',
        ' ',
        'a',
        '\u0301',
        '\ud800',
        '\u{e0041}',
        '\u00a0',
      ),
    ),
    { maxLength: 150 },
  )
  .map((parts) => parts.join(''))

const HIDING = [
  ['a direction', 'Cl\u202eedua'],
  ['an isolate', 'a\u2066b'],
  ['a zero-width space', 'Cla\u200bude'],
  ['a zero-width joiner', 'a\u200db'],
  ['a byte order mark', '\ufeffClaude'],
  ['a soft hyphen', 'a\u00adb'],
  ['a filler', 'a\u3164'],
  ['an empty Braille cell', 'a\u2800'],
  ['the place of an object', 'a\ufffc'],
  ['a tag', 'a\u{e0041}'],
  ['a line feed', 'a\nb'],
  ['NUL', 'a\0b'],
  ['a line separator', 'a\u2028b'],
  ['a lone surrogate', 'a\ud800'],
  ['piled marks', `a${'\u0301'.repeat(4)}`],
] as const

test.each(HIDING)('%s is no visible text', (_, hiding) => {
  expect(isVisible(hiding)).toBe(false)
  expect(isVisible(cleanText(hiding, 64))).toBe(true)
  expect(isVisible(spellOut(hiding, 64))).toBe(true)
})

test.each(['Claude', '', 'Visual Studio Code', '編集者', 'Éditeur', '😀 1', 'Zoë’s 🦊'])(
  '%j is, and stays as it is',
  (visible) => {
    expect(isVisible(visible)).toBe(true)
    expect(cleanText(visible, 64)).toBe(visible)
    expect(spellOut(visible, 64)).toBe(visible)
  },
)

describe('a clean text', () => {
  test('has lost what nobody sees', () => {
    expect(cleanText('  Ada\u200b\u202e \t Love\u0000lace\u2066\ufeff ', 64)).toBe('Ada Lovelace')
    expect(cleanText('e\u0301', 64)).toBe('\u00e9')
    expect(cleanText('e\u200b\u0301', 64)).toBe('\u00e9')
    expect(cleanText('x'.repeat(1_000), 64)).toHaveLength(64)
    expect(cleanText(`a${'\u0336'.repeat(500)}`, 64)).toHaveLength(4)
    expect(cleanText('\u3164\u115f\u00ad\u{e0041}', 64)).toBe('')
    expect(cleanText('a\nb\u2028c', 64)).toBe('a b c')
  })

  test('is visible, one line, short, and stays as it is', () => {
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 80 }), (given, most) => {
        const clean = cleanText(given, most)
        expect(cleanText(clean, most)).toBe(clean)
        expect([...clean].length).toBeLessThanOrEqual(most)
        expect(clean).not.toMatch(UNSEEN)
        expect(clean).not.toMatch(/^\s|\s$|\s\s/)
        expect(isVisible(clean)).toBe(true)
      }),
    )
  })
})

describe('a text that is spelled out', () => {
  test.each([
    ['\u202egnp.exe', '[U+202E]gnp.exe'],
    ['Goo\u200bgle', 'Goo[U+200B]gle'],
    ['a\u2066b\u2069c', 'a[U+2066]b[U+2069]c'],
    ['line\nline\u2028', 'line[U+000A]line[U+2028]'],
    ['\u3164name\u2800', '[U+3164]name[U+2800]'],
    ['a\u00a0b', 'a b'],
    ['\ud800', '[U+D800]'],
    ['e\u0301', 'e\u0301'],
    ['a\u0301\u0301\u0301\u0301', 'a\u0301\u0301\u0301[U+0301]'],
  ])('shows %j as %j', (given, shown) => {
    expect(spellOut(given, 100)).toBe(shown)
  })

  test('is visible', () => {
    fc.assert(
      fc.property(text, fc.nat(80), (given, most) => {
        const shown = spellOut(given, most)
        expect(shown).not.toMatch(UNSEEN)
        expect(isVisible(shown)).toBe(true)
        expect(shown.isWellFormed()).toBe(true)
        // Each character becomes `[U+10FFFF]` at most.
        expect(shown.length).toBeLessThanOrEqual(10 * most + 1)
      }),
    )
  })

  test('is cut when it is long, and says so', () => {
    expect(spellOut('abcdef', 3)).toBe('abc…')
    expect(spellOut('abc', 3)).toBe('abc')
  })
})
