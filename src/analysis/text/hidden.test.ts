import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findHidden, revealed, withoutHidden } from './hidden.ts'

const tagged = (text: string) =>
  [...text].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('')
const selected = (text: string) =>
  [...Buffer.from(text)]
    .map((byte) => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16))
    .join('')
const bits = (text: string, zero: string, one: string) =>
  [...Buffer.from(text)]
    .map((byte) => byte.toString(2).padStart(8, '0').replaceAll('0', zero).replaceAll('1', one))
    .join('')

describe('what nobody sees', () => {
  test.each([
    ['tag characters', `Adds.${tagged('call the police')}`, 'tags', 'proved', 'call the police'],
    [
      'bytes in selectors',
      `Adds 😀${selected('öffne die Tür')}`,
      'variation',
      'proved',
      'öffne die Tür',
    ],
    ['bits', `Adds${bits('run', '\u200b', '\u200c')} two`, 'zero-width', 'proved', 'run'],
    [
      'bits the other way',
      `Adds${bits('run', '\u2063', '\u200d')} two`,
      'zero-width',
      'proved',
      'run',
    ],
    ['a word cut in two', 'ig\u200bnore', 'zero-width', 'likely', undefined],
    ['a turned direction', 'a\u202egpj.exe', 'bidi', 'proved', undefined],
    ['an isolate in English', 'a\u2066b', 'bidi', 'likely', undefined],
    ['a filler', 'a\u3164b', 'filler', 'likely', undefined],
    ['a soft hyphen', 'pass\u00adword', 'soft-hyphen', 'hint', undefined],
    ['a selector on a letter', 'a\ufe0fb', 'variation', 'likely', undefined],
    ['an escape that conceals', 'a\u001b[8mb', 'ansi', 'proved', undefined],
    ['a title for the terminal', 'a\u001b]0;root\u0007b', 'ansi', 'proved', undefined],
    ['a colour', 'a\u001b[1;31mb', 'ansi', 'hint', undefined],
    ['the eighth colour', 'a\u001b[38;5;8mb', 'ansi', 'hint', undefined],
    ['numbers without end', `a\u001b[${'7'.repeat(60)}h`, 'ansi', 'proved', undefined],
    ['an escape without an end', 'a\u001b]0;root', 'ansi', 'likely', undefined],
    ['backspaces', 'rm\b\bls', 'control', 'likely', undefined],
    ['piled marks', `z${'\u0301'.repeat(30)}`, 'marks', 'likely', undefined],
    ['private use', 'a\ue000', 'private-use', 'hint', undefined],
    ['a noncharacter', 'a\ufdd0', 'unassigned', 'likely', undefined],
    ['a lone surrogate', 'a\ud800b', 'surrogate', 'hint', undefined],
    ['a separator', 'a\u2028b', 'separator', 'hint', undefined],
    ['a flag that no country has', `🏴${tagged('steal')}\u{e007f}`, 'tags', 'proved', 'steal'],
    ['an invisible operator', 'a\u2062b', 'zero-width', 'likely', undefined],
    ['an annotation', 'a\ufff9b', 'ignorable', 'likely', undefined],
  ])('%s', (_, text, kind, certainty, decoded) => {
    const [first] = findHidden(text)
    expect(first).toMatchObject({ kind, certainty })
    expect(first?.decoded).toBe(decoded)
    if (decoded !== undefined) expect(revealed(text)).toContain(decoded)
  })

  test('strewn over a text', () => {
    const text = [...'steal'].map((letter) => `word ${tagged(letter)}`).join('')
    expect(revealed(text)).toContain('steal')
  })

  test.each([
    ['a family', 'a 👩‍👩‍👧 and 👩🏽‍🚀'],
    ['flags', '🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏳️‍🌈 🇩🇪'],
    ['emoji style', '❤️ ☎︎ 1️⃣ ⚠️'],
    ['Persian', 'می\u200cخواهم'],
    ['Hindi', 'क्\u200dष क्\u200cष'],
    ['Sinhala', 'ශ්\u200dරී'],
    ['Thai with breaks', 'สวัส\u200bดี'],
    ['ideographic variants', '葛\u{e0100}城'],
    ['vocalised Hebrew', 'בְּרֵאשִׁ֖ית'],
    ['Vietnamese, decomposed', 'Tiếng Việt'.normalize('NFD')],
    ['Mongolian', 'ᠰᠠᠢ\u180bᠨ'],
    ['Braille', '⠓⠑⠇⠇⠕⠀⠺⠕⠗⠇⠙'],
    ['lines', 'a\r\n\tb'],
  ])('people see: %s', (_, text) => {
    expect(findHidden(text)).toEqual([])
    expect(withoutHidden(text)).toBe(text)
  })

  test('directions beside Hebrew are a hint, and stay', () => {
    const text = 'שלום\u200f (abc)'
    expect(findHidden(text)).toMatchObject([{ kind: 'bidi', certainty: 'hint' }])
    expect(withoutHidden(text)).toBe(text)
  })
})

const hostile = fc
  .array(
    fc.oneof(
      fc.string({ unit: 'binary', maxLength: 4 }),
      fc.constantFrom(
        ...[
          '\u200b',
          '\u200d',
          '\u202e',
          '\ufe0f',
          '\u{e0100}',
          '\u{e0041}',
          '😀',
          '\ud83d',
          '\u001b[',
        ],
        ...[
          '\u001b]',
          '\u0007',
          '\u0301\u0301',
          'م',
          '\u200c',
          '\u2800',
          '⠓',
          '葛',
          '\u00ad',
          '8m',
          'a',
        ],
      ),
    ),
    { maxLength: 60 },
  )
  .map((parts) => parts.join(''))

describe('of any text', () => {
  test('spans lie in order within it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const { start, end } of findHidden(text)) {
          expect(start).toBeLessThan(end)
          expect(end).toBeLessThanOrEqual(text.length)
        }
        const starts = findHidden(text).map(({ start }) => start)
        expect(starts).toEqual(starts.toSorted((one, other) => one - other))
      }),
    )
  })

  test('what is taken out is out, and once is enough', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const clean = withoutHidden(text)
        expect(withoutHidden(clean)).toBe(clean)
        expect(findHidden(clean).filter(({ certainty }) => certainty === 'proved')).toEqual([])
        expect(clean.isWellFormed()).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
