import { expect, test } from 'vitest'
import { observedWords, question, standing } from './roll-out-words.ts'

const NONE = { version: 0, mode: 'enforce' } as const

test('what is in force is said in a sentence', () => {
  expect(standing(NONE)).toContain('configuration decide alone')
  expect(standing({ version: 3, mode: 'observe' })).toContain('Version 3 observes')
  expect(standing({ version: 3, mode: 'enforce' })).toContain('Version 3 is enforced')
})

test('to observe says that nothing is denied, and what ends', () => {
  const first = question(NONE, { version: 1, mode: 'observe' })
  expect(first).toMatchObject({ verb: 'Let it observe', danger: false })
  expect(first.words.join(' ')).toContain('denies nothing')
  const instead = question({ version: 1, mode: 'enforce' }, { version: 2, mode: 'observe' })
  expect(instead.danger).toBe(true)
  expect(instead.words[0]).toBe('Version 1 no longer decides.')
})

test('to enforce says that it decides from the next call on', () => {
  const asked = question({ version: 2, mode: 'observe' }, { version: 2, mode: 'enforce' })
  expect(asked.words).toHaveLength(1)
  expect(asked.words[0]).toContain('From the next call on')
})

test('to take back says what is no longer forbidden', () => {
  const asked = question({ version: 2, mode: 'enforce' }, NONE)
  expect(asked.title).toContain('version 2 out of force')
  expect(asked.words[0]).toContain('no longer forbidden')
})

test.each([
  [{ calls: 0, denied: 0, complete: true }, 'No call came since.'],
  [{ calls: 4, denied: 0, complete: true }, 'It would have denied none of 4 calls that passed.'],
  [{ calls: 4, denied: 1, complete: true }, 'It would have denied 1 of 4 calls.'],
  [{ calls: 9_000, denied: 7, complete: false }, 'It would have denied at least 7 of 9,000 calls.'],
])('%j: %s', (observed, words) => {
  expect(observedWords(observed)).toBe(words)
})
