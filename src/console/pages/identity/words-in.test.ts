import { expect, test } from 'vitest'
import { wordsIn } from './words-in.ts'

test('words are told apart by spaces, commas and lines, and stand there once', () => {
  expect(wordsIn(' read, write\nread\texecute ,')).toEqual(['read', 'write', 'execute'])
  expect(wordsIn('  ')).toEqual([])
})
