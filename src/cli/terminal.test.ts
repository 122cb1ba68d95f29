import { expect, test } from 'vitest'
import { jsonLines, jsonText, printable, table } from './terminal.ts'

const HOSTILE = 'a\u001b[2Jb\u009b1mc\u202ed\u200be\u{e0041}f\u2028g\ud800'

test('what comes from others cannot command the terminal or hide', () => {
  const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u
  expect(printable(HOSTILE)).not.toMatch(UNSEEN)
  expect(printable(HOSTILE)).toContain('\\u{1b}[2J')
  expect(jsonText({ HOSTILE })).not.toMatch(UNSEEN)
  expect(JSON.parse(jsonText({ HOSTILE }))).toEqual({ HOSTILE })
  const lines = jsonLines({ HOSTILE, more: [1, '\n'] })
  expect(lines.length).toBeGreaterThan(4)
  expect(lines.join('')).not.toMatch(UNSEEN)
  expect(JSON.parse(lines.join('\n'))).toEqual({ HOSTILE, more: [1, '\n'] })
})

test('columns are aligned, ends are not padded', () => {
  expect(
    table(
      ['A', 'LONGER'],
      [
        ['wide cell', 'x'],
        ['y', '\n'],
      ],
    ),
  ).toEqual(['A          LONGER', 'wide cell  x', 'y          \\u{a}'])
})
