import { describe, expect, test } from 'vitest'
import { denialLine, sizeWords } from './containment-words.ts'

test.each([
  [0, '0 B'],
  [1_023, '1023 B'],
  [1_024, '1 KiB'],
  [1_610_612_736, '1.5 GiB'],
  [1_099_511_627_776 * 4, '4 TiB'],
])('%i bytes are %s', (bytes, words) => {
  expect(sizeWords(bytes)).toBe(words)
})

describe('a denial', () => {
  test('says what, why, how often, and what would allow it', () => {
    const detail = { op: 'connect', target: 'a.example:443', reason: 'host-not-listed', count: 10 }
    expect(denialLine({ ...detail, suggestion: 'allow a.example' })).toEqual({
      what: 'connect a.example:443',
      why: 'host-not-listed, 10 times',
      suggestion: 'allow a.example',
    })
  })

  test.each([undefined, null, 'text', { target: 7 }])(
    'is shown whatever it holds: %j',
    (detail) => {
      expect(denialLine(detail)).toEqual({
        what: 'something',
        why: 'refused',
        suggestion: undefined,
      })
    },
  )
})
